"""The filters of the list of threats: a form whose state is in the address."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tocsin.alerts.attention import due_soon
from tocsin.alerts.models import AlertThreat
from tocsin.constituency.asset_names import domain_name
from tocsin.kinds.catalogue import Kind
from tocsin.refused import RefusalError
from tocsin.threats.states import CURRENT, Severity, State
from tocsin.threats.wanted import Wanted, kinds_of
from tocsin.web.tags import SEVERITIES, STATES
from tocsin.web.visible import within

MOST_OF_AN_ALERT = 2_000  # threats
NOTHING = UUID(int=2**128 - 1)  # the id of no threat


class ThreatFilters(forms.Form):
    """`what` is an address, a prefix, a name or a threat's id."""

    what = forms.CharField(
        label=_("Address, prefix, domain or threat id"), required=False, max_length=300
    )
    kind = forms.CharField(label=_("Kind"), required=False, max_length=200, widget=forms.Select)
    state = forms.MultipleChoiceField(
        label=_("State"),
        required=False,
        help_text=_("None chosen: all that are not over."),
        widget=forms.CheckboxSelectMultiple,
        choices=[(state.name.lower(), STATES[state][1]) for state in State],
    )
    severity = forms.MultipleChoiceField(
        label=_("Severity"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, words) for name, (_colour, words) in SEVERITIES.items()],
    )
    opened = forms.DateField(
        label=_("New or back since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    since = forms.DateField(
        label=_("Seen or changed since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    tag = forms.CharField(label=_("Tag contains"), required=False, max_length=200)
    due = forms.BooleanField(label=_("Only what is due within two days"), required=False)
    alert = forms.CharField(label=_("Alert"), required=False, max_length=32)

    def __init__(self, *args: Any, kinds: Iterable[Kind], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.name, one.title_in(language)) for one in kinds]
        self._choose("kind", [("", _("Any kind")), *sorted(named, key=lambda pair: pair[1])])
        self.fields["class"] = forms.CharField(
            label=_("Class"), required=False, max_length=200, widget=forms.Select
        )
        classes = sorted({one.class_ for one in kinds})
        self._choose("class", [("", _("Any class")), *((name, name) for name in classes)])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """What the list offers; another one that is known is no mistake, and finds nothing."""
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)
        widget.choices = choices

    def clean_what(self) -> str:
        text: str = self.cleaned_data["what"].strip()
        if text and threat_id(text) is None:
            affected(text)
        return text

    def wanted(self, basis: Wanted, now: datetime) -> Wanted:
        """`basis`: all that the reader may see; the form is valid."""
        given = self.cleaned_data
        kinds = [given["kind"]] if given["kind"] else []
        classes = [given["class"]] if given["class"] else []
        return replace(
            basis,
            states=tuple(State[name.upper()] for name in given["state"])
            or (tuple(State) if given["alert"] else CURRENT),
            severities=tuple(Severity[name.upper()] for name in given["severity"]),
            kinds=_both(kinds, classes, basis.known),
            opened=_midnight(given["opened"]),
            since=_midnight(given["since"]),
            tag=given["tag"],
            told=due_soon(now, basis.known) if given["due"] else None,
            **self._which(given["what"], given["alert"]),
        )

    def _which(self, what: str, alert: str) -> dict[str, Any]:
        found = affected(what) if what else {}
        if not alert:
            return found
        # An address is looked for within the alert, not beside it.
        for address in found.pop("addresses", ()):
            found["prefix"] = address
        return found | {"keys": of_alert(alert)}


def threat_id(text: str) -> UUID | None:
    try:
        return UUID(text.strip()) if len(text.strip()) == 36 else None
    except ValueError:
        return None


def affected(text: str) -> dict[str, Any]:
    """What `text` names, as fields of `Wanted`.  Raises `ValidationError`."""
    text = text.strip()
    try:
        return dict(within(text))
    except ValueError:
        pass
    if "/" in text or text.replace(".", "").isdecimal():
        raise ValidationError(
            _("Enter a whole address such as 192.0.2.7, or a prefix such as 192.0.2.0/24.")
        )
    try:
        name = domain_name(text.rpartition("@")[2])
    except RefusalError as refusal:
        raise ValidationError(
            _("Enter an address, a prefix, a domain or a threat’s id.")
        ) from refusal
    return {"domain": f"@{name}" if "@" in text else name}


def of_alert(ticket: str) -> tuple[UUID, ...]:
    """The ids of the threats that an alert told, in the reader's scope; never none."""
    told = AlertThreat.objects.filter(alert__ticket=ticket.strip()).order_by("pk")
    return tuple(told.values_list("key", flat=True)[:MOST_OF_AN_ALERT]) or (NOTHING,)


def chosen(request: HttpRequest, form: ThreatFilters) -> list[tuple[Any, Any, str]]:
    """(what, value, the list's address without it) of each filter that is set."""
    found = []
    for name, field in form.fields.items():
        for value in filter(None, request.GET.getlist(name)):
            words = dict(getattr(field.widget, "choices", ())).get(value, value)
            said = _("yes") if isinstance(field, forms.BooleanField) else words
            found.append((field.label, said, without(request, name, value)))
    return found


def without(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query.setlist(name, [each for each in query.getlist(name) if each != value])
    return f"{reverse('threats')}?{plain(query)}"


def plain(query: Any) -> str:
    """The filters alone: not where a page begins, nor what was just done."""
    query = query.copy()
    for name in ("after", "done"):
        query.pop(name, None)
    for name in list(query):
        query.setlist(name, [value for value in query.getlist(name) if value])
    return str(query.urlencode())


def _both(
    kinds: list[str], classes: list[str], known: Mapping[int, str] | None
) -> tuple[int, ...] | None:
    if not (kinds or classes):
        return None
    if not (kinds and classes):
        return kinds_of(kinds, classes, known)
    return tuple(set(kinds_of(kinds, (), known)) & set(kinds_of((), classes, known)))


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None
