"""Which column of a report carries what."""

from dataclasses import dataclass

AFFECTED_AS = ("address", "prefix", "url", "domain", "email")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns that Tocsin understands; an empty name means that no column does.

    `affected` lists (form, column) in order of preference, with form one of `AFFECTED_AS`.
    `key` are further columns that tell two threats on one asset apart (`cve:NAME` takes the
    CVE identifiers inside column NAME).  A port that is not in `key` is a passing one, such as
    the source port of a connection.  `time_format` empty: ISO-like or Unix epoch.
    """

    time: tuple[str, ...]
    affected: tuple[tuple[str, str], ...]
    port: str = ""
    protocol: str = ""
    asn: str = ""
    hostname: str = ""
    severity: str = ""
    key: tuple[str, ...] = ()
    time_format: str = ""
