import pytest

from tocsin.kinds import rsit
from tocsin.threats.states import State
from tocsin.web import tags


@pytest.mark.parametrize("state", State)
def test_each_state_has_words_on_a_colour(state: State) -> None:
    shown = tags.state_tag(state)
    assert f">{state.name.lower()}</strong>" in shown
    assert tags.state_tag(int(state)) == tags.state_tag(state.name.lower()) == shown


@pytest.mark.parametrize("severity", rsit.SEVERITIES)
def test_each_severity_has_words_on_a_colour(severity: str) -> None:
    assert f">{severity}</strong>" in tags.severity_tag(severity)


def test_other_states_have_their_words_and_unknown_ones_their_own() -> None:
    assert "govuk-tag--green" in tags.word_tag("proven")
    assert tags.word_tag("<odd>") == (
        '<strong class="govuk-tag govuk-tag--grey">&lt;odd&gt;</strong>'
    )
