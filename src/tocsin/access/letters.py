"""What mails about access say: a subject and a text, with places to fill in."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from tocsin.access.models import Invitation, Person, Role
from tocsin.constituency.models import Contact
from tocsin.mailing import page_address

SIGN_IN = """Hello {name},

open this page and press "Sign in". The link works once, for {minutes} minutes:

{link}

If you did not ask for it, do nothing.
"""
INVITATION = """Hello,

{who} invites you to Tocsin, where {authority} tells network operators
about threats on their networks and gets their answers.

{what}

Open this page to choose a password. The link works once, until {until} UTC:

{link}

If you did not expect this, do nothing.
"""
KNOWN_ALREADY = """Hello,

you were invited to Tocsin at {authority} as {role}{whose}.

You have access with this address already, and one address is one person. Ask
to be invited with another address, or have your present access removed first.
"""
DORMANT = """Hello {name},

you have not signed in to Tocsin at {authority} since {since}.
Access that nobody uses is a risk, so yours will end on {until}.

To keep it, sign in before then:

{link}
"""
CONTACT = """Hello,

alerts about threats on the networks of {name} go to

    {email}

{why} Alerts still go there. Please look, and change it if it is wrong:

{link}
"""
NO_ANSWER = "Whoever reads that mailbox has not answered for a month whether it is right."
SAID_WRONG = "Whoever reads that mailbox says that it is not the right address."
UNCONFIRMED = """Hello,

these contacts were asked for a month whether they are still right, and did not
answer. Their owners are told; alerts still go there.

{lines}
"""


def sign_in(person: Person, token: str, minutes: int) -> str:
    link = page_address(f"/sign-in/{token}/")
    return SIGN_IN.format(name=person.name or person.email, minutes=minutes, link=link)


def invitation(invited: Invitation, token: str) -> str:
    by = invited.invited_by
    return INVITATION.format(
        who=(by.name or by.email) if by else settings.TOCSIN_AUTHORITY,
        authority=settings.TOCSIN_AUTHORITY,
        what=f"You would be {_role(invited)}{_whose(invited)}.",
        until=f"{invited.expires_at:%Y-%m-%d %H:%M}",
        link=page_address(f"/invitation/{token}/"),
    )


def known_already(invited: Invitation) -> str:
    return KNOWN_ALREADY.format(
        authority=settings.TOCSIN_AUTHORITY, role=_role(invited), whose=_whose(invited)
    )


def dormant(person: Person, until: datetime) -> str:
    return DORMANT.format(
        name=person.name or person.email,
        authority=settings.TOCSIN_AUTHORITY,
        since=f"{person.last_active:%Y-%m-%d}",
        until=f"{until:%Y-%m-%d}",
        link=page_address("/sign-in/"),
    )


def _role(invited: Invitation) -> str:
    return Role(invited.role).label.lower()


def _whose(invited: Invitation) -> str:
    return f" of {invited.organisation.name}" if invited.organisation else ""


def contact(one: Contact) -> str:
    return CONTACT.format(
        name=one.organisation.name,
        email=one.email,
        why=SAID_WRONG if one.asked_at is None else NO_ANSWER,
        link=page_address("/organisation/contacts/"),
    )


def unconfirmed(contacts: Iterable[Contact]) -> str:
    lines = [f"    {one.organisation.name}: {one.email} ({one.purpose})" for one in contacts]
    return UNCONFIRMED.format(lines="\n".join(lines))
