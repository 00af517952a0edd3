"""Does the time of an answer tell whether something exists that is not the caller's?

`python -m benchmarks.existence`, on a TOCSIN_HOME to throw away with at least two organisations,
such as the demo's: it makes people there.  It asks in this process, so that no network hides a
difference: by turns for what is another organisation's and for what is nobody's.  Printed are the
medians and how far apart they are, next to how far apart two halves of the same question are.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

import click

ROUNDS = 300
Ask = Callable[[], Any]


def compared(theirs: Ask, nobodys: Ask, rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Seconds: the median for each, and by how much two halves of `nobodys` differ."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(2 * rounds):
        begun = perf_counter()
        (theirs, nobodys)[turn % 2]()
        times[turn % 2].append(perf_counter() - begun)
    halves = median(times[1][::2]), median(times[1][1::2])
    return median(times[0]), median(times[1]), abs(halves[0] - halves[1])


def questions() -> Iterator[tuple[str, Ask, Ask]]:
    """Name, and how to ask for theirs and for nobody's."""
    from django.test import Client

    from tocsin.access.actions import add_person
    from tocsin.access.models import Role
    from tocsin.access.scopes import scopes_of
    from tocsin.access.tokens import make_token
    from tocsin.alerts.models import Alert
    from tocsin.constituency.models import Contact, Organisation
    from tocsin.database.scope import staff_scope
    from tocsin.threats.models import Threat

    now = datetime.now(UTC)
    with staff_scope():
        ours, theirs = Organisation.objects.order_by("pk")[:2]
        threat = Threat.objects.filter(organisation=theirs).values_list("key", flat=True)[0]
        ticket = Alert.objects.filter(organisation=theirs).values_list("ticket", flat=True)[0]
        contact = Contact.objects.filter(organisation=theirs).values_list("pk", flat=True)[0]
    email = f"{secrets.token_hex(4)}@ours.example"
    person = add_person(email, Role.OWNER, now, ours.name)
    with staff_scope():
        person.set_password("a long pass phrase")
        person.save()
    token, _ = make_token(person, "times", scopes_of(Role.OWNER), now)
    caller = Client(headers={"Authorization": f"Bearer {token}", "Host": "localhost"})
    stranger = Client(headers={"Host": "localhost"})

    def read(path: str) -> Ask:
        return lambda: caller.get(f"/api/v1{path}")

    def sign_in(name: str) -> Ask:
        form = {"email": name, "password": "wrong"}
        return lambda: stranger.post("/sign-in/", form)

    yield "threat", read(f"/threats/{threat}"), read(f"/threats/{uuid4()}")
    yield "timeline", read(f"/threats/{threat}/timeline"), read(f"/threats/{uuid4()}/timeline")
    yield "alert", read(f"/alerts/{ticket}"), read("/alerts/TOCSIN-2026-999999")
    yield "contact", read(f"/contacts/{contact}"), read("/contacts/987654321")
    yield "sign in", sign_in(email), sign_in("nobody@ours.example")


def main() -> None:
    from tocsin.database.setup import open_database

    open_database()
    import tocsin.access.rate
    import tocsin.web.api.door as door
    import tocsin.web.attempts as attempts

    door.RATE = tocsin.access.rate.Rate(10**9)
    attempts.TRIES = attempts.TRIES_PER_CALLER = attempts.TRIES_PER_ADDRESS = 10**9
    click.echo(f"{'':10}{'theirs':>10}{'nobodys':>10}{'apart':>10}{'noise':>10}  (ms, medians)")
    for name, theirs, nobodys in questions():
        rounds = ROUNDS // 5 if name == "sign in" else ROUNDS
        first, second, noise = (1000 * each for each in compared(theirs, nobodys, rounds))
        click.echo(f"{name:10}{first:10.2f}{second:10.2f}{first - second:10.2f}{noise:10.2f}")


if __name__ == "__main__":
    main()
