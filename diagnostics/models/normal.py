"""What is normal in one regime of one model of car: what to expect under given conditions, and how cars differ. Pure.

Expected: for each quantity a line through a constant, each condition and its square. How cars differ: centre and
covariance of residuals (in units of `scale`), taken over windows of some observations. A window's distance is that of
Mahalanobis, brought to one scale for any number of known quantities by the cube root of Wilson and Hilferty (1931): for
normally spread windows it is a standard normal number, whatever the car does not tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from diagnostics.models.regimes import Observation
from diagnostics.samples import Floats, Mask

BAND_SPREADS = 3.0
"""The healthy band that is shown: three standard deviations to each side."""


class Sign(NamedTuple):
    """One quantity of a window: how many standard deviations it lies off, its value and the band of a sound car.

    Off against all of the fleet, or against cars whose other quantities read as these do, whichever is more.
    """

    place: int
    spreads: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Normal:
    """Shapes, with p quantities and c conditions: `coefficients` (1 + 2c, p), `scale` and `centre` (p,), `covariance`
    (p, p), `condition_centre`, `condition_scale`, `condition_low`, `condition_high` (c,). `places` (p,) are the
    quantities of the regime that are judged. `threshold` is the distance that a sound car does not reach three times in
    a row, at the stated rate of false alarms.
    """

    places: tuple[int, ...]
    coefficients: Floats
    scale: Floats
    centre: Floats
    covariance: Floats
    condition_centre: Floats
    condition_scale: Floats
    condition_low: Floats
    condition_high: Floats
    threshold: float
    _precisions: dict[bytes, Floats] = field(default_factory=dict, init=False, compare=False, repr=False)

    def knows(self, conditions: Floats) -> bool:
        """Whether it was ever like this in training: nothing is said of what lies outside."""
        return bool(np.all((conditions >= self.condition_low) & (conditions <= self.condition_high)))

    def residuals(self, observation: Observation) -> Floats | None:
        """Shape (p,), in units of `scale`, NaN where not told; None where the conditions were never seen."""
        conditions = np.array(observation.conditions)
        if not self.knows(conditions):
            return None
        told = [observation.values[place] for place in self.places]
        values = np.array([np.nan if one is None else one for one in told])
        return (values - self.expected(conditions)) / self.scale

    def expected(self, conditions: Floats) -> Floats:
        """Shape (p,), in the units of the quantities."""
        expected: Floats = basis(conditions, self.condition_centre, self.condition_scale) @ self.coefficients
        return expected

    def distance(self, window: Floats) -> float:
        """Of a window's median residuals, shape (p,); NaN are left out. -inf where none is known."""
        known = np.isfinite(window)
        count = int(known.sum())
        if not count:
            return float("-inf")
        apart = window[known] - self.centre[known]
        squared = float(apart @ self.precision(known) @ apart)
        return wilson_hilferty(squared, count)

    def precision(self, known: Mask) -> Floats:
        key = known.tobytes()
        if key not in self._precisions:
            self._precisions[key] = np.asarray(np.linalg.inv(self.covariance[np.ix_(known, known)]), dtype=np.float64)
        return self._precisions[key]

    def signs(self, window: Floats, conditions: Floats) -> list[Sign]:
        """Of every known quantity, the farthest off first, told for these `conditions`."""
        known = np.isfinite(window)
        precision = self.precision(known)
        apart = window[known] - self.centre[known]
        alone = np.sqrt(np.diag(self.covariance)[known])
        given = 1.0 / np.sqrt(np.diag(precision))
        off_given = (precision @ apart) * given**2
        by_others = np.abs(off_given / given) > np.abs(apart / alone)
        off, spread = np.where(by_others, off_given, apart), np.where(by_others, given, alone)
        usual, wide = window[known] - off, BAND_SPREADS * spread
        lines = np.column_stack((window[known], usual - wide, usual + wide)) * self.scale[known, None]
        lines += self.expected(conditions)[known, None]
        found = zip(np.flatnonzero(known).tolist(), np.abs(off / spread).tolist(), lines.tolist(), strict=True)
        signs = [Sign(self.places[place], spreads, *line) for place, spreads, line in found]
        return sorted(signs, key=lambda one: (-one.spreads, one.place))


def basis(conditions: Floats, centre: Floats, scale: Floats) -> Floats:
    """Shape (…, 1 + 2c) from (…, c): one, each condition, its square."""
    moved = (conditions - centre) / scale
    return np.concatenate((np.ones((*moved.shape[:-1], 1)), moved, moved**2), axis=-1)


def wilson_hilferty(squared: float, count: int) -> float:
    """The standard normal number that is as rare as this sum of `count` squares of such numbers."""
    spread = 2.0 / (9.0 * count)
    return float(((squared / count) ** (1.0 / 3.0) - (1.0 - spread)) / spread**0.5)


def median_of(rows: Sequence[Floats], least: int) -> Floats:
    """By column, of what is known; NaN where fewer than `least` are."""
    ordered = np.sort(np.array(rows, dtype=np.float64), axis=0)  # what is not known comes last
    counts = np.isfinite(ordered).sum(axis=0)
    columns = np.arange(ordered.shape[1])
    middle = (ordered[np.maximum(0, counts - 1) // 2, columns] + ordered[counts // 2 % len(ordered), columns]) / 2
    return np.where(counts >= max(1, least), middle, np.nan)
