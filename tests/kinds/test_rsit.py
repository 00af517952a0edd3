import pytest

from tocsin.kinds.rsit import CLASS_NAMES, SEVERITIES, TYPES, class_name, severity_name


def test_every_class_has_a_name_for_people() -> None:
    assert set(CLASS_NAMES) == set(TYPES)
    assert class_name("vulnerable", "en") == "Vulnerable or exposed systems"


def test_an_unknown_class_keeps_its_name() -> None:
    assert class_name("novel-class", "en") == "novel-class"


def test_no_type_belongs_to_two_classes() -> None:
    types = [type_ for types in TYPES.values() for type_ in types]
    assert len(types) == len(set(types))


@pytest.mark.parametrize("severity", SEVERITIES)
def test_severities_have_words(severity: str) -> None:
    assert severity_name(severity, "en") == severity
