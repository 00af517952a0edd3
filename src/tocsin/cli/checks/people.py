"""Whether the people who may sign in are safe to let in."""

from tocsin.access.factors import without_factor
from tocsin.access.models import STAFF_ROLES, Person
from tocsin.cli.checks.finding import OK, WARNING, Check, Finding, Place, counted, some


def second_factors(place: Place) -> Finding:
    """Staff without one see nothing until they set one up: whoever does so first is let in."""
    staff = dict(Person.objects.welcome().filter(role__in=STAFF_ROLES).values_list("pk", "email"))
    lacking = sorted(staff[number] for number in without_factor(list(staff)))
    if lacking:
        people = counted(len(lacking), "member of staff has", "members of staff have")
        return Finding(
            WARNING,
            f"{people} no second factor: {some(lacking)}.",
            "Have them sign in and set one up, or: tocsin people remove ADDRESS",
        )
    return Finding(OK, f"{counted(len(staff), 'member')} of staff, all with a second factor")


CHECKS: tuple[Check, ...] = (second_factors,)
