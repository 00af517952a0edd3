"""The part of a threat's key that tells two threats on one asset and port apart."""

import re
from collections.abc import Callable
from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.intake.privacy import Privacy, privacy_of

CVE = re.compile(r"cve-\d{4}-\d{4,}", re.IGNORECASE)
CVE_PREFIX = "cve:"


def tag_of(table: pa.Table, names: list[str]) -> pa.Array:
    """The key columns' values joined by a space, empty where all are.

    Personal values enter as a short digest: the key needs them apart, not in clear.
    """
    parts = [
        _part(table, name) for name in names if name.removeprefix(CVE_PREFIX) in table.column_names
    ]
    if not parts:
        return pa.repeat(pa.scalar("", pa.string()), table.num_rows)
    if len(parts) == 1:
        return parts[0]
    return pc.utf8_trim_whitespace(pc.binary_join_element_wise(*parts, " "))


def _part(table: pa.Table, name: str) -> pa.Array:
    column = table[name.removeprefix(CVE_PREFIX)].combine_chunks()
    if name.startswith(CVE_PREFIX):
        return _mapped(column, _cves)
    if privacy_of(name) >= Privacy.PERSONAL:
        return _mapped(column, _digest)
    return pc.fill_null(column, "")


def _mapped(column: pa.Array, function: Callable[[str], str]) -> pa.Array:
    encoded = pc.dictionary_encode(column)
    distinct = [function(text) for text in encoded.dictionary.to_pylist()]
    codes = pc.fill_null(encoded.indices, len(distinct))
    return pa.array([*distinct, ""], pa.string()).take(codes)


def _cves(text: str) -> str:
    return " ".join(sorted({found.lower() for found in CVE.findall(text)}))


def _digest(text: str) -> str:
    return blake2b(text.strip().lower().encode(), digest_size=6).hexdigest()
