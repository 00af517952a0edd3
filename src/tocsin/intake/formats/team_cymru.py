"""Reads Team Cymru's CSIRT reports: fields between `|`, in an older and a newer form.

Older `report|ip|asn|timestamp|comments|asn_name`, newer
`category|address|asn|timestamp|optional_information|asninfo`; the free field holds pairs, written
`name: value;` or `name value`.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from tocsin.intake.batches import Batch, Refused
from tocsin.intake.formats.batching import Numbered, Task, batches, surviving
from tocsin.intake.formats.lines import text_lines
from tocsin.intake.formats.rows import Notes, chunked, text_of
from tocsin.intake.privacy import withhold_text

MAX_INFORMATION = 4096
NAMES = ("category", "address", "asn", "timestamp", "information", "asn_name")
PAIR = re.compile(r"\s*([A-Za-z][A-Za-z_ ]{1,40}?)\s*:(?!//)\s*([^;]*?)(?=;|$|(?<=[a-z])port:)")
WORDS = re.compile(r"(?:(srcport|dstport|mwtype|dstaddr|proto) ([^\s;]+))")
PROXY = re.compile(r"(http|https|socks4|socks5|[a-z]+\d?)-(\d{1,5});?")
URL = re.compile(r"https?://[^\s;]+")
SAME = {
    "srcport": "port",
    "dstport": "dest_port",
    "mwtype": "family",
    "dstaddr": "dest_addr",
    "proto": "protocol",
    "source_port": "port",
    "honeypot_port": "dest_port",
    "darknet_port": "dest_port",
    "ports_scanned": "dest_port",
    "destination_port_numbers": "dest_port",
}


def read(task: Task) -> Iterator[Batch]:
    """Each line is a row; its category says the kind."""
    notes = Notes()
    with task.member.opener() as stream:
        found = surviving(_records(stream, notes))
        yield from batches(task, chunked(found, task.chunk_rows), notes)


def _records(stream: BinaryIO, notes: Notes) -> Iterator[Numbered]:
    for number, text in text_lines(stream, notes):
        fields = [field.strip() for field in text.split("|")]
        if text.startswith("#") or fields[:2] in (["report", "ip"], ["category", "address"]):
            continue
        if len(fields) < 4:
            detail = f"{len(fields)} fields of 6"
            yield number, Refused(number, "too-few-fields", detail, withhold_text((), [text]))
            continue
        cut = [*fields[:5], "|".join(fields[5:])]
        row = {name: text_of(value) for name, value in zip(NAMES, cut, strict=False)}
        yield number, {**information((row.get("information") or "")[:MAX_INFORMATION]), **row}


def information(text: str) -> dict[str, str | None]:
    """The pairs of the free field, under one name for each thing."""
    found: dict[str, str | None] = {}
    proxy, url = PROXY.fullmatch(text.removeprefix("proxy_type:").strip()), URL.search(text)
    if proxy:
        return {"proxy_type": proxy[1], "port": proxy[2]}
    if url and text.strip().startswith("http"):
        return {"url": url[0]}
    for name, value in [*PAIR.findall(text), *WORDS.findall(text)]:
        plain = name.strip().lower().replace(" ", "_")
        found.setdefault(SAME.get(plain, plain), text_of(value.strip()))
    return found
