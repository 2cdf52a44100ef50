"""How likely a part fails before a visit, from what the plan says of its life. Pure.

The plan gives the instants by which 10, 50 and 90 % of such parts have failed. Between them the distribution is taken
as straight; it starts as far before P10 as P50 lies after it, and ends as far after P90 as P50 lies before it. What is
known is that the part works now, so the probability is conditional on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from booking_api.local_days import epoch_minute

LEAST_SPREAD_MINUTES: Final = 7 * 24 * 60
"""Where the plan knows no more than a latest safe date, nobody can tell the day: a week at least to the middle."""


@dataclass(frozen=True, slots=True)
class Life:
    """Epoch minutes by which the part has failed with 10, 50 and 90 % probability."""

    p10: int
    p50: int
    p90: int

    def failed_by(self, minute: float) -> float:
        """The probability, 0 to 1, as seen from before it began to work."""
        knots = (2 * self.p10 - self.p50, self.p10, self.p50, self.p90, 2 * self.p90 - self.p50)
        for begin, end, low, high in zip(knots, knots[1:], _LOW, _HIGH, strict=False):
            if minute < end:
                return low + (high - low) * max(0.0, (minute - begin) / (end - begin))
        return 1.0


_LOW: Final = (0.0, 0.1, 0.5, 0.9)
_HIGH: Final = (0.1, 0.5, 0.9, 1.0)


def risk_until(life: Life, now_minute: int, minute: int) -> float:
    """The probability that a part which works now has failed by then."""
    failed = life.failed_by(now_minute)
    if failed >= 1:
        return 1.0
    return max(0.0, min(1.0, (life.failed_by(minute) - failed) / (1 - failed)))


def life_of(fails_at: Sequence[datetime] | None, latest_safe_at: datetime | None, now_minute: int) -> Life | None:
    """From the plan's quantiles, else from its latest safe date, which is a P10. None: nothing is known to fail."""
    if fails_at:
        return Life(*map(epoch_minute, fails_at))
    if latest_safe_at is None:
        return None
    safe = epoch_minute(latest_safe_at)
    spread = max(LEAST_SPREAD_MINUTES, safe - now_minute)
    return Life(safe, safe + spread, safe + 3 * spread)
