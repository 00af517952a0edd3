"""Two further sources: a list of malware sites in URLhaus's form, and an XARF mail."""

import json
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from tocsin.demo.country import Country
from tocsin.demo.draw import Draw

URLS = 6  # a day


def write_urlhaus(path: Path, country: Country, seed: int, number: int, day: date) -> list[int]:
    """Write a day's new sites as URLhaus does; returns the owner of each.  `number`: which day."""
    draw = Draw(seed, "urlhaus", number)
    first = number * URLS
    owners: list[int] = draw.pick(URLS, country.weights(4.0)).tolist()
    seconds = sorted(draw.integers(URLS, 0, 86_400).tolist())
    times = [f"{day} {at // 3600:02}:{at // 60 % 60:02}:{at % 60:02} UTC" for at in seconds]
    entries = {
        str(900_000 + first + at): [
            {
                "dateadded": time,
                "url": f"http://shop{first + at}.{country.providers[owner].domain}/bin/u{at}.sh",
                "url_status": "online",
                "last_online": None,
                "threat": "malware_download",
                "tags": ["elf", "mirai-demo"] if at % 2 else ["exe"],
                "urlhaus_link": f"https://urlhaus.example/url/{900_000 + first + at}/",
                "reporter": "demo",
            }
        ]
        for at, (owner, time) in enumerate(zip(owners, times, strict=True))
    }
    path.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
    return owners


def write_xarf_mail(path: Path, country: Country, number: int, day: date) -> int:
    """Write a mail with one XARF v4 report; returns who answers for its address."""
    network = country.networks[0]
    report = {
        "xarf_version": "4.2.0",
        "report_id": f"00000000-0000-4000-8000-{number:012}",
        "timestamp": f"{day}T09:41:00Z",
        "reporter": _party("Inventco Security", "abuse@inventco.example"),
        "sender": _party("Inventco Security", "abuse@inventco.example"),
        "source_identifier": str(network.prefix.network_address + 4242 + number),
        "source_port": 51413,
        "category": "connection",
        "type": "login_attack",
        "evidence_source": "honeypot",
        "destination_ip": "203.0.113.25",
        "destination_port": 22,
        "protocol": "tcp",
        "first_seen": f"{day}T09:12:00Z",
        "attempt_count": 412,
    }
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Inventco Security <abuse@inventco.example>"
    mail["To"] = "reports@authority.example"
    mail["Subject"] = "XARF report: login attack"
    mail["Date"] = f"{day:%a, %d %b %Y} 09:45:00 +0000"
    mail["Message-ID"] = f"<xarf-{day}@inventco.example>"
    mail["X-XARF"] = "SECURE"
    mail.set_content("412 failed logins from one of your addresses; the report is attached.\n")
    mail.add_attachment(
        json.dumps(report, indent=1).encode(),
        maintype="application", subtype="json", filename="xarf.json",
    )  # fmt: skip
    mail.set_boundary("tocsin-demo-xarf")
    path.write_bytes(mail.as_bytes())
    return network.owner


def _party(name: str, contact: str) -> dict[str, str]:
    return {"org": name, "contact": contact, "domain": contact.partition("@")[2]}
