import pytest

from tocsin.alerts.replies.words import meaning_of, name_of, statement_in
from tocsin.answers.statements import Statement


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("fixed", Statement.FIXED),
        (" Fixed ", Statement.FIXED),
        ("'fixed", Statement.FIXED),
        ("FIXED.", Statement.FIXED),
        ("customer told", Statement.CUSTOMER_TOLD),
        ("Customer_Told", Statement.CUSTOMER_TOLD),
        ("will–not fix", Statement.WILL_NOT_FIX),
        ("ｆｉｘｅｄ", Statement.FIXED),
        ("behoben", Statement.FIXED),
        ("zur Kenntnis genommen", Statement.ACKNOWLEDGED),
        ("KUNDE INFORMIERT", Statement.CUSTOMER_TOLD),
        ("nicht unseres", Statement.NOT_OURS),
        ("Fehlalarm", Statement.FALSE_POSITIVE),
        ("wird nicht behoben", Statement.WILL_NOT_FIX),
        ("brauchen Hilfe", Statement.NEED_HELP),
    ],
)
def test_the_form_is_forgiven(written: str, meant: Statement) -> None:
    assert statement_in(written) is meant


@pytest.mark.parametrize(
    "written", ["", "done", "fix", "ok", "yes", "fixed?", "not fixed", "x" * 9999]
)
def test_nothing_is_guessed(written: str) -> None:
    assert statement_in(written) is None


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_statement_has_a_name_of_its_own_and_a_meaning(language: str) -> None:
    assert len({name_of(one, language) for one in Statement}) == len(Statement)
    assert all(meaning_of(one, language).endswith(".") for one in Statement)


def test_the_words_for_the_status_need_no_quoting() -> None:
    assert all(word.replace("-", "").isalpha() and word.islower() for word in Statement)
