"""How `{{ form }}` and `{{ field }}` become HTML: with GOV.UK's classes, from templates/forms."""

from pathlib import Path
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property

OURS = Path(__file__).parent / "templates" / "forms"
DJANGOS = Path(forms.__file__).parent / "templates"


class Renderer(DjangoTemplates):
    """A widget's template is ours where there is one, else Django's."""

    form_template_name = "form.html"
    field_template_name = "field.html"

    @cached_property
    def engine(self) -> Any:
        dirs = [OURS, DJANGOS]
        return Backend({"APP_DIRS": False, "DIRS": dirs, "NAME": "ours", "OPTIONS": {}})
