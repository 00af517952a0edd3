"""Organisations from a list: added and brought up to date, never removed."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tocsin.constituency.certificates import read_openpgp, read_smime
from tocsin.constituency.choices import Choices, keep_regions, regions, sectors
from tocsin.constituency.generation import lock_assets
from tocsin.constituency.models import Contact, Organisation
from tocsin.constituency.readers.files import open_file
from tocsin.constituency.readers.organisation_csv import OrganisationRow, read_organisation_csv
from tocsin.constituency.refusals import Refusals
from tocsin.constituency.refused_entries import ORGANISATIONS, Keeper
from tocsin.database.scope import staff_scope
from tocsin.refused import RefusalError, Refused

Item = TypeVar("Item", Organisation, Contact)
BATCH = 2_000
_UPDATED = ["kind", "region_id", "sector", "language", "handles"]


@dataclass(slots=True)
class OrganisationImport:
    """What came of it, in organisations; `contacts`: addresses added; `notes`: how often what."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    contacts: int = 0
    refused: Refusals = field(default_factory=Refusals)
    notes: Counter[str] = field(default_factory=Counter)


def import_organisations(
    path: Path, now: datetime, progress: Callable[[int], None] | None = None
) -> OrganisationImport:
    """Take in a CSV of organisations.

    An organisation is known by its name, without regard to case.  An empty field leaves what is
    known as it is; addresses and handles are added to those known.  The same file again changes
    nothing.  Raises `TocsinError` where the file cannot be read; then nothing was taken.
    """
    with open_file(path) as file, staff_scope():
        lock_assets()
        taking = _Taking(path, now)
        for count, row in enumerate(read_organisation_csv(file), start=1):
            if isinstance(row, Refused):
                taking.refuse(row)
            else:
                taking.take(row)
            if progress and count % 500 == 0:
                progress(count)
        return taking.finish()


class _Taking:
    """Gathers rows over what is known, to be written in a few statements at the end."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path = path
        self.now = now
        self.keeper = Keeper(ORGANISATIONS, {path.name}, now)
        self.result = OrganisationImport(refused=Refusals(self.keeper.keep))
        self.sectors: Choices = sectors()
        known_regions = regions()
        self.regions: Choices = known_regions.choices
        keep_regions(known_regions)
        self.known = {one.name.casefold(): one for one in Organisation.objects.all()}
        self.contacts = {
            (one.organisation.name.casefold(), one.purpose, one.email.lower()): one
            for one in Contact.objects.select_related("organisation")
        }
        self.touched: dict[str, Organisation] = {}
        self.touched_contacts: dict[tuple[str, str, str], Contact] = {}
        self.named: set[str] = set()

    def refuse(self, refused: Refused) -> None:
        self.result.refused.add(self.path.name, refused)

    def take(self, row: OrganisationRow) -> None:
        try:
            fields = self._fields(row)
            certificates = self._certificates(row)
        except RefusalError as bad:
            self.refuse(row.refused(bad.reason, bad.detail))
            return
        key = row.name.casefold()
        self.named.add(key)
        organisation = self.known.get(key)
        if organisation is None:
            organisation = Organisation(name=row.name, created_at=self.now)
            self.known[key] = self.touched[key] = organisation
        fields["handles"] = list(dict.fromkeys([*organisation.handles, *row.handles]))
        if _change(organisation, fields):
            self.touched[key] = organisation
        for purpose, email in row.contacts:
            self._contact((key, purpose, email.lower()), email, certificates)

    def _fields(self, row: OrganisationRow) -> dict[str, object]:
        named = {
            "kind": row.kind,
            "language": row.language,
            "sector": self._sector(row),
            "region_id": self._region(row),
        }
        return {name: value for name, value in named.items() if value}

    def _sector(self, row: OrganisationRow) -> str:
        """A sector that is on no list is somebody's own word for it: kept, and said."""
        try:
            return self.sectors.find(row.sector)
        except RefusalError as unknown:
            self.result.notes[f"{unknown.detail} It is kept as written."] += 1
            return row.sector.strip()

    def _region(self, row: OrganisationRow) -> str:
        """Officers work by region, so that an unknown one is refused; the organisation is not."""
        try:
            return self.regions.find(row.region)
        except RefusalError as unknown:
            detail = f"{unknown.detail} The organisation is taken without one."
            self.refuse(row.refused(unknown.reason, detail))
            return ""

    def _certificates(self, row: OrganisationRow) -> dict[str, object]:
        certificates: dict[str, object] = {}
        if row.openpgp:
            certificates["openpgp_certificate"] = read_openpgp(self.path.parent / row.openpgp)
        if row.smime:
            certificates["smime_certificate"] = read_smime(self.path.parent / row.smime)
        return certificates

    def _contact(
        self, key: tuple[str, str, str], email: str, certificates: dict[str, object]
    ) -> None:
        contact = self.contacts.get(key)
        if contact is None:
            contact = Contact(
                organisation=self.known[key[0]],
                purpose=key[1],
                email=email,
                created_at=self.now,
            )
            self.contacts[key] = self.touched_contacts[key] = contact
        if _change(contact, certificates):
            self.touched_contacts[key] = contact

    def finish(self) -> OrganisationImport:
        self.keeper.finish()
        added, changed = _new_and_known(self.touched.values())
        Organisation.objects.bulk_create(added, batch_size=BATCH)
        Organisation.objects.bulk_update(changed, _UPDATED, batch_size=BATCH)
        new, certified = _new_and_known(self.touched_contacts.values())
        for contact in new:  # their organisation may have got its number only now
            contact.organisation_id = contact.organisation.pk
        Contact.objects.bulk_create(new, batch_size=BATCH)
        Contact.objects.bulk_update(
            certified, ["openpgp_certificate", "smime_certificate"], batch_size=BATCH
        )
        self.result.added, self.result.contacts = len(added), len(new)
        self.result.changed = len(changed)
        self.result.unchanged = len(self.named) - len(added) - len(changed)
        return self.result


def _new_and_known(items: Iterable[Item]) -> tuple[list[Item], list[Item]]:
    new: list[Item] = []
    known: list[Item] = []
    for item in items:
        (new if item.pk is None else known).append(item)
    return new, known


def _change(item: Organisation | Contact, fields: dict[str, object]) -> bool:
    """Set what differs; whether anything did."""
    differing = {name: value for name, value in fields.items() if getattr(item, name) != value}
    for name, value in differing.items():
        setattr(item, name, value)
    return bool(differing)
