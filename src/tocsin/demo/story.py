"""The demo's story: the real pipeline on the made-up country, day after day.

Nothing here is special but the clock: imports, ingest, sweep, release, compose and delivery are
what the other commands call.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings

from tocsin.access.actions import add_person
from tocsin.access.links import make_sign_in_link
from tocsin.access.models import Person, Role
from tocsin.alerts.analyst import release
from tocsin.alerts.channels.mail.setup import post
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.deliveries import deliver_due
from tocsin.answers.nobodys import count_nobodys
from tocsin.constituency.import_assets import import_assets
from tocsin.constituency.import_organisations import import_organisations
from tocsin.constituency.models import Organisation
from tocsin.database.locks import exclusive
from tocsin.database.scope import staff_scope
from tocsin.demo.authority import begun
from tocsin.demo.country import country
from tocsin.demo.generate import Plan, Truth, generate
from tocsin.demo.last_day import answers
from tocsin.demo.marker import Marker, check_home, read_marker
from tocsin.demo.outreach import outreach
from tocsin.demo.week import ANALYST, ANSWERING, steps
from tocsin.intake.models import Report
from tocsin.measurement.counting import count as count_months
from tocsin.threats import fix_times
from tocsin.threats.ingest import ingest

MORNING = time(8, 30)  # of the day after: reports have come, alerts go out
LOCK = "demo.lock"
PATIENCE = 3600.0  # seconds: a large demo takes its time
Say = Callable[[str, int], None]


@dataclass(frozen=True)
class Story:
    """`again`: it had been told before, and nothing was left to do."""

    plan: Plan
    truth: Truth
    clock: datetime
    again: bool


def tell(plan: Plan, say: Say) -> Story:
    """Tell the story in the installation that is open; `say` hears each step and how many are left.

    Of two commands at once the second waits, and then finds it told.  Raises `TocsinError` if the
    installation holds something other than this demo.
    """
    with exclusive(settings.TOCSIN_HOME / LOCK, PATIENCE):
        return _tell(plan, say)


def _tell(plan: Plan, say: Say) -> Story:
    home, last = settings.TOCSIN_HOME, morning(plan.dates[-1])
    clock = last + ANSWERING
    check_home(home, plan, _holds_data())
    marker = read_marker(home)
    again = marker is not None and marker.done
    if marker is None:
        marker = Marker(plan, morning(plan.dates[0]))
        marker.write(home)
    folder, left = home / "demo", plan.days + 2
    truth = generate(folder, plan)
    say("a country", left)
    _import(folder, morning(plan.dates[0]))
    people(morning(plan.dates[0]))
    say("its organisations and networks", left - 1)
    behind = 0
    for at, day in enumerate(plan.dates):
        ingest([folder / "reports" / str(day)], clock if again else morning(day))
        for step in steps(at, plan.days, morning(day)):
            behind += 1
            if behind > marker.steps and not again:
                step.act(step.at)
                marker = replace(marker, clock=step.at, steps=behind)
                marker.write(home)
        say(f"{day:%A} {day.day} {day:%B}", plan.days - at)
    if not again:
        _alert(last)
        answers(last, clock)
        count_nobodys(clock)
        begun(clock)
        fix_times.refresh(clock)
        outreach(plan.dates, people(clock)[country().providers[0].name], clock)
    count_months(clock.date())
    replace(marker, clock=clock, done=True).write(home)
    say("mails", 0)
    return Story(plan, truth, clock, again)


def morning(day: date) -> datetime:
    """When a day's reports are worked on."""
    return datetime.combine(day + timedelta(days=1), MORNING, UTC)


def people(now: datetime) -> dict[str, Person]:
    """The demo's analyst, and somebody at its largest provider; made if they are not there."""
    provider = country().providers[0]
    return {
        "analyst": add_person(ANALYST, Role.ANALYST, now, name="Demo Analyst"),
        provider.name: add_person(
            f"desk@{provider.domain}", Role.ABUSE_DESK, now, provider.name, "Demo Abuse Desk"
        ),
    }


def sign_in_links(now: datetime) -> dict[str, str]:
    """A one-time link for each of them, good for a day."""
    return {
        who: f"/sign-in/{make_sign_in_link(person, now, timedelta(days=1))}/"
        for who, person in people(now).items()
    }


def _holds_data() -> bool:
    with staff_scope():
        return Organisation.objects.exists() or Report.objects.exists()


def _import(folder: Path, now: datetime) -> None:
    import_organisations(folder / "organisations.csv", now)
    import_assets([folder / "registry.txt"], now)
    import_assets([folder / "assets.csv"], now)
    import_assets([folder / "former.csv"], now)


def _alert(now: datetime) -> None:
    """The analyst has looked on all week, and now lets the first alerts go: one to each.

    These stay in the outbox, where a visitor finds what each organisation has to know.
    """
    release([], now, everybody=True)
    compose_due(ready(now), now)
    deliver_due(post(), lambda: now)
