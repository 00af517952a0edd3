"""The tool that keeps translations in step, and that they are."""

from gettext import GNUTranslations
from pathlib import Path

import click
import pytest
from babel.messages.mofile import read_mo
from click.testing import CliRunner

from tocsin import messages
from tocsin.messages import Domain, compiled, domains, in_sources, problems, update


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A room with a Python file, a template and an empty German catalogue."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "words.py").write_text('said = _("Good day")\nother = gettext("Good night")\n')
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}<p>{% translate "Welcome" %}</p>'
        "{% blocktranslate count n=n %}{{ n }} mail{% plural %}{{ n }} mails{% endblocktranslate %}"
    )
    (tmp_path / "notes.txt").write_text('_("not a template")')
    (tmp_path / "locale").mkdir()
    return tmp_path


@pytest.fixture
def domain(room: Path) -> Domain:
    made = Domain("parlour", room)
    update(made, "de")
    return made


def translate(domain: Domain, message: str, translation: str) -> None:
    path = domain.file("de")
    before = f'msgid "{message}"\nmsgstr ""'
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, f'msgid "{message}"\nmsgstr "{translation}"'))


def test_every_translation_is_in_step_with_the_words_in_use() -> None:
    assert [problem for domain in domains() for problem in problems(domain)] == []


def test_kinds_have_translations() -> None:
    assert "kinds" in [domain.name for domain in domains()]


def test_pages_are_translated_in_djangos_own_domain(tmp_path: Path) -> None:
    for name in ("alerts", "web"):
        (tmp_path / name / "locale").mkdir(parents=True)
    (tmp_path / "audit").mkdir()
    assert [domain.name for domain in domains(tmp_path)] == ["alerts", "django"]


def test_words_are_found_in_code_and_templates(room: Path) -> None:
    found = {message: where for message, where, _ in in_sources(room)}
    assert found == {
        "Good day": "words.py",
        "Good night": "words.py",
        "Welcome": "templates/page.html",
        ("%(n)s mail", "%(n)s mails"): "templates/page.html",
    }


def test_counted_words_are_found_behind_a_helper(tmp_path: Path) -> None:
    (tmp_path / "words.py").write_text('self._count("one threat", "many threats", 3)')
    assert [message for message, _, _ in in_sources(tmp_path)] == [("one threat", "many threats")]


def test_update_begins_a_language(domain: Domain) -> None:
    words = domain.file("de").read_text()
    assert 'msgid "Good day"\nmsgstr ""' in words
    assert "#: words.py" in words
    assert "Language: de" in words


def test_update_keeps_translations_and_drops_what_is_not_in_use(domain: Domain) -> None:
    translate(domain, "Good day", "Guten Tag")
    (domain.folder / "words.py").write_text('_("Good day")\n_("Farewell")\n')
    update(domain, "de")
    words = domain.file("de").read_text()
    assert 'msgid "Good day"\nmsgstr "Guten Tag"' in words
    assert 'msgid "Farewell"\nmsgstr ""' in words
    assert "Good night" not in words


def test_update_twice_changes_nothing(domain: Domain) -> None:
    before = domain.file("de").read_bytes()
    update(domain, "de")
    assert domain.file("de").read_bytes() == before


def test_a_compiled_file_has_what_is_translated(domain: Domain, tmp_path: Path) -> None:
    translate(domain, "Good day", "Guten Tag")
    mo = tmp_path / "parlour.mo"
    mo.write_bytes(compiled(domain.file("de")))
    with mo.open("rb") as file:
        assert {one.id: one.string for one in read_mo(file) if one.id} == {"Good day": "Guten Tag"}


def test_a_count_without_translation_stays_as_it_is(domain: Domain, tmp_path: Path) -> None:
    (tmp_path / "parlour.mo").write_bytes(compiled(domain.file("de")))
    with (tmp_path / "parlour.mo").open("rb") as file:
        german = GNUTranslations(file)
    assert german.ngettext("%(n)s mail", "%(n)s mails", 2) == "%(n)s mails"


def test_a_missing_or_old_mo_is_a_problem(domain: Domain) -> None:
    assert ["not made from its .po" in problem for problem in problems(domain)] == [True]
    path = domain.file("de")
    path.with_suffix(".mo").write_bytes(compiled(path))
    assert list(problems(domain)) == []
    translate(domain, "Good day", "Guten Tag")
    assert "messages compile" in next(iter(problems(domain)))


def test_new_words_in_the_code_are_a_problem(domain: Domain) -> None:
    path = domain.file("de")
    path.with_suffix(".mo").write_bytes(compiled(path))
    (domain.folder / "words.py").write_text('_("Good day")\n_("Farewell")\n')
    (problem,) = problems(domain)
    assert "1 messages missing, 1 not in use" in problem


def test_the_commands(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "domains", lambda: [domain])
    run = CliRunner().invoke
    assert run(messages.main, ["check"]).exit_code == 1
    assert "parlour de: compiled" in run(messages.main, ["compile"]).output
    assert run(messages.main, ["check"]).exit_code == 0
    assert run(messages.main, ["update"]).output == "parlour de: updated\n"


def test_begin_makes_the_first_file_of_a_language(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "SOURCE", room.parent)
    monkeypatch.setattr(messages.begin_command.params[0], "type", click.STRING)
    begun = CliRunner().invoke(messages.main, ["begin", room.name, "fr"])
    assert begun.exit_code == 0
    assert (room / "locale" / "fr" / "LC_MESSAGES" / f"{room.name}.po").exists()


def test_begin_takes_only_rooms_that_have_words() -> None:
    assert CliRunner().invoke(messages.main, ["begin", "database", "fr"]).exit_code == 2
