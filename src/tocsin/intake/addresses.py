"""Addresses of a whole column at once, as bytes."""

import re
from ipaddress import ip_network
from socket import AF_INET, AF_INET6, inet_pton

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
MAPPED = bytes(10) + b"\xff\xff"
NOTHING = (0, bytes(16))


def parse_addresses(column: pa.Array) -> tuple[npt.NDArray[np.uint8], Bytes]:
    """Text → (family uint8[n]: 4, 6 or 0 for none, address uint8[n, 16], IPv4 in the first 4).

    A column that is all plain IPv4, or all plain IPv6, takes the fast way.
    """
    texts = column.to_pylist()
    first = next((text for text in texts if text), "")
    plain = _all_ipv6(texts) if ":" in first else _all_ipv4(texts)
    if plain is not None:
        return plain
    pairs = [parse_address(text) if text else NOTHING for text in texts]
    family = np.array([pair[0] for pair in pairs], dtype=np.uint8)
    rest = b"".join([pair[1] for pair in pairs])
    return family, np.frombuffer(rest, dtype=np.uint8).reshape(-1, 16)


def _all_ipv4(texts: list[str]) -> tuple[npt.NDArray[np.uint8], Bytes] | None:
    try:
        joined = b"".join([inet_pton(AF_INET, text) for text in texts])
    except (OSError, TypeError):
        return None
    packed = np.zeros((len(texts), 16), dtype=np.uint8)
    packed[:, :4] = np.frombuffer(joined, dtype=np.uint8).reshape(-1, 4)
    return np.where(packed[:, :4].any(axis=1), np.uint8(4), np.uint8(0)), packed


def _all_ipv6(texts: list[str]) -> tuple[npt.NDArray[np.uint8], Bytes] | None:
    try:
        joined = b"".join([inet_pton(AF_INET6, text) for text in texts])
    except (OSError, TypeError):
        return None
    packed = np.frombuffer(joined, dtype=np.uint8).reshape(-1, 16)
    if (packed[:, :12] == np.frombuffer(MAPPED, np.uint8)).all(axis=1).any():
        return None
    return np.where(packed.any(axis=1), np.uint8(6), np.uint8(0)), packed


def parse_address(text: str) -> tuple[int, bytes]:
    """One address; of several in one field the first that is one.  (0, zeros) when none is."""
    for part in re.split(r"[,;|\s]+", text.strip()):
        found = _plain(part.strip("[]\"'"))
        if found[0]:
            return found
    return NOTHING


def parse_prefix(text: str) -> tuple[int, bytes, int]:
    """(family, 16 bytes, length in bits) of a prefix; host bits are cleared."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return (*NOTHING, 0)
    return network.version, network.network_address.packed.ljust(16, b"\0"), network.prefixlen


def _plain(text: str) -> tuple[int, bytes]:
    try:
        return _known(4, inet_pton(AF_INET, text) + bytes(12))
    except OSError:
        pass
    try:
        packed = inet_pton(AF_INET6, text.partition("%")[0])
    except OSError:
        return NOTHING
    if packed.startswith(MAPPED):
        return _known(4, packed[12:] + bytes(12))
    return _known(6, packed)


def _known(family: int, packed: bytes) -> tuple[int, bytes]:
    """0.0.0.0 and :: stand for «unknown» in feeds."""
    return (family, packed) if any(packed) else NOTHING
