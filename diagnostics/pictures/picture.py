"""What a picture of evidence shows, whatever drew it and whatever detector it is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

MarkerKind = Literal["onset", "found", "ended"]


@dataclass(frozen=True, slots=True)
class Point:
    """A value at an instant (Unix seconds); `low` and `high` where it stands for several."""

    at_s: float
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One quantity over time. The band is open on a side that is None; `threshold` None: nothing is judged here."""

    label: str
    unit: str
    points: tuple[Point, ...]
    threshold: float | None = None
    healthy_low: float | None = None
    healthy_high: float | None = None

    @property
    def has_band(self) -> bool:
        return self.healthy_low is not None or self.healthy_high is not None

    def is_bad(self, value: float) -> bool:
        """Outside of what is healthy."""
        below = self.healthy_low is not None and value < self.healthy_low
        return below or (self.healthy_high is not None and value > self.healthy_high)


@dataclass(frozen=True, slots=True)
class CodeBar:
    """A trouble code from when it was first seen until it was over; `confirmed_s` None: only pending."""

    code: str
    title: str
    first_s: float
    until_s: float | None
    confirmed_s: float | None


@dataclass(frozen=True, slots=True)
class Marker:
    kind: MarkerKind
    at_s: float


@dataclass(frozen=True, slots=True)
class Picture:
    """`from_s` to `to_s` is the span of time, told in `zone`; `words` are labels in the picture's language."""

    title: str
    subtitle: str
    severity: int
    panels: tuple[Panel, ...]
    codes: tuple[CodeBar, ...]
    markers: tuple[Marker, ...]
    from_s: float
    to_s: float
    zone: ZoneInfo
    language: str
    words: dict[str, str]
