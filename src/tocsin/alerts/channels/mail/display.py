"""How observed values are shown to people in a mail: short, visible, and not clickable."""

import re
import unicodedata

from tocsin.alerts.content import ThreatRow

_LINK = re.compile(r"(?i)\bhttp(s?)://([^\s/?#]*)")

# Evidence that tells a desk most, the first three that a row has are shown.
TELLING = (
    "infection",
    "malware",
    "family",
    "cve",
    "src_port",
    "cc_dns",
    "cc_ip",
    "cc_port",
    "dst_ip",
    "dst_port",
    "url",
    "http_url",
    "product",
    "vendor",
    "device_vendor",
    "device_type",
    "device_model",
    "version",
    "server_name",
    "server",
    "subject_common_name",
    "banner",
    "amplification",
    "detail",
)


def shown(value: str, limit: int = 80) -> str:
    """One line that no program makes a link: `hxxp://bad[.]example/x` for a web address.

    Controls, and marks that reorder text, become `�`.
    """
    visible = " ".join(value.split())
    if not visible.isprintable():
        visible = "".join(_visible(char) for char in visible)
    safe = _LINK.sub(lambda m: f"hxxp{m[1].lower()}://" + m[2].replace(".", "[.]"), visible)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def _visible(char: str) -> str:
    return "\ufffd" if unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"} else char


def where(row: ThreatRow) -> str:
    """`3389/tcp`, `3389`, `tcp` or nothing."""
    port = "" if row.port is None else str(row.port)
    return shown("/".join(part for part in (port, row.protocol) if part), 20)


def details(row: ThreatRow) -> list[tuple[str, str]]:
    """Up to three (name, value) that tell the desk most; the name of a tag is empty."""
    found = [("", row.tag)] if row.tag else []
    found += [(name, row.evidence[name]) for name in TELLING if row.evidence.get(name)]
    return [(name, shown(value)) for name, value in found[:3]]
