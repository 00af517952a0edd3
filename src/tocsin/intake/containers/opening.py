"""Opens a path down to its members, by what the content is and not by what it is called."""

import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from tocsin.errors import TocsinError
from tocsin.intake.batches import Refused
from tocsin.intake.containers import cut_zips, mails
from tocsin.intake.containers.limits import Limits, Opener
from tocsin.intake.containers.members import Companion, MailInfo, Member, nothing
from tocsin.intake.containers.streams import (
    BROKEN,
    PACKED,
    DamagedError,
    as_utf8,
    guarded,
    read_up_to,
    seekable,
    unpacker,
)

UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp", "~")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
SNIFF_BYTES = 16 * 1024
# Members may wait in long rows: larger parts of mails are taken out again when they are read.
KEPT_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    origin: str
    opener: Opener
    mail: MailInfo | None = None
    companions: tuple[Companion, ...] = ()
    depth: int = 0

    def inside(self, name: str, opener: Opener) -> "_Source":
        return replace(
            self, name=name, origin=f"{self.origin}!{name}", opener=opener, depth=self.depth + 1
        )

    def member(self) -> Member:
        return Member(
            self.name, self.origin, self.opener, mail=self.mail, companions=self.companions
        )

    def refused(self, reason: str, detail: str, links: tuple[str, ...] = ()) -> Member:
        return Member(self.name, self.origin, nothing, self.mail, Refused(0, reason, detail), links)


def open_members(path: Path, limits: Limits | None = None) -> Iterator[Member]:
    """Everything in `path` (a file, a folder, a maildir, an archive, a mail) that may be a report.

    A folder is read recursively in the order of its names, without hidden and unfinished files.
    What cannot be opened comes as a member with `refused` set.
    Raises `TocsinError` when there is nothing at `path`.
    """
    if not path.exists():
        raise TocsinError(f"There is no file or folder {path}.", "Check the path.")
    for file in _files(path):
        yield from _expand(
            _Source(file.name, str(file), partial(_open_file, file)), limits or Limits()
        )


def _open_file(file: Path) -> BinaryIO:
    return file.open("rb")


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    names = sorted(os.listdir(path))
    if {"cur", "new"} <= set(names):
        # A maildir: `tmp` holds mails still being delivered, other files are indexes.
        names = ["cur", "new"]
    for name in names:
        if not name.startswith(".") and not name.lower().endswith(UNFINISHED):
            inner = path / name
            if not (inner.is_dir() and inner.is_symlink()):
                yield from _files(inner)


def _expand(source: _Source, limits: Limits) -> Iterator[Member]:
    """The members inside one source; nothing that it holds can stop the ones after it."""
    try:
        with source.opener() as stream:
            head = read_up_to(stream, SNIFF_BYTES)
        form = next((form for magic, form in PACKED.items() if head.startswith(magic)), "")
        is_zip = head.startswith((b"PK\x03\x04", b"PK\x05\x06"))
        is_mail = not form and not is_zip and mails.looks_like_mail(source.name, head)
        if source.depth >= limits.depth and (form or is_zip or is_mail):
            yield source.refused("nested-too-deep", f"more than {limits.depth} layers")
        elif form:
            opener = unpacker(form, source.opener, limits)
            yield from _expand(source.inside(_without_suffix(source.name, form), opener), limits)
        elif is_zip:
            yield from _zipped(source, limits)
        elif is_mail:
            yield from _mailed(source, limits)
        elif head.startswith(UTF16) and b"\0" in head[:80]:
            yield replace(source, opener=as_utf8(source.opener)).member()
        else:
            yield source.member()
    except DamagedError as error:
        yield source.refused(error.reason, str(error))
    except BROKEN as error:
        yield source.refused("unreadable", str(error) or type(error).__name__)


def _without_suffix(name: str, form: str) -> str:
    """`x.csv.gz` unpacks to `x.csv`."""
    return name[: -len(form) - 1] if name.lower().endswith("." + form) else name


def _zipped(source: _Source, limits: Limits) -> Iterator[Member]:
    try:
        with seekable(source.opener, limits) as stream, zipfile.ZipFile(stream) as archive:
            infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    except zipfile.BadZipFile as error:
        yield from _zipped_without_list(source, limits, error)
        return
    if len(infos) > limits.entries:
        yield source.refused("too-many-entries", f"{len(infos)} files in one archive")
        return
    for info in infos:
        name = _wanted(info.filename)
        if not name:
            continue
        inner = source.inside(name, partial(_open_entry, source.opener, info, limits))
        if info.flag_bits & 1:
            yield inner.refused("encrypted-archive", "the archive asks for a password")
        elif info.file_size > limits.member_bytes:
            yield inner.refused("unpacks-too-large", f"unpacks to {info.file_size} bytes")
        else:
            yield from _expand(inner, limits)


def _wanted(path: str) -> str:
    """The name of an archived file, empty for what archivers and downloads leave beside files."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1] or "unnamed"
    hidden = path.startswith("__MACOSX/") or name.startswith(".")
    return "" if hidden or name.lower().endswith(UNFINISHED) else name


def _zipped_without_list(
    source: _Source, limits: Limits, error: zipfile.BadZipFile
) -> Iterator[Member]:
    """An archive that was cut off has lost its list of files; each still stands behind a header."""
    with seekable(source.opener, limits) as stream:
        entries = list(islice(cut_zips.entries(stream), limits.entries))
    if not entries:
        raise error
    for entry in entries:
        name = _wanted(entry.name)
        if name and not entry.name.endswith("/"):
            opener = partial(_open_headed, source.opener, entry, limits)
            yield from _expand(source.inside(name, opener), limits)
    yield source.refused(
        "damaged-archive", f"cut off after {len(entries)} files, its list of files is missing"
    )


def _open_headed(opener: Opener, entry: cut_zips.Entry, limits: Limits) -> BinaryIO:
    stream = seekable(opener, limits)
    return guarded(cast(BinaryIO, entry.reader(stream)), entry.size or 1 << 40, limits, stream)


def _open_entry(opener: Opener, info: zipfile.ZipInfo, limits: Limits) -> BinaryIO:
    stream = seekable(opener, limits)
    try:
        archive = zipfile.ZipFile(stream)
        entry = cast(BinaryIO, archive.open(info))
    except BROKEN as error:
        stream.close()
        raise DamagedError("damaged-archive", str(error) or type(error).__name__) from error
    return guarded(entry, info.compress_size, limits, archive, stream)


def _mailed(source: _Source, limits: Limits) -> Iterator[Member]:
    with source.opener() as stream:
        raw = read_up_to(stream, limits.mail_bytes + 1)
    if len(raw) > limits.mail_bytes:
        yield source.refused("mail-too-large", f"more than {limits.mail_bytes} bytes")
        return
    mail = mails.read(raw)
    found = replace(source, mail=mail.info)
    if mail.refused:
        yield found.refused(mail.refused, mail.detail, mail.links)
    for number, part in enumerate(mail.parts):
        opener: Opener = partial(_open_part, source.opener, number, limits)
        if len(part.content) <= KEPT_BYTES:
            opener = partial(io.BytesIO, part.content)
        inner = found.inside(part.name, opener)
        yield from _expand(replace(inner, companions=part.companions), limits)


def _open_part(opener: Opener, number: int, limits: Limits) -> BinaryIO:
    with opener() as stream:
        mail = mails.read(read_up_to(stream, limits.mail_bytes))
    return io.BytesIO(mail.parts[number].content)
