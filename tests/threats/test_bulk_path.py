"""Keys, folding and staging: the columns of a chunk become just the rows of the staging table."""

from ipaddress import ip_interface
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.intake.normalise import Affected, Normalised
from tocsin.threats.bulk import COPY, STAGING
from tocsin.threats.folding import fold
from tocsin.threats.keys import threat_keys
from tocsin.threats.staging import copy_rows

TIME = 1_772_353_815_000_000
Row = tuple[str, str, int, int, str, int]


def rows_of(rows: list[Row]) -> Normalised:
    """Rows of (address with length or empty, name, port, protocol, tag, seconds)."""
    family, packed, bits = [], [], []
    for text, *_ in rows:
        interface = ip_interface(text) if text else None
        family.append(interface.version if interface else 0)
        packed.append(interface.packed.ljust(16, b"\0") if interface else bytes(16))
        bits.append(interface.network.prefixlen if interface else 0)
    count = len(rows)
    return Normalised(
        row=np.arange(count),
        time=np.array([TIME + row[5] * 1_000_000 for row in rows], np.int64),
        affected=Affected(
            np.array(family, np.uint8),
            np.frombuffer(b"".join(packed), np.uint8).reshape(count, 16),
            np.array(bits, np.uint8),
            pa.array([row[1] for row in rows], pa.string()),
        ),
        port=np.array([row[2] for row in rows], np.int32),
        protocol=np.array([row[3] for row in rows], np.int16),
        asn=np.arange(count, dtype=np.int64) + 4_200_000_000,
        severity=np.full(count, 3, np.int16),
        tag=pa.array([row[4] for row in rows], pa.string()),
    )


IDENTITIES: list[Row] = [
    ("192.0.2.1/32", "", 443, 6, "", 0),
    ("192.0.2.2/32", "", 443, 6, "", 0),
    ("192.0.2.1/32", "", 444, 6, "", 0),
    ("192.0.2.1/32", "", 443, 17, "", 0),
    ("192.0.2.1/32", "", 443, 6, "cve-2026-1234", 0),
    ("192.0.2.0/24", "", 443, 6, "", 0),
    ("2001:db8::1/128", "", 443, 6, "", 0),
    ("", "example.org", 443, 6, "", 0),
    ("", "@example.org", 443, 6, "", 0),
]


def keys(kind: str, rows: list[Row]) -> list[UUID]:
    return [UUID(bytes=key.tobytes()) for key in threat_keys(kind, rows_of(rows))]


def test_each_part_of_the_identity_makes_another_threat() -> None:
    found = keys("scan_rdp", IDENTITIES) + keys("scan_ssh", IDENTITIES)
    assert len(set(found)) == 2 * len(IDENTITIES)


def test_an_id_is_the_same_alone_and_among_others() -> None:
    together = keys("scan_rdp", IDENTITIES)
    assert [keys("scan_rdp", [row])[0] for row in IDENTITIES] == together


row = st.tuples(
    st.sampled_from(["192.0.2.1/32", "192.0.2.0/24", "2001:db8::1/128", "2001:db8::/32", ""]),
    st.sampled_from(["", "example.org", "@example.org"]),
    st.sampled_from([0, 443, 65535]),
    st.sampled_from([0, 6]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6),
    st.integers(0, 99),
)


@given(st.lists(row, min_size=1, max_size=30))
def test_folding_is_a_dictionary(rows: list[Row]) -> None:
    typed = rows_of(rows)
    key = threat_keys("scan_rdp", typed)
    folded = fold(key, np.arange(len(rows), dtype=np.int32), typed)
    naive: dict[bytes, list[int]] = {}
    for one, when in zip(key, typed.time.tolist(), strict=True):
        naive.setdefault(one.tobytes(), []).append(when)
    found = [one.tobytes() for one in folded.key]
    assert found == sorted(naive)
    assert folded.first_seen.tolist() == [min(naive[one]) for one in found]
    assert folded.last_seen.tolist() == [max(naive[one]) for one in found]
    assert folded.times_seen.tolist() == [len(naive[one]) for one in found]


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(row, min_size=1, max_size=12))
def test_copy_takes_the_rows_as_they_are(rows: list[Row]) -> None:
    typed = rows_of(rows)
    folded = fold(threat_keys("scan_rdp", typed), np.full(len(rows), 7, np.int32), typed)
    with connection.cursor() as cursor:
        cursor.execute(STAGING)
        with cursor.cursor.copy(COPY) as copy:
            copy.write(copy_rows(folded))
        cursor.execute(
            "SELECT key, extract(epoch FROM last_seen) * 1000000, asn, organisation_id,"
            " times_seen, port, protocol, severity, address::text, domain, tag FROM staging"
        )
        stored = {one[0]: one[1:] for one in cursor.fetchall()}
    assert len(stored) == len(folded.key)
    for place, key in enumerate(folded.key):
        last, asn, organisation, times, port, protocol, severity, address, name, tag = stored[
            UUID(bytes=key.tobytes())
        ]
        assert int(last) == folded.last_seen[place]
        assert (asn, organisation, severity) == (folded.asn[place], 7, 3)
        assert times == folded.times_seen[place]
        assert (port, protocol) == (folded.port[place], folded.protocol[place])
        assert (name, tag) == (folded.affected.name[place].as_py(), folded.tag[place].as_py())
        if folded.affected.family[place]:
            packed = ip_interface(address).packed
            assert packed == folded.affected.address[place].tobytes()[: len(packed)]
            assert ip_interface(address).network.prefixlen == folded.affected.bits[place]
        else:
            assert address is None


def test_of_rows_at_one_time_the_last_decides_in_a_large_chunk_too() -> None:
    """Where the quick sort mixes up rows of one key, and keys that differ late, it is put right."""
    generator = np.random.default_rng(7)
    count = 50_000
    key = np.zeros((count, 16), np.uint8)
    key[:, 7] = generator.integers(0, 50, count)
    key[:, 15] = generator.integers(0, 3, count)
    typed = rows_of([("192.0.2.1/32", "", 443, 6, "", 0)] * count)
    folded = fold(key, np.arange(count, dtype=np.int32), typed)
    last = {one.tobytes(): number for number, one in enumerate(key)}
    assert [one.tobytes() for one in folded.key] == sorted(last)
    assert folded.organisation.tolist() == [last[one] for one in sorted(last)]
    assert folded.times_seen.sum() == count
