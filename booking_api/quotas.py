"""How many requests a caller may make: a window of a minute, counted in this process. Pure but for its own counts.

The headers are those of draft-ietf-httpapi-ratelimit-headers (RateLimit-Policy and RateLimit, structured fields).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

WINDOW_SECONDS: Final = 60
_MOST_CALLERS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What a caller has left after this request. `allowed` False: this request was one too many."""

    quota: int
    remaining: int
    resets_in_seconds: int
    allowed: bool

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"default";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"default";r={self.remaining};t={self.resets_in_seconds}',
        }


class Quotas:
    """Each caller's window begins with their first request after the last one has ended."""

    def __init__(self, quota: int) -> None:
        self._quota = quota
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, subject: str, now_seconds: float) -> Standing:
        """`now_seconds`: of a clock that never goes back."""
        begun_at, used = self._windows.get(subject, (now_seconds, 0))
        if now_seconds - begun_at >= WINDOW_SECONDS:
            begun_at, used = now_seconds, 0
        allowed = used < self._quota
        self._keep(subject, begun_at, used + allowed, now_seconds)
        resets_in = math.ceil(begun_at + WINDOW_SECONDS - now_seconds)
        return Standing(self._quota, self._quota - used - allowed, resets_in, allowed)

    def _keep(self, subject: str, begun_at: float, used: int, now_seconds: float) -> None:
        if len(self._windows) >= _MOST_CALLERS and subject not in self._windows:
            live = {key: one for key, one in self._windows.items() if now_seconds - one[0] < WINDOW_SECONDS}
            self._windows = live if len(live) < _MOST_CALLERS else {}
        self._windows[subject] = (begun_at, used)
