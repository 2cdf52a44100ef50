"""How sure a counted share or rate is: 95 % intervals."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from scipy.stats import chi2

_Z: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `all`, with Wilson's interval."""

    hits: int
    all: int

    @property
    def value(self) -> float | None:
        return self.hits / self.all if self.all else None

    @property
    def interval(self) -> tuple[float, float]:
        if not self.all:
            return 0.0, 1.0
        share, spread = self.hits / self.all, _Z**2 / self.all
        middle = (share + spread / 2) / (1 + spread)
        half = _Z * sqrt(share * (1 - share) / self.all + spread / (4 * self.all)) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        low, high = self.interval
        return f"{self.value:.3f} ({low:.3f} to {high:.3f})"


@dataclass(frozen=True, slots=True)
class Rate:
    """`events` in so many units of exposure, with the exact interval of a Poisson count."""

    events: int
    exposure: float

    @property
    def value(self) -> float | None:
        return self.events / self.exposure if self.exposure else None

    @property
    def interval(self) -> tuple[float, float]:
        if not self.exposure:
            return 0.0, float("inf")
        low = float(chi2.ppf(0.025, 2 * self.events)) / 2 if self.events else 0.0
        return low / self.exposure, float(chi2.ppf(0.975, 2 * self.events + 2)) / 2 / self.exposure

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        low, high = self.interval
        return f"{self.value:.3f} ({low:.3f} to {high:.3f})"
