"""How fast one caller may ask, kept in this process: nothing is written for it."""

from dataclasses import dataclass, field
from threading import Lock

FORGET_ABOVE = 10_000  # callers


@dataclass
class Rate:
    """`per_minute` requests on average, as many at once; the generic cell rate algorithm (ITU-T
    I.371): of each caller only the time until which its allowance is used up is kept."""

    per_minute: int
    _until: dict[int, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, caller: int, now: float) -> float:
        """Count one request at `now` (seconds); 0, or in how many seconds to ask again."""
        with self._lock:
            until = max(self._until.get(caller, 0.0), now) + 60 / self.per_minute
            if until - now > 60:
                return until - now - 60
            self._until[caller] = until
            if len(self._until) > FORGET_ABOVE:
                self._until = {each: time for each, time in self._until.items() if time > now}
            return 0.0
