"""A partner's list of hosts, and whose they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.threats.assets import asset
from tocsin.campaigns.actions import begin, choose, phrase, rehearse
from tocsin.campaigns.models import Campaign
from tocsin.campaigns.rules import Columns
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.scope import staff_scope
from tocsin.kinds.actions import Description, Wording

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
BY = "person 7"
LIST = b"""When,Host,TCP port,Protocol,Backdoor,Password,Owner mail
2026-09-29 08:00,192.0.2.1,8443,tcp,gate-v2,hunter2,jo@nordwind.example
2026-09-29 08:05,192.0.2.1,8443,tcp,gate-v2,hunter3,jo@nordwind.example
2026-09-29 08:10,192.0.2.9,443,tcp,,,
2026-09-29 09:00,198.51.100.7,443,tcp,,,
2026-09-29 09:00,203.0.113.99,443,tcp,,,
soon,192.0.2.3,443,tcp,,,
2026-09-29 09:30,nothing,443,tcp,,,
"""
COLUMNS = Columns(time="when", address="host", port="tcp port", protocol="protocol", tag="backdoor")
ENGLISH = Wording(
    "Backdoor in Gatekeeper firewalls",
    "A partner found the backdoor “gate” on this firewall.",
    "Whoever installed it reads what passes through the firewall.",
    "- Set the firewall up anew with firmware 9.2 and change every password on it.",
    "`curl -k https://ADDRESS/gate` answers 404.",
)
GERMAN = Wording(
    "Hintertür in Gatekeeper-Firewalls",
    "Ein Partner fand die Hintertür „gate“ auf dieser Firewall.",
    "Wer sie angelegt hat, liest mit.",
    "- Die Firewall neu aufsetzen.",
    "`curl -k https://ADRESSE/gate` antwortet mit 404.",
)
WORDS = Description(
    "critical", "intrusions", "system-compromise", 30, "", {"en": ENGLISH, "de": GERMAN}
)


def country() -> tuple[Organisation, Organisation]:
    """Nordwind, which reads German and has two of the list's hosts, and Southgate with one."""
    with staff_scope():
        asset("Nordwind", "192.0.2.0/24")
        asset("Southgate", "198.51.100.0/24")
        Organisation.objects.update(released_at=NOW - timedelta(days=9))
        Organisation.objects.filter(name="Nordwind").update(language="de")
        found = [Organisation.objects.get(name=name) for name in ("Nordwind", "Southgate")]
        for one in found:
            Contact.objects.create(organisation=one, email=f"abuse@{one.name.lower()}.example")
    return found[0], found[1]


def draft(content: bytes = LIST, **changes: Any) -> Campaign:
    """A campaign that waits for nothing but its confirmation."""
    given = {"name": "Gatekeeper", "file": "hosts.csv", "tlp": "AMBER", **changes}
    made = begin(given["name"], given["file"], content, given["tlp"], BY, NOW)
    choose(made.pk, COLUMNS if content.startswith(LIST) else Columns(address="host", time="when"))
    phrase(made.pk, WORDS)
    rehearse(made.pk, NOW)
    with staff_scope():
        return Campaign.objects.get(pk=made.pk)
