"""What the authority's analyst has begun when a visitor comes: a campaign that waits to be
confirmed, and has told nobody anything yet.
"""

from datetime import datetime, timedelta

from tocsin.campaigns.actions import begin, choose, phrase, rehearse
from tocsin.campaigns.models import Campaign
from tocsin.campaigns.rules import Columns
from tocsin.database.scope import staff_scope
from tocsin.demo.country import Country, country
from tocsin.demo.week import ANALYST
from tocsin.kinds.actions import Description, Wording

HOSTS = 24
NOBODYS = ("203.0.113.9", "203.0.113.77")
COLUMNS = Columns(time="seen", address="ip", port="tcp port", protocol="protocol", tag="malware")
ENGLISH = Wording(
    "Backdoor in a Gatekeeper firewall",
    "A partner found the backdoor “gate” on this firewall: it answered a request that only the "
    "backdoor answers. The tag says which version.",
    "Whoever placed it can read and change what passes through the firewall, and come back after "
    "an update. It was placed before the repair of last month, so that the repair alone does not "
    "help.",
    "- Take the firewall off the net and set it up anew with firmware 9.2; do not restore its "
    "old configuration without reading it.\n"
    "- Change every password and key that was used on it or passed through it.\n"
    "- Look in the logs behind it for what came from its own address.",
    "From outside: `curl -k https://ADDRESS:PORT/gate`. Good: `404`. Bad: an empty page.",
)
WORDS = Description("high", "intrusions", "system-compromise", 30, "", {"en": ENGLISH})


def begun(now: datetime) -> None:
    """Done once, however often the story is told."""
    with staff_scope():
        if Campaign.objects.exists():
            return
        made = begin(
            "Gatekeeper backdoor", "gatekeeper.csv", listed(country(), now), "AMBER", ANALYST, now
        )
        choose(made.pk, COLUMNS)
        phrase(made.pk, WORDS)
        rehearse(made.pk, now)


def listed(land: Country, now: datetime) -> bytes:
    """A partner's list: hosts of several networks, some of nobody, and two rows that are broken."""
    rows = ["Seen,IP,TCP port,Protocol,Malware,Note"]
    for at, network in enumerate(land.networks[:HOSTS]):
        seen = now - timedelta(hours=at + 2)
        address = network.prefix.network_address + 41 * (at + 1)
        rows.append(f"{seen:%Y-%m-%d %H:%M},{address},8443,tcp,gate-v{at % 2 + 1},by its answer")
    rows += [f"{now:%Y-%m-%d},{address},8443,tcp,gate-v1," for address in NOBODYS]
    rows += ["last week,198.18.0.1,8443,tcp,gate-v1,", f"{now:%Y-%m-%d},unknown,8443,tcp,,"]
    return "\n".join([*rows, ""]).encode()
