"""Assets from lists and registers, a million at a time.

One transaction: the file goes into temporary tables by COPY, and a few set-based statements bring
the assets up to date.  Nothing is ever deleted, since the past has to stay answerable.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tocsin.constituency import holders
from tocsin.constituency.generation import lock_assets, raise_generation
from tocsin.constituency.holders import NONE_UNLINKED, Unlinkeds
from tocsin.constituency.models import Asset
from tocsin.constituency.organisation_names import OrganisationNames
from tocsin.constituency.readers.asset_csv import read_asset_csv
from tocsin.constituency.readers.delegated import read_delegated
from tocsin.constituency.readers.detect import detect
from tocsin.constituency.readers.files import open_file
from tocsin.constituency.readers.rpsl import read_rpsl
from tocsin.constituency.refusals import Refusals
from tocsin.constituency.refused_entries import ASSETS, Keeper
from tocsin.constituency.registry_rows import HeldAsset, Holder, OwnedAsset
from tocsin.constituency.staging import FORMS, Staging
from tocsin.constituency.statements import Parameters, count_rows, execute, rows
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.refused import Refused

PROVENANCE = {"csv": "list", "delegated": "rir", "rpsl": "rpsl"}
REPORT_EVERY = 5_000
SHOWN = 20
# A register that loses more than this share of its entries at once was probably cut off.
MOST_LOST = 0.5
FEW = 20

Item = OwnedAsset | HeldAsset | Holder | Refused

_DATES_AND_SUFFIXES = re.compile(r"(\.(gz|bz2|xz|csv|txt|db)\b)+$|[-_.]?\d{4}-?\d{2}-?\d{2}")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`registry`: the register that the files are all of; empty: of a CSV, people's own list."""

    format: str = "auto"
    registry: str = ""
    country: str = ""
    create_organisations: bool = False
    accept_shrinkage: bool = False


@dataclass(slots=True)
class AssetImport:
    """What came of it, in assets; `created`: organisations."""

    registry: str = ""
    refused: Refusals = field(default_factory=Refusals)
    read: int = 0
    opened: int = 0
    changed: int = 0
    closed: int = 0
    unchanged: int = 0
    created: int = 0
    unlinked: Unlinkeds = NONE_UNLINKED
    nameless: int = 0
    notes: list[str] = field(default_factory=list)


def import_assets(
    paths: Sequence[Path],
    now: datetime,
    options: ImportOptions = ImportOptions(),
    progress: Callable[[int], None] | None = None,
) -> AssetImport:
    """Take in files of one register, or one list of people's own.

    The same files again change nothing.  Of a register, entries that are gone end now and new ones
    begin.  Raises `TocsinError` where a file cannot be read as a whole; then nothing was taken.
    """
    formats = {detect(path) for path in paths} if options.format == "auto" else {options.format}
    if len(formats) > 1:
        raise TocsinError("the files are of different forms", "Import them one after the other.")
    (form,) = formats
    registry = _registry(paths, form, options)
    with staff_scope():
        keeper = Keeper(ASSETS, {path.name for path in paths}, now, registry)
        taking = _Taking(form, AssetImport(registry, Refusals(keeper.keep)), now, options, progress)
        for path in paths:
            with open_file(path) as file:
                taking.stage(path.name, file)
        keeper.finish()
        return taking.settle(", ".join(path.name for path in paths))


def _registry(paths: Sequence[Path], form: str, options: ImportOptions) -> str:
    if options.registry or form == "csv":
        return options.registry
    if len(paths) > 1:
        raise TocsinError(
            "several files need a name for the register that they are parts of",
            "Name it, for example --registry ripe, and use that name every time.",
        )
    return _DATES_AND_SUFFIXES.sub("", paths[0].name)[:64]


class _Taking:
    """One import on its way: staged file by file, then settled."""

    def __init__(
        self,
        form: str,
        result: AssetImport,
        now: datetime,
        options: ImportOptions,
        progress: Callable[[int], None] | None,
    ) -> None:
        self.form = form
        self.now = now
        self.options = options
        self.progress = progress
        self.result = result
        if options.create_organisations:  # of two imports at once the second finds them made
            lock_assets()
        self.staging = Staging()
        self.organisations = OrganisationNames(now, create=options.create_organisations)

    def stage(self, name: str, file: BinaryIO) -> None:
        unknown = 0  # the line last refused for its organisation: a range has many assets
        for item in self._items(file):
            self.result.read += 1
            if isinstance(item, Refused):
                self.result.refused.add(name, item)
            elif isinstance(item, HeldAsset):
                self.result.nameless += not item.handles
                self.staging.add_held(item)
            elif isinstance(item, Holder):
                self.staging.add_holder(item)
            elif not self._stage_owned(item) and item.line != unknown:
                unknown = item.line
                self.result.refused.add(name, self._of_nobody(item))
            if self.progress and self.result.read % REPORT_EVERY == 0:
                self.progress(self.result.read)

    def _items(self, file: BinaryIO) -> Iterator[Item]:
        if self.form == "csv":
            return read_asset_csv(file)
        read = read_delegated if self.form == "delegated" else read_rpsl
        return read(file, self.options.country)

    def _stage_owned(self, item: OwnedAsset) -> bool:
        """Whether its organisation is known."""
        number = self.organisations.find(item.organisation)
        if number is None:
            return False
        form = FORMS[item.asset.form]
        validity = item.valid_from, item.valid_to
        self.staging.add((item.line, form, item.asset.text, "", number, *validity, False))
        return True

    def _of_nobody(self, item: OwnedAsset) -> Refused:
        detail = self.organisations.suggest(item.organisation)
        text = f"{item.organisation},{item.asset.text}"
        return Refused(item.line, "unknown-organisation", detail, text)

    def settle(self, source: str) -> AssetImport:
        self.staging.finish()
        lock_assets()
        registry = self.result.registry
        if registry:
            self._link()
        self.result.created += self.organisations.created
        execute("wanted_registry" if registry else "wanted_manual")
        first = not Asset.objects.filter(registry=registry).exists()
        parameters: Parameters = {
            "now": self.now,
            "registry": registry,
            "provenance": PROVENANCE[self.form] if registry else "manual",
            "source": source,
            "as_stated": first or not registry,
        }
        if registry:
            self._close(parameters)
        self.result.changed = execute("change", parameters)
        self.result.opened = execute("open", parameters)
        wanted = count_rows("wanted")
        self.result.unchanged = wanted - self.result.changed - self.result.opened
        if not registry:
            self.result.notes = self._contested()
        if self.result.opened or self.result.changed or self.result.closed:
            raise_generation()
        return self.result

    def _link(self) -> None:
        holders.link(self.now)
        if self.options.create_organisations and self.form != "csv":
            self.result.created = holders.create_organisations(
                self.now, named=self.form == "rpsl", country=self.options.country
            )
            holders.link(self.now)
        self.result.unlinked = holders.unlinked()

    def _close(self, parameters: Parameters) -> None:
        before = Asset.objects.filter(registry=self.result.registry, valid_to=None).count()
        self.result.closed = execute("close", parameters)
        lost = self.result.closed > max(FEW, before * MOST_LOST)
        if lost and not self.options.accept_shrinkage:
            raise TocsinError(
                f"{self.result.closed} of the {before} entries of {self.result.registry}"
                " would end with this import; nothing was changed",
                "If the files are whole and that is right, import with --accept-shrinkage.",
            )

    def _contested(self) -> list[str]:
        found = rows("contested", {"now": self.now, "limit": SHOWN})
        return [f"{value} is of several organisations: {names}" for value, names in found]
