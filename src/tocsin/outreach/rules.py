"""What a visit would change, as a sum of facts.  No I/O; the time is given."""

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from tocsin.outreach.weights import Weights
from tocsin.threats.states import Severity

SHOWN = 3  # kinds named in a reason
SEVERE = (Severity.CRITICAL, Severity.HIGH)


@dataclass(frozen=True, slots=True)
class Seen:
    """Threats of one kind a day, now and before: means of the days with healthy reports; None
    where there was no such day."""

    kind: str
    severity: Severity
    now: float | None
    before: float | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one organisation.

    `days_now`, `days_before`: how long those two times are.  `told`: the first alert that nobody
    answered, and `alerts` how many there were since.  `engaged`: the last engagement that took
    place; `follow_up`: the earliest one that is still to come.
    """

    today: date
    seen: tuple[Seen, ...] = ()
    days_now: int = 0
    days_before: int = 0
    told: date | None = None
    alerts: int = 0
    reminded: int = 0
    reminded_since: date | None = None
    unreachable: bool = False
    came_back: int = 0
    contradicted: int = 0
    asked: int = 0
    engaged: date | None = None
    engaged_way: str = ""
    follow_up: date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the sum; `figures` are what `words` puts into its sentence."""

    part: str
    points: int
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    points: int
    reasons: tuple[Reason, ...]

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(reason) for reason in self.reasons]


def score(facts: Facts, by: Weights) -> Score:
    """The sum, and its parts with the most points first.  Never below nought."""
    parts = (
        _severe(facts, by), _silent(facts, by), _reminded(facts, by), _unreachable(facts, by),
        _not_improving(facts, by), _recurring(facts, by), _asked(facts, by), _follow_up(facts, by),
        _engaged(facts, by),
    )  # fmt: skip
    reasons = [reason for reason in parts if reason and reason.points]
    reasons.sort(key=lambda reason: -reason.points)
    return Score(max(0, sum(reason.points for reason in reasons)), tuple(reasons))


def _severe(facts: Facts, by: Weights) -> Reason:
    worst = [(one.now, one.kind) for one in facts.seen if one.severity in SEVERE and one.now]
    worst.sort(key=lambda one: (-one[0], one[1]))
    number = sum(now for now, _ in worst)
    kinds = [{"kind": kind, "number": round(now, 1)} for now, kind in worst[:SHOWN]]
    figures = {"number": round(number, 1), "kinds": kinds, "days": facts.days_now}
    return Reason("severe", by.parts["severe"].points(number), figures)


def _silent(facts: Facts, by: Weights) -> Reason | None:
    if facts.told is None:
        return None
    days = (facts.today - facts.told).days
    figures = {"days": days, "alerts": facts.alerts, "since": str(facts.told)}
    return Reason("silent", by.parts["silent"].points(days), figures)


def _reminded(facts: Facts, by: Weights) -> Reason | None:
    if not facts.reminded:
        return None
    figures = {"number": facts.reminded, "since": str(facts.reminded_since)}
    return Reason("reminded", by.parts["reminded"].points(facts.reminded), figures)


def _unreachable(facts: Facts, by: Weights) -> Reason | None:
    return Reason("unreachable", by.parts["unreachable"].points(0)) if facts.unreachable else None


def _not_improving(facts: Facts, by: Weights) -> Reason | None:
    """Only of kinds that healthy reports showed in both times."""
    both = [(one.now, one.before) for one in facts.seen if one.now is not None is not one.before]
    now, before = sum(now for now, _ in both), sum(before or 0 for _, before in both)
    part = by.parts["not_improving"]
    if before < part.least:
        return None
    figures = {
        "now": round(now, 1), "before": round(before, 1), "days": facts.days_now,
        "days_before": facts.days_before,
    }  # fmt: skip
    return Reason("not_improving", part.points(100 * now / before), figures)


def _recurring(facts: Facts, by: Weights) -> Reason:
    number = facts.came_back + facts.contradicted
    figures = {
        "number": facts.came_back, "contradicted": facts.contradicted, "days": by.came_back_days,
    }  # fmt: skip
    return Reason("recurring", by.parts["recurring"].points(number), figures)


def _asked(facts: Facts, by: Weights) -> Reason:
    figures = {"number": facts.asked, "days": by.answer_days}
    return Reason("asked", by.parts["asked"].points(facts.asked), figures)


def _follow_up(facts: Facts, by: Weights) -> Reason | None:
    if facts.follow_up is None or facts.follow_up > facts.today:
        return None
    figures = {"since": str(facts.follow_up), "days": (facts.today - facts.follow_up).days}
    return Reason("follow_up", by.parts["follow_up"].points(0), figures)


def _engaged(facts: Facts, by: Weights) -> Reason | None:
    """Nothing is to be seen of it yet; but what was promised for today comes first."""
    part = by.parts["engaged"]
    if facts.engaged is None or facts.today - facts.engaged > timedelta(days=part.within):
        return None
    if facts.follow_up is not None and facts.follow_up <= facts.today:
        return None
    figures = {
        "since": str(facts.engaged), "days": (facts.today - facts.engaged).days,
        "way": facts.engaged_way,
    }  # fmt: skip
    return Reason("engaged", part.points(0), figures)
