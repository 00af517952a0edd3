"""An organisation's own mutes: what it does not want to be told, and what that would hold now."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db.models import Q, QuerySet

from tocsin.alerts.models import Mute
from tocsin.alerts.queries import held_back
from tocsin.alerts.wishes import RuleError, Subject
from tocsin.audit.log import note
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Report
from tocsin.kinds.catalogue import Kind, kind
from tocsin.kinds.rsit import SEVERITIES, TYPES
from tocsin.threats.planned import ask
from tocsin.threats.reading import HASHED, IN_ORDER
from tocsin.threats.states import CURRENT, Severity, State
from tocsin.threats.wanted import Wanted, kinds_by_number, limits, values

MUTED = (Path(__file__).parent / "sql" / "muted.sql").read_text()
MOST = 100  # mutes of one organisation
LOOKED_AT, LEAST_OF_A_KIND = 10_000, 200  # threats, for a preview


@dataclass(frozen=True, slots=True)
class Quiet:
    """Which threats a mute is about, as `models.Mute` has it; an empty field stands for any."""

    subject: Subject
    rsit_class: str = ""
    severity: str = ""

    def checked(self, now: datetime) -> "Quiet":
        """Raises `RuleError`."""
        if self.subject.is_anything and not (self.rsit_class or self.severity):
            raise RuleError("A mute of everything is no mute.", "Choose what it is about.")
        if self.rsit_class and self.rsit_class not in TYPES:
            raise RuleError(f"There is no class {self.rsit_class!r}.")
        if self.severity and self.severity not in SEVERITIES:
            raise RuleError(f"There is no severity {self.severity!r}.")
        if self.subject.until and self.subject.until <= now:
            raise RuleError("The mute would have ended already.", "Give a later day.")
        return Quiet(self.subject.checked(), self.rsit_class, self.severity)

    def covers(self, one: Kind) -> bool:
        """Whether threats of this kind can be in it."""
        return self.subject.kind in ("", one.name) and self.rsit_class in ("", one.class_)


@dataclass(frozen=True, slots=True)
class Held:
    """How many of a kind's current threats; `more`: there are more than were looked at.

    `severity`: of the worst of them; `usually`: of the kind.
    """

    title: str
    severity: str
    usually: str
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """`rows`: most threats first.  `bounded`: some kinds have more threats than `each`, which is
    how many of each were looked at.  `critical`: something critical is, or may come to be, among
    them."""

    rows: list[Held]
    total: int
    bounded: bool
    each: int
    critical: bool


def add_mute(organisation: int, quiet: Quiet, by: str, now: datetime) -> Mute:
    """In the organisation's scope.  Raises `RuleError`."""
    about = quiet.checked(now)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation)
    there = mutes_of(organisation, now)
    fields = {
        **asdict(about.subject), "rsit_class": about.rsit_class, "severity": about.severity
    }  # fmt: skip
    if there.filter(**{name: value for name, value in fields.items() if name != "until"}).exists():
        raise RuleError("You have muted this already.", "End that mute first to change it.")
    if there.count() >= MOST:
        raise RuleError(f"{MOST} mutes are enough: end one first.")
    made = Mute.objects.create(organisation_id=organisation, **fields)
    note(by, "mute made", f"mute {made.pk}", now, organisation=organisation)
    return made


def end_mute(organisation: int, number: int, by: str, now: datetime) -> None:
    """What it held is told with the next alert.  Raises `RuleError` where there is none."""
    deleted, _ = Mute.objects.filter(organisation=organisation, pk=number).delete()
    if not deleted:
        raise RuleError("This mute is not there any more.")
    note(by, "mute ended", f"mute {number}", now, organisation=organisation)


def mutes_of(organisation: int, now: datetime) -> QuerySet[Mute]:
    """Those that hold something back, the latest first."""
    in_force = Q(until=None) | Q(until__gt=now)
    return Mute.objects.filter(in_force, organisation=organisation).order_by("-pk")


def preview(organisation: int, quiet: Quiet, now: datetime, language: str) -> Preview:
    """What the mute would hold of the current threats that the organisation may know of.

    Of each kind only the first ones are looked at: about `LOOKED_AT` in all.  Raises `RuleError`.
    """
    about = quiet.checked(now)
    found, each = _looked(organisation, about, now, language)
    kinds = kinds_by_number()
    rows = [
        _held(kinds[number], language, held, worst, looked >= each)
        for number, held, worst, looked in found
    ]
    rows.sort(key=lambda row: (-row.count, row.title))
    return Preview(
        rows=rows,
        total=sum(row.count for row in rows),
        bounded=any(row.more for row in rows),
        each=each,
        critical=_names_critical(about)
        or any("critical" in (row.severity, row.usually) for row in rows),
    )


def _held(one: Kind, language: str, held: int, worst: int, more: bool) -> Held:
    return Held(one.title_in(language), Severity(worst).name.lower(), one.severity, held, more)


def may_know(
    organisation: int, now: datetime, language: str, states: tuple[State, ...] = CURRENT
) -> Wanted:
    """All threats of an organisation that it may be told of; in any scope."""
    with staff_scope():
        red = Report.objects.filter(tlp="RED").values_list("pk", flat=True)
        return Wanted(
            organisation,
            states=states,
            hidden=tuple(red),
            held=held_back(organisation, now),
            language=language,
        )


def _looked(
    organisation: int, about: Quiet, now: datetime, language: str
) -> tuple[list[tuple[int, int, int, int]], int]:
    """(kind's number, held, worst severity, looked at), and how many of each kind at most."""
    wanted = replace(may_know(organisation, now, language), prefix=about.subject.prefix)
    walk = [number for number, one in kinds_by_number().items() if about.covers(one)]
    each = max(LEAST_OF_A_KIND, LOOKED_AT // max(len(walk), 1))
    given = values(wanted) | {
        "walk": walk,
        "each": each,
        "severity": Severity[about.severity.upper()] if about.severity else 0,
        "reports": _reports(about.subject.feed),
    }
    row = ask(IN_ORDER + HASHED, MUTED.format(which=" AND ".join(limits(wanted))), given)
    assert row is not None
    return json.loads(row[0]), each


def _reports(feed: str) -> list[int] | None:
    """Of the feed; none for any."""
    if not feed:
        return None
    with staff_scope():
        return list(Report.objects.filter(feed__name=feed).values_list("pk", flat=True))


def _names_critical(about: Quiet) -> bool:
    named = kind(about.subject.kind).severity if about.subject.kind else ""
    return "critical" in (about.severity, named)
