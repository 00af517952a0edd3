import re

import pytest
from django import forms


class Sample(forms.Form):
    name = forms.CharField(help_text="As <people> say it.")
    size = forms.ChoiceField(choices=[("s", "small"), ("l", "large")], widget=forms.RadioSelect)
    parts = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="I agree")
    where = forms.ChoiceField(choices=[("n", "north")])
    words = forms.CharField(widget=forms.Textarea(attrs={"class": "tall"}))
    file = forms.FileField()
    secret = forms.CharField(widget=forms.HiddenInput)


@pytest.fixture
def shown() -> str:
    return str(Sample({"name": "", "size": "l", "words": "<b>", "secret": "x"}))


def test_each_field_has_a_label_of_its_own_or_a_legend(shown: str) -> None:
    labelled = set(re.findall(r'<label class="govuk-label[^"]*" for="([^"]*)"', shown))
    fields = re.findall(r'<(?:input|select|textarea)(?![^>]*hidden)[^>]* id="([^"]*)"', shown)
    assert labelled == set(fields)
    assert re.findall(r"<legend[^>]*>([^<]*)", shown) == ["Size", "Parts"]


def test_a_problem_and_a_hint_are_tied_to_their_field(shown: str) -> None:
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'id="id_name_helptext">As &lt;people&gt; say it.' in shown
    assert re.search(r'class="govuk-error-message" id="id_name_error">.*?required', shown, re.S)
    assert re.search(r'<fieldset[^>]*aria-describedby="id_parts_error"', shown)
    assert (
        'govuk-form-group--error"><label class="govuk-label govuk-label--s" for="id_name"' in shown
    )


def test_what_was_typed_is_kept(shown: str) -> None:
    assert re.search(r'type="radio" name="size" value="l"[^>]* checked', shown)
    assert "&lt;b&gt;</textarea>" in shown
    assert '<input type="hidden" name="secret" value="x"' in shown


@pytest.mark.parametrize(
    "css", ["input", "textarea tall", "select", "file-upload", "radios__input", "checkboxes__input"]
)
def test_each_sort_of_field_looks_like_govuk(shown: str, css: str) -> None:
    assert f'class="govuk-{css}"' in shown


def test_nothing_has_two_ids_or_two_classes(shown: str) -> None:
    ids = re.findall(r' id="([^"]*)"', shown)
    assert len(ids) == len(set(ids))
    assert not re.search(r'<[^>]* class="[^>]* class="', shown)
