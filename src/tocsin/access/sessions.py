"""Sessions: where somebody is signed in, and whether they lately proved who they are."""

import re
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from tocsin.access.models import Person, SignInSession
from tocsin.database.scope import staff_scope

FRESH_FOR = timedelta(minutes=10)
LASTS = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Firefox", "Firefox/|FxiOS"),
    ("Chrome", "Chrome/|CriOS"),
    ("Safari", "Safari/"),
    ("curl", "curl/"),
)
SYSTEMS = (
    ("an iPhone or iPad", "iPhone|iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("a Mac", "Macintosh"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)


def begin_session(
    person: Person,
    agent: str,
    address: str,
    second_factor: bool,
    now: datetime,
    before: datetime | None = None,
) -> SignInSession:
    """`agent`: what the browser calls itself; `address`: where it is; `before`: when the person
    had signed in the last time."""
    with staff_scope():
        return SignInSession.objects.create(
            person=person, device=device(agent), place=place(address),
            second_factor=second_factor, started_at=now, seen_at=now, proved_at=now,
            before_at=before,
        )  # fmt: skip


def find_session(number: object, person: int, address: str, now: datetime) -> SignInSession | None:
    """The person's session, noted as seen; None when it was ended or is over."""
    if not isinstance(number, int):
        return None
    with staff_scope():
        found = SignInSession.objects.filter(
            pk=number, person_id=person, started_at__gt=now - LASTS
        ).first()
        if found and found.seen_at <= now - SEEN_EVERY:
            found.seen_at, found.place = now, place(address)
            SignInSession.objects.filter(pk=number).update(seen_at=now, place=found.place)
    return found


def proved_again(session: SignInSession, now: datetime, *, second_factor: bool = False) -> None:
    """The person has just proved who they are (with a second factor, if so) in this session."""
    session.proved_at = now
    session.second_factor = session.second_factor or second_factor
    with staff_scope():
        SignInSession.objects.filter(pk=session.pk).update(
            proved_at=now, second_factor=session.second_factor
        )


def is_fresh(session: SignInSession, now: datetime) -> bool:
    return now - session.proved_at < FRESH_FOR


def sessions_of(person: int, now: datetime) -> list[SignInSession]:
    """Those that go on, last seen first."""
    with staff_scope():
        going_on = SignInSession.objects.filter(person_id=person, started_at__gt=now - LASTS)
        return list(going_on.order_by("-seen_at", "-pk"))


def device(agent: str) -> str:
    """`Firefox on Linux`, from what browsers say of themselves; nobody can rely on it."""
    browser = next((name for name, sign in BROWSERS if re.search(sign, agent)), "A browser")
    system = next((name for name, sign in SYSTEMS if re.search(sign, agent)), "")
    return f"{browser} on {system}" if system else browser


def place(address: str) -> str:
    """The network around an address: enough to know one's own, and no more is kept."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))
