import pytest

from tocsin.intake.fetch.items import LONGEST_NAME, safe_name, stable_key


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("2026-03-03-scan_rdp-country-geo.csv", "2026-03-03-scan_rdp-country-geo.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\reports\\a b.csv", "a_b.csv"),
        ("..", "report"),
        (".hidden", "hidden"),
        ("a/", "report"),
        ("nul\0l\n.csv", "nul_l_.csv"),
        ("отчёт.csv", "_.csv"),
    ],
)
def test_a_name_from_outside_becomes_a_plain_file_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_both_ends() -> None:
    name = safe_name(f"2026-03-03-scan_rdp-{'x' * 400}-geo.csv.gz")
    assert len(name) == LONGEST_NAME
    assert name.startswith("2026-03-03-scan_rdp-")
    assert name.endswith("-geo.csv.gz")


def test_keys_tell_parts_apart() -> None:
    assert stable_key("ab", "c") != stable_key("a", "bc")
    assert stable_key("ab", "c") == stable_key("ab", "c")
