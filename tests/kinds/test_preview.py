from click.testing import CliRunner

from tocsin.kinds.catalogue import all_kinds, kind, own_texts
from tocsin.kinds.preview import WIDTH, main, preview


def test_a_preview_is_what_the_recipient_reads() -> None:
    shown = preview(kind("scan_rdp"))
    assert shown.startswith("Remote desktop (RDP) reachable from the internet\n====")
    assert "scan_rdp · Vulnerable or exposed systems · high" in shown
    assert [part for part in ("WHAT", "RISK", "FIX", "CHECK") if f"\n{part}\n" in shown]
    assert "\n  - Close TCP and UDP 3389" in shown


def test_a_preview_is_in_the_language_asked_for() -> None:
    shown = preview(kind("scan_rdp"), "de")
    assert "Angreifbare oder offene Systeme · hoch" in shown
    assert "Sperren Sie TCP und UDP 3389" in shown


def test_lines_fit_unless_something_to_type_is_longer() -> None:
    for one in own_texts(all_kinds().values()):
        for line in preview(one).splitlines():
            assert len(line) <= WIDTH or " " not in line.strip().removeprefix("- ")


def test_without_names_all_texts_are_shown() -> None:
    shown = CliRunner().invoke(main).output
    assert shown.count("\nCHECK\n") == len(own_texts(all_kinds().values()))


def test_with_names_only_those() -> None:
    shown = CliRunner().invoke(main, ["scan_dns", "openrdp", "--language", "de"]).output
    assert shown.count("\nCHECK\n") == 2
    assert "Offener DNS-Resolver" in shown
