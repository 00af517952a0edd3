"""What mails about joining and contacts say."""

from django.conf import settings

from tocsin.constituency.joining.proofs import Question
from tocsin.constituency.models import Application, Claim, Contact
from tocsin.mailing import page_address

APPLICATION = """Hello,

somebody, you we hope, applied with this address to join Tocsin at
{authority}, for:

{name}

Open this page and confirm the address. Later the same link shows how far the
application is, so keep this mail:

{link}

If it was not you, do nothing: the application is then forgotten in a week.
"""
PROOF = """Hello,

{name} applied to be told by {authority} about threats on

{values}

You are named as the contact for these ({how}). If {name}
answers for them, open this page and press "Yes". Without an answer nothing
happens.

{link}

The application came from {email}. The link works for 14 days.
"""
DECISION = """Hello,

{authority} has decided about what {name} applied for:

{lines}
{more}
"""
NEXT = """
An invitation to sign in comes in a mail of its own, if you have no access yet.
"""
CONTACT = """Hello,

{authority} sends alerts about threats on the networks of {name}
to this address{since}.

Is it still right? Open this page and say yes or no. It takes one click:

{link}
{reminder}"""
NEW_CONTACT = """Hello,

{name} wants alerts about threats on its networks to go to this address.
They come from {authority}.

Open this page and confirm that it is right. Until then nothing is sent here:

{link}
"""
REMINDER = """
We asked two weeks ago. Alerts go on in any case.
"""


def application(one: Application, token: str) -> str:
    return APPLICATION.format(
        authority=settings.TOCSIN_AUTHORITY,
        name=one.name,
        link=page_address(f"/join/{token}/"),
    )


def proof(question: Question) -> str:
    by_domain = question.values[0].startswith("@")
    return PROOF.format(
        authority=settings.TOCSIN_AUTHORITY,
        name=question.application.name,
        values="\n".join(f"    {value}" for value in question.values),
        how="as every domain's postmaster is" if by_domain else "in the registry",
        link=page_address(f"/join/proof/{question.token}/"),
        email=question.application.email,
    )


def decision(one: Application, claims: list[Claim]) -> str:
    approved = any(claim.decision == "approved" for claim in claims)
    return DECISION.format(
        authority=settings.TOCSIN_AUTHORITY,
        name=one.name,
        lines="\n".join(_line(claim) for claim in claims),
        more=NEXT if approved else "",
    )


def contact(one: Contact, token: str, *, reminder: bool = False) -> str:
    text = NEW_CONTACT if one.pending else CONTACT
    since = f", confirmed on {one.confirmed_at:%Y-%m-%d}" if one.confirmed_at else ""
    return text.format(
        authority=settings.TOCSIN_AUTHORITY,
        name=one.organisation.name,
        since=since,
        link=page_address(f"/contact/{token}/"),
        reminder=REMINDER if reminder else "",
    )


def _line(claim: Claim) -> str:
    said = claim.decision or "not decided yet"
    return f"    {claim.value}: {said}" + (f" ({claim.reason})" if claim.reason else "")
