"""The threats whose lives the demo follows from the first alert to the last: who, where and when.

They are of one kind that the demo has nowhere else, so that what happens to them is no accident.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

import numpy as np

from tocsin.demo.country import ISP_SPACE, PASSED_ON, SOLD_ON, Country
from tocsin.demo.draw import Ints
from tocsin.demo.lives import Days

KIND = "scan_redis"
WEEK = 7  # the last days of the demo; a shorter one has no time for the story
EVERY_DAY = tuple(range(WEEK))
BROADBAND, CLOUDBERRY, SOLD = 0, 3, SOLD_ON[1][0]  # indexes into the providers
FIRST, APART = 2_000, 37  # addresses from the beginning of a network, and from each other


@dataclass(frozen=True)
class Part:
    """`count` threats of the provider `owner`, seen on these `days` of the week (0 is the first).

    `place`: how far into the provider's network, in addresses.
    """

    owner: int
    count: int
    days: tuple[int, ...]
    place: int = FIRST
    apart: int = APART


COMES_BACK = Part(BROADBAND, 4, (0, 1, 3, 6))  # claimed fixed, seen, gone, seen again
MENDED = Part(BROADBAND, 3, (0,), FIRST + 1_000)  # claimed fixed, and never seen again
NO_THREAT = Part(BROADBAND, 1, EVERY_DAY, FIRST + 2_000)  # a honeypot, as an analyst confirms
HANDED_ON = Part(
    BROADBAND, 2, (0,), int(PASSED_ON[2]) - int(ISP_SPACE[0]), 1
)  # a customer's of the provider
SOLD_OFF = Part(SOLD, 2, (0, 1))  # not theirs any more, they say
JUST_MENDED = Part(CLOUDBERRY, 3, EVERY_DAY)  # claimed fixed on the last day
DOUBTED = Part(CLOUDBERRY, 1, EVERY_DAY, FIRST + 1_000)  # no threat, they say: nobody looked yet
PARTS = (COMES_BACK, MENDED, NO_THREAT, HANDED_ON, SOLD_OFF, JUST_MENDED, DOUBTED)


def is_told(days: int) -> bool:
    """Whether so many days are enough for the whole story."""
    return days >= WEEK


def seen(days: int) -> Days:
    """Which threat is seen on which day: in the order of `PARTS`, 0 or 1."""
    shift = max(0, days - WEEK)
    rows = [
        [int(day - shift in part.days) for day in range(days)]
        for part in PARTS
        for _ in range(part.count)
    ]
    return np.array(rows, dtype=np.int64)


def addresses(country: Country) -> Ints:
    """Of each threat, in the order of `PARTS`."""
    return np.array([one for part in PARTS for one in places(part, country)], dtype=np.int64)


def places(part: Part, country: Country) -> Iterator[int]:
    first = country.networks[part.owner].first + part.place
    yield from (first + number * part.apart for number in range(part.count))


def texts(part: Part, country: Country) -> list[str]:
    """The same, as reports and alerts have them."""
    return [str(IPv4Address(one)) for one in places(part, country)]


def owners(country: Country, days: int) -> Ints:
    """Whose each is in the end: what was sold is whom the registry names."""
    answer = country.owners(addresses(country))
    if is_told(days):
        answer[answer == SOLD] = dict(SOLD_ON)[SOLD]
    return answer
