"""What was observed before and after an engagement.  It says what was seen, not why."""

from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.outreach.facts import rows
from tocsin.outreach.models import Engagement

WINDOW = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Change:
    """Threats a day of one kind (or of all, `kind` is empty then) before and after; the others
    are the region's other organisations together."""

    kind: str
    before: float
    after: float
    others_before: float
    others_after: float

    @property
    def percent(self) -> int | None:
        """How much more (or, below nought, fewer); None where there was nothing before."""
        return change(self.before, self.after)

    @property
    def others_percent(self) -> int | None:
        return change(self.others_before, self.others_after)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`first` to `last`: the days that were looked at, without the engagement's own.

    `total` is empty, and `kinds` too, as long as no kind was looked for on both sides; `unknown`
    are kinds without a healthy report before or after.
    """

    first: date
    last: date
    total: Change | None
    kinds: tuple[Change, ...]
    unknown: tuple[str, ...]

    def of(self, kind: str) -> Change | None:
        """What a kind's threats did; of all if `kind` is empty."""
        if not kind:
            return self.total
        return next((one for one in self.kinds if one.kind == kind), None)


def outcome(engagement: Engagement, now: date) -> Outcome:
    """Of four weeks before and of four weeks after, as far as they are over by `now`."""
    day = engagement.day
    first, last = day - WINDOW, min(day + WINDOW, now)
    kinds, unknown = [], []
    for name, days_before, days_after, *sums in rows(
        "outcome", organisation=engagement.organisation_id, day=day, first=first, last=last,
        region=engagement.organisation.region_id,
    ):  # fmt: skip
        if not (days_before and days_after):
            unknown.append(name)
            continue
        before, after, others_before, others_after = sums
        kinds.append(
            Change(
                name,
                before / days_before,
                after / days_after,
                others_before / days_before,
                others_after / days_after,
            )
        )
    kinds.sort(key=lambda one: (-max(one.before, one.after), one.kind))
    return Outcome(first, last, _total(kinds), tuple(kinds), tuple(unknown))


def change(before: float, after: float) -> int | None:
    return round(100 * (after - before) / before) if before else None


def _total(kinds: list[Change]) -> Change | None:
    if not kinds:
        return None
    return Change(
        "",
        sum(one.before for one in kinds),
        sum(one.after for one in kinds),
        sum(one.others_before for one in kinds),
        sum(one.others_after for one in kinds),
    )
