"""Dates as lists and registries write them, always as aware UTC."""

from datetime import UTC, datetime


def list_time(text: str) -> datetime | None:
    """`2026-01-31` or ISO 8601 with a time; empty: None; without a zone it is UTC.

    Raises `ValueError`.
    """
    if not text:
        return None
    time = datetime.fromisoformat(text)
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text} is outside of the years 1 to 9999 in UTC") from None


def registry_date(text: str) -> datetime | None:
    """`20260131`; None where the registry gives no date.  Raises `ValueError`."""
    if text in {"", "00000000"}:
        return None
    try:
        return datetime(int(text[:4]), int(text[4:6]), int(text[6:8]), tzinfo=UTC)
    except ValueError:
        raise ValueError(f"“{text}” is not a date like 20260131") from None
