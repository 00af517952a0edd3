"""Who was responsible for an address, a network or a domain at the time of an observation.

Looked up in this order, the first asset that was valid at that time being the answer: manual
prefixes, manual AS numbers, imported prefixes, imported AS numbers; among prefixes the most
specific first, of equal ones the one valid later (then the one entered later) first.  Domains
and e-mail domains likewise, the longest name first.

Times are int64 microseconds since 1970.  Organisation 0 means nobody; the asset is then 0, too.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.constituency.asset_table import AssetTable, Bool, Form, Int32, Int64, UInt8, UInt64
from tocsin.constituency.holdings import Holdings
from tocsin.constituency.indexes import NameIndex, NumberIndex, WideIndex
from tocsin.constituency.intervals import NOBODY


class Responsible(NamedTuple):
    """Per row asked about: the organisation's number (0 for nobody) and the asset's."""

    organisation: Int32
    asset: Int64


@dataclass(frozen=True, slots=True)
class Layer:
    """The indexes over the assets of one provenance: the manual ones, or the imported ones."""

    asn: NumberIndex
    ipv4: NumberIndex
    ipv6: WideIndex
    domain: NameIndex
    email_domain: NameIndex

    @classmethod
    def build(cls, table: AssetTable, of_layer: Bool) -> "Layer":
        def rows(form: Form) -> Int64:
            return np.flatnonzero(of_layer & (table.form == form))

        return cls(
            asn=NumberIndex.build(table, rows(Form.ASN), Form.ASN),
            ipv4=NumberIndex.build(table, rows(Form.IPV4), Form.IPV4),
            ipv6=WideIndex.build(table, rows(Form.IPV6)),
            domain=NameIndex.build(table, rows(Form.DOMAIN)),
            email_domain=NameIndex.build(table, rows(Form.EMAIL_DOMAIN)),
        )


class _Answer:
    """Fills in what is still open, index by index, in `order`."""

    def __init__(self, count: int, order: Int64 | None = None) -> None:
        self.organisation = np.zeros(count, np.int32)
        self.asset = np.zeros(count, np.int64)
        self.open = np.arange(count) if order is None else order

    def take(self, holdings: Holdings, row: Int32) -> None:
        """`row` answers for the rows still open."""
        found = row != NOBODY
        answered = self.open[found]
        self.organisation[answered] = holdings.organisation[row[found]]
        self.asset[answered] = holdings.asset[row[found]]
        self.open = self.open[~found]

    def responsible(self) -> Responsible:
        return Responsible(self.organisation, self.asset)


@dataclass(frozen=True, slots=True)
class AssetMap:
    """One map for all times; immutable, and safe to share between threads."""

    manual: Layer
    imported: Layer

    @classmethod
    def build(cls, table: AssetTable) -> "AssetMap":
        return cls(Layer.build(table, table.manual), Layer.build(table, ~table.manual))

    @property
    def layers(self) -> tuple[Layer, Layer]:
        return self.manual, self.imported

    def responsible_v4(
        self,
        addr: npt.NDArray[np.uint32],
        at: Int64,
        asn: Int64,
        length: UInt8 | None = None,
    ) -> Responsible:
        """`addr`: uint32; `asn`: as reported for the address, 0 where unknown.

        With `length` the rows are prefixes: an asset answers only if it covers the whole of it.
        """
        answer = _Answer(len(addr), np.argsort(addr))
        for layer in self.layers:
            left = answer.open
            of_left = None if length is None else length[left]
            row = layer.ipv4.rows(addr[left].astype(np.int64), at[left], of_left)
            answer.take(layer.ipv4.holdings, row)
            _take_asn(answer, layer, at, asn)
        return answer.responsible()

    def responsible_v6(
        self,
        addr: UInt64,
        at: Int64,
        asn: Int64,
        length: UInt8 | None = None,
    ) -> Responsible:
        """As `responsible_v4`; `addr`: uint64 of shape (n, 2), the upper and the lower half."""
        answer = _Answer(len(addr), np.argsort(addr[:, 0]))
        for layer in self.layers:
            left = answer.open
            of_left = None if length is None else length[left]
            halves = addr[left, 0], addr[left, 1]
            answer.take(layer.ipv6.holdings, layer.ipv6.rows(*halves, at[left], of_left))
            _take_asn(answer, layer, at, asn)
        return answer.responsible()

    def responsible_domains(self, domains: list[str], at: Int64) -> Responsible:
        """`domains`: lower case, internationalised names in their `xn--` form."""
        answer = _Answer(len(domains))
        for layer in self.layers:
            left = answer.open
            names = [domains[place] for place in left.tolist()]
            answer.take(layer.domain.holdings, layer.domain.rows(names, at[left]))
        return answer.responsible()

    def responsible_email_domains(self, domains: list[str], at: Int64) -> Responsible:
        """`domains`: what follows the `@`, as in `responsible_domains`."""
        answer = _Answer(len(domains))
        for layer in self.layers:
            left = answer.open
            names = [domains[place] for place in left.tolist()]
            answer.take(layer.email_domain.holdings, layer.email_domain.rows(names, at[left]))
        return answer.responsible()

    def attribute(
        self,
        family: UInt8,
        addr16: UInt8,
        at: Int64,
        asn: Int64,
        length: UInt8 | None = None,
    ) -> Responsible:
        """Both IP versions at once.

        `family`: 4, 6, or 0 where the row has no address (then its ASN alone decides).
        `addr16`: uint8 of shape (n, 16), network byte order, IPv4 in the *first* four bytes.
        """
        organisation = np.zeros(len(family), np.int32)
        asset = np.zeros(len(family), np.int64)
        for version in np.unique(family).tolist():
            rows = np.flatnonzero(family == version)
            of_rows = None if length is None else length[rows]
            if version == 4:
                addr = _big_endian(addr16[rows, :4], ">u4")[:, 0]
                found = self.responsible_v4(addr, at[rows], asn[rows], of_rows)
            elif version == 6:
                halves = _big_endian(addr16[rows], ">u8")
                found = self.responsible_v6(halves, at[rows], asn[rows], of_rows)
            else:
                found = self.responsible_asn(asn[rows], at[rows])
            organisation[rows], asset[rows] = found
        return Responsible(organisation, asset)

    def responsible_asn(self, asn: Int64, at: Int64) -> Responsible:
        answer = _Answer(len(asn))
        for layer in self.layers:
            _take_asn(answer, layer, at, asn)
        return answer.responsible()

    def candidates_v4(self, addr: int, asn: int = 0, length: int = 32) -> list[int]:
        """Every asset that could answer for the prefix, at any time, in order of precedence."""
        return [
            asset
            for layer in self.layers
            for asset in layer.ipv4.chain(addr, length) + layer.asn.chain(asn)
        ]

    def candidates_v6(self, high: int, low: int, asn: int = 0, length: int = 128) -> list[int]:
        """As `candidates_v4`, for the two halves of an IPv6 prefix."""
        return [
            asset
            for layer in self.layers
            for asset in layer.ipv6.chain(high, low, length) + layer.asn.chain(asn)
        ]

    def candidates_asn(self, asn: int) -> list[int]:
        return [asset for layer in self.layers for asset in layer.asn.chain(asn)]

    def candidates_domain(self, domain: str) -> list[int]:
        return [asset for layer in self.layers for asset in layer.domain.chain(domain)]

    def candidates_email_domain(self, domain: str) -> list[int]:
        return [asset for layer in self.layers for asset in layer.email_domain.chain(domain)]


def _take_asn(answer: _Answer, layer: Layer, at: Int64, asn: Int64) -> None:
    left = answer.open
    if len(left) and len(layer.asn.holdings.asset):
        answer.take(layer.asn.holdings, layer.asn.rows(asn[left], at[left]))


def _big_endian(addr: UInt8, dtype: str) -> npt.NDArray[np.unsignedinteger]:
    wide = np.ascontiguousarray(addr).view(dtype)
    return wide.astype(wide.dtype.newbyteorder("="))
