"""Objects of an RPSL database dump (RFC 2622): paragraphs of `attribute: value` lines."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from tocsin.constituency.readers.files import lines

MOST_LINES = 20_000
_CONTINUED = b" \t+"


class RpslObject(NamedTuple):
    """`values`: what each attribute says, in order, without comments; `cut`: too long."""

    line: int
    kind: str
    values: dict[str, list[str]]
    cut: bool = False

    def first(self, attribute: str) -> str:
        return next(iter(self.values.get(attribute, ())), "")

    def all(self, attribute: str) -> list[str]:
        """Every element of a list attribute, over commas and repetitions."""
        joined = ",".join(self.values.get(attribute, ()))
        return [part for part in map(str.strip, joined.split(",")) if part]


def read_objects(file: BinaryIO, attributes: dict[bytes, frozenset[bytes]]) -> Iterator[RpslObject]:
    """The objects of the kinds named in `attributes`, with the attributes named there."""
    here: list[bytes] = []
    wanted: frozenset[bytes] | None = None
    begins, start = True, 0
    for number, line in enumerate(lines(file), start=1):
        if line[0] in b"\r\n":
            if here and wanted:
                yield _object(start, here, wanted)
            here, begins = [], True
        elif line[0] in b"%#":
            continue
        elif begins:
            begins, start = False, number
            wanted = attributes.get(_name(line))
            here = [line] if wanted else []
        elif wanted and len(here) <= MOST_LINES:
            here.append(line)
    if here and wanted:
        yield _object(start, here, wanted)


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()


def _object(start: int, here: list[bytes], wanted: frozenset[bytes]) -> RpslObject:
    values: dict[str, list[str]] = {}
    latest: list[str] | None = None
    for line in here:
        if line[0] in _CONTINUED:
            if latest:
                latest[-1] = f"{latest[-1]} {_value(line[1:])}".strip()
            continue
        name, _, value = line.partition(b":")
        if name not in wanted and (name := name.strip().lower()) not in wanted:
            latest = None
            continue
        latest = values.setdefault(name.decode("ascii"), [])
        latest.append(_value(value))
    kind = _name(here[0]).decode("latin-1")
    return RpslObject(start, kind, values, cut=len(here) > MOST_LINES)


def _value(value: bytes) -> str:
    value = value.partition(b"#")[0].replace(b"\0", b"")
    try:
        return value.strip().decode()
    except UnicodeDecodeError:
        return value.strip().decode("latin-1")
