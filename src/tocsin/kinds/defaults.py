"""What holds where a kind's file says nothing, and guesses for kinds without a file."""

from collections.abc import Mapping
from typing import Any

WINDOW_DAYS = 14
SCAN = {
    "affected": ["address:ip"],
    "key": ["port", "protocol"],
    "columns": {
        "time": ["timestamp"],
        "port": "port",
        "protocol": "protocol",
        "asn": "asn",
        "hostname": "hostname",
        "severity": "severity",
    },
}
EVENT = {
    "affected": ["address:src_ip"],
    "key": ["infection"],
    "columns": {
        "time": ["timestamp"],
        "port": "src_port",
        "protocol": "protocol",
        "asn": "src_asn",
        "hostname": "src_hostname",
        "severity": "severity",
    },
}
BY_NATURE: dict[str, dict[str, Any]] = {"scan": SCAN, "event": EVENT}
EVENT_PREFIXES = ("event4_", "event6_", "event_")
SCAN_PREFIXES = ("scan6_", "scan_", "population6_", "population_", "device_id")
COMPROMISE_PREFIXES = ("compromised_",)


def merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """`own` over `base`, one level into its tables; a kind's aliases stay its own."""
    merged = {field: value for field, value in base.items() if field != "aliases"}
    for field, value in own.items():
        both_tables = isinstance(value, dict) and isinstance(merged.get(field), dict)
        merged[field] = {**merged[field], **value} if both_tables else value
    return merged


def guess(name: str) -> dict[str, Any]:
    """Facts for an undescribed kind, by the prefix of its name."""
    facts: dict[str, Any] = {
        "title": f"Unclassified report: {name}",
        "class": "other",
        "type": "undetermined",
        "severity": "medium",
        "nature": "event",
    }
    if name.startswith(SCAN_PREFIXES):
        vulnerable = {"class": "vulnerable", "type": "vulnerable-system", "nature": "scan"}
        return {**facts, **vulnerable}
    if name.startswith(COMPROMISE_PREFIXES):
        intrusion = {"class": "intrusions", "type": "system-compromise", "severity": "high"}
        either = _either_address(["port", "tag"])
        return {**facts, **intrusion, **either, "columns": SCAN["columns"]}
    if name.startswith(EVENT_PREFIXES):
        return {**facts, **_either_address(["infection"])}
    return {**facts, **_either_address(["port", "protocol"]), "columns": SCAN["columns"]}


def _either_address(key: list[str]) -> dict[str, Any]:
    """Where the affected party may stand in a file of a form nobody has seen."""
    affected = ["address:src_ip", "address:ip", "prefix:network", "url:url", "email:email"]
    return {"affected": affected, "key": key}
