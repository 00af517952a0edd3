"""Lists of organisations: `name,kind,region,sector,email` and what else may be known."""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tocsin.constituency.readers.csv_rows import CsvRow, read_rows
from tocsin.constituency.registry_rows import handle_key
from tocsin.refused import RefusalError, Refused

COLUMNS = {
    "name": ("organisation", "organization", "organisation_name", "organization_name"),
    "kind": ("type",),
    "region": (),
    "sector": (),
    "email": ("abuse_email", "e_mail", "mail", "contact"),
    "security_email": ("soc_email", "cert_email"),
    "owner_email": (),
    "language": ("lang",),
    "handle": ("handles", "registry_handle"),
    "openpgp": ("openpgp_file", "pgp"),
    "smime": ("smime_file",),
}
PURPOSES = {"email": "abuse", "security_email": "security", "owner_email": "owner"}
LONGEST_NAME, LONGEST_SECTOR = 250, 64
# Marks that turn the direction of what follows, and control characters: names are shown to people.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_KIND = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")
_SEPARATORS = re.compile(r"[;,\s]+")


class OrganisationRow(NamedTuple):
    """Region and sector as written; `contacts`: (purpose, address); the last two name files."""

    line: int
    name: str
    kind: str
    region: str
    sector: str
    language: str
    handles: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]
    openpgp: str
    smime: str
    text: str

    def refused(self, reason: str, detail: str) -> Refused:
        return Refused(self.line, reason, detail, self.text)


def read_organisation_csv(file: BinaryIO) -> Iterator[OrganisationRow | Refused]:
    """One item per row.  Raises `TocsinError` for a header without `name`."""
    for row in read_rows(file, COLUMNS, needed=("name",)):
        if isinstance(row, Refused):
            yield row
            continue
        try:
            yield _organisation(row)
        except RefusalError as bad:
            yield row.refused(bad.reason, bad.detail)


def _organisation(row: CsvRow) -> OrganisationRow:
    values = row.values
    name = " ".join(values["name"].split())
    if not name:
        raise RefusalError("no-name", "the name is empty")
    if len(name) > LONGEST_NAME or _INVISIBLE.search(name):
        raise RefusalError(
            "bad-name", f"a name has at most {LONGEST_NAME} characters, and none that turns text"
        )
    if len(values["sector"]) > LONGEST_SECTOR:
        raise RefusalError("bad-sector", f"a sector has at most {LONGEST_SECTOR} characters")
    return OrganisationRow(
        line=row.line,
        name=name,
        kind=_slug(values["kind"], _KIND, "kind", "one word such as isp, hosting, bank"),
        region=values["region"],
        sector=values["sector"],
        language=_slug(values["language"], _LANGUAGE, "language", "a code such as en or de"),
        handles=tuple(handle_key(part) for part in _parts(values["handle"])),
        contacts=tuple(_contacts(values)),
        openpgp=values["openpgp"],
        smime=values["smime"],
        text=row.text,
    )


def _slug(text: str, allowed: re.Pattern[str], column: str, example: str) -> str:
    slug = "-".join(text.lower().replace("_", " ").split())
    if slug and not allowed.fullmatch(slug):
        raise RefusalError(f"bad-{column}", f"{column} “{text}” is not {example}")
    return slug


def _contacts(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    for column, purpose in PURPOSES.items():
        for address in _parts(values[column].replace("mailto:", "")):
            try:
                validate_email(address)
            except ValidationError:
                raise RefusalError(
                    "bad-email", f"{column} “{address}” is not an e-mail address"
                ) from None
            yield purpose, address


def _parts(text: str) -> list[str]:
    return [part for part in _SEPARATORS.split(text) if part]
