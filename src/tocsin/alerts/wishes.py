"""What organisations wish for, and what the authority holds back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import NamedTuple

from tocsin.alerts.models import Inhibition, Mute, Preference
from tocsin.audit.log import note
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.kinds.catalogue import kind


class RuleError(TocsinError):
    """A mute or an inhibition that would not do what it says."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Which threats a mute or an inhibition is about; an empty field stands for any."""

    kind: str = ""
    feed: str = ""
    prefix: str = ""
    until: datetime | None = None

    def checked(self) -> "Subject":
        """With the kind's and the prefix's canonical form.  Raises `RuleError`."""
        name = self.kind and kind(self.kind).name
        if self.kind and kind(self.kind).flagged:
            raise RuleError(f"There is no kind {self.kind!r}.")
        try:
            prefix = self.prefix and str(ip_network(self.prefix))
        except ValueError as error:
            raise RuleError(f"{self.prefix!r} is no prefix: {error}") from error
        return Subject(name, self.feed, prefix, self.until)

    @property
    def is_anything(self) -> bool:
        return not (self.kind or self.feed or self.prefix)


def inhibit(organisation: str, subject: Subject, reason: str, by: str, now: datetime) -> int:
    """Hold threats back, of one organisation or (empty) of all; the inhibition's number."""
    if not reason.strip():
        raise RuleError("An inhibition needs a reason.")
    with staff_scope():
        made = Inhibition.objects.create(
            organisation=_organisation(organisation) if organisation else None,
            reason=reason,
            made_by=by,
            made_at=now,
            **asdict(subject.checked()),
        )
        note(
            by, "inhibited", f"inhibition {made.pk}", now, about=made.organisation_id,
            kind=made.kind, feed=made.feed,
        )  # fmt: skip
    return made.pk


def mute(organisation: str, subject: Subject, rsit_class: str = "", severity: str = "") -> int:
    """Keep threats from an organisation that it does not want to be told of; the mute's number."""
    if subject.is_anything and not (rsit_class or severity):
        raise RuleError(
            "A mute of everything is no mute.",
            "Suspend the organisation, or inhibit it, which asks for a reason.",
        )
    with staff_scope():
        made = Mute.objects.create(
            organisation=_organisation(organisation),
            rsit_class=rsit_class,
            severity=severity,
            **asdict(subject.checked()),
        )
    return made.pk


def lift(what: str, number: int, by: str = "operator", now: datetime | None = None) -> None:
    """End a mute or an inhibition: what it held back is told with the next alert.

    `by`: who, for the log (`person 7`); without `now` it is this moment.
    """
    table: type[Mute] | type[Inhibition] = Mute if what == "mute" else Inhibition
    with staff_scope():
        found: Mute | Inhibition | None = table._default_manager.filter(pk=number).first()
        if found is None:
            raise RuleError(f"There is no {what} {number}.", "`tocsin alerts rules` lists them.")
        about = found.organisation_id
        found.delete()
        note(by, f"{what} lifted", f"{what} {number}", now or datetime.now(UTC), about=about)


def prefer(organisation: str, rhythm: str, weekday: int, immediate_from: str) -> None:
    """Set when an organisation is written to."""
    with staff_scope():
        Preference.objects.update_or_create(
            organisation=_organisation(organisation),
            defaults={"rhythm": rhythm, "weekday": weekday, "immediate_from": immediate_from},
        )


def change_wishes(
    organisation: int, wishes: Mapping[str, str | int], by: str, now: datetime
) -> None:
    """Change some of `Preference`'s fields and the `language` of one organisation (its number);
    in its scope."""
    changes = dict(wishes)
    language = changes.pop("language", None)
    if language:
        Organisation.objects.filter(pk=organisation).update(language=language)
    if changes:
        Preference.objects.update_or_create(organisation_id=organisation, defaults=changes)
    note(by, "wishes changed", f"organisation {organisation}", now, organisation, **wishes)


class Rule(NamedTuple):
    """A mute or an inhibition as the list shows it."""

    what: str
    number: int
    organisation: str
    about: str
    until: datetime | None
    reason: str


def rules() -> list[Rule]:
    """All that are in the tables, those that have ended too."""
    with staff_scope():
        inhibitions = [
            Rule("inhibition", i.pk, _name(i.organisation), _about(i), i.until, i.reason)
            for i in Inhibition.objects.select_related("organisation").order_by("pk")
        ]
        mutes = [
            Rule("mute", m.pk, _name(m.organisation), _about(m), m.until, "")
            for m in Mute.objects.select_related("organisation").order_by("pk")
        ]
    return inhibitions + mutes


def _about(row: Mute | Inhibition) -> str:
    named = {"kind": row.kind, "feed": row.feed, "prefix": row.prefix}
    if isinstance(row, Mute):
        named |= {"class": row.rsit_class, "severity": row.severity}
    return ", ".join(f"{name} {value}" for name, value in named.items() if value) or "everything"


def _name(organisation: Organisation | None) -> str:
    return organisation.name if organisation else "everybody"


def _organisation(name: str) -> Organisation:
    found = Organisation.objects.filter(name=name).first()
    if found is None:
        raise RuleError(
            f"No organisation is called {name!r}.", "`tocsin organisations list` shows their names."
        )
    return found
