"""The demo's protect officers: one for each half of the country, two engagements, a queue.

The first visit took place in the middle of the week, so that something was observed before and
after it; the second is still to come.
"""

from datetime import date, datetime, timedelta

from tocsin.access.actions import add_person
from tocsin.access.models import Person, Role
from tocsin.access.regions import look_after
from tocsin.constituency.choices import regions
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.demo import plot
from tocsin.demo.country import country
from tocsin.outreach.assessment import Given, assess
from tocsin.outreach.counts import count_regions
from tocsin.outreach.engagements import Agreed, Plan, engage
from tocsin.outreach.models import ControlAnswer, Engagement
from tocsin.outreach.scoring import score_all

OFFICER = "protect-officer@authority.example"
NORTHERN = "protect-officer-north@authority.example"
NORTH = frozenset({"north-east", "north-west", "yorkshire-humber", "scotland", "northern-ireland"})
LATER = timedelta(days=28)
VISITED, TO_COME = plot.BROADBAND, 1  # providers, by their place
SAYS = {
    "firewalls-everywhere": Given("yes"),
    "firewalls-rules": Given("partly", "Not for the oldest routers"),
    "firewalls-administration": Given("yes"),
    "configuration-data": Given("yes"),
    "updates-soon": Given("no", "Within a month"),
    "access-second-factor": Given("yes"),
}


def officers(now: datetime) -> None:
    """Both of them, with their regions; made if they are not there."""
    codes = {one.code for one in regions().choices.choices}
    for email, name, theirs in (
        (OFFICER, "Demo Protect Officer", codes - NORTH),
        (NORTHERN, "Demo Protect Officer, North", codes & NORTH),
    ):
        person = add_person(email, Role.PROTECT_OFFICER, now, name=name)
        look_after(person, theirs, now, "demo")


def outreach(days: list[date], desk: Person, now: datetime) -> None:
    """Who was met, what they say of themselves, and whom to see next; told again it is the same."""
    officers(now)
    with staff_scope():
        officer = Person.objects.get(email=OFFICER)
        if not Engagement.objects.exists():
            _engage(days, officer, now)
        if not ControlAnswer.objects.exists():
            assess(_number(VISITED), SAYS, now, desk)
    count_regions(now)
    score_all(now)


def _engage(days: list[date], officer: Person, now: datetime) -> None:
    met = days[len(days) // 2]
    agreed = (
        Agreed("Have Redis listen on inner addresses only", plot.KIND),
        Agreed("Answer each alert within a week"),
    )
    visit = Plan("visit", met, "How the servers came to be open", met + LATER, agreed)
    engage(_number(VISITED), visit, now, officer)
    call = Plan("call", now.date() + timedelta(days=5), "Who reads the alerts there")
    engage(_number(TO_COME), call, now, officer)


def _number(place: int) -> int:
    return Organisation.objects.get(name=country().providers[place].name).pk
