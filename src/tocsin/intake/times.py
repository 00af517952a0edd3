"""Times of a whole column at once.  A time without a zone is UTC, as the feeds document it."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

MICROSECOND = 1_000_000
# From 1990 to 2100: outside of it a number is no time of an observation.
EARLIEST, LATEST = 631_152_000 * MICROSECOND, 4_102_444_800 * MICROSECOND
NO_TIME = np.iinfo(np.int64).min
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FILETIME_EPOCH_SECONDS = 11_644_473_600
# Where day and month are numbers, the day is first: 01/20/2026 is refused, and not guessed at.
OTHER_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d-%b-%Y %H:%M:%S",
    "%b %d, %Y %H:%M:%S",
    "%b %d %Y %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%d/%b/%Y:%H:%M:%S %z",
)
MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
OTHER_WORD = re.compile(
    r"\b(?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun"
    r"|utc|gmt))[a-z]+",
    re.IGNORECASE,
)
ZONE_NAME = re.compile(r"\s*(UTC|GMT)$", re.IGNORECASE)


def parse_times(column: pa.Array, time_format: str = "") -> npt.NDArray[np.int64]:
    """Text → int64 microseconds since 1970 UTC, `NO_TIME` where it cannot be read.

    A column that is all ISO 8601 without zones takes the fast way; else each distinct value is
    read on its own.
    """
    if not time_format:
        try:
            naive = pc.cast(column, pa.timestamp("us"))
            return _within(pc.fill_null(naive.cast(pa.int64()), NO_TIME).to_numpy())
        except pa.ArrowInvalid:
            pass
    encoded = pc.dictionary_encode(column)
    values = [parse_time(text, time_format) for text in encoded.dictionary.to_pylist()]
    table = np.array([*values, NO_TIME], dtype=np.int64)
    codes = pc.fill_null(encoded.indices, len(values)).to_numpy()
    return _within(table[codes])


def parse_time(text: str, time_format: str = "") -> int:
    """One time as microseconds since 1970 UTC: ISO 8601, Unix or Windows epoch, common forms."""
    text = text.strip()
    number = _epoch(text)
    if number is not None:
        return number
    if time_format:
        moment = _strptime(ZONE_NAME.sub("+00:00", text), (time_format,))
    else:
        plain = ZONE_NAME.sub("", text)
        moment = _iso(plain) or _strptime(plain, OTHER_FORMATS) or _mailed(text)
    if moment is None:
        return NO_TIME
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // (EPOCH.resolution)


def _within(times: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.where((times >= EARLIEST) & (times < LATEST), times, NO_TIME)


def _epoch(text: str) -> int | None:
    """Seconds, milliseconds, microseconds or FILETIME (100 ns since 1601), told by size."""
    if not re.fullmatch(r"\d{9,18}(\.\d+)?", text) or len(text.split(".")[0]) == 14:
        return None
    value = float(text) if "." in text else int(text)
    if value < 1e11:
        return int(value * MICROSECOND)
    if value < 1e14:
        return int(value * 1000)
    if value < 1e17:
        return int(value)
    return int(value) // 10 - FILETIME_EPOCH_SECONDS * MICROSECOND


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _mailed(text: str) -> datetime | None:
    """As mails, web servers and `date` write it: `Tue, 20 Jan 2026 08:58:12 +0100`."""
    if not MONTH.search(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # A zone by a name that is not known would be taken for UTC.
    known = moment.tzinfo or not OTHER_WORD.search(text)
    return moment if known else None


def _strptime(text: str, formats: tuple[str, ...]) -> datetime | None:
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (no zone means UTC)
        except ValueError:
            continue
    return None
