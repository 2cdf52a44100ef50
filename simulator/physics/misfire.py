"""Misfires per cylinder and 1,000 revolutions: a small base rate, plugs that wear, coils that fail."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.physics.following import Floats

BASE_RATE: Final = 2e-5
_EVENTS: Final = 500.0  # firings of one cylinder in 1,000 revolutions


class Misfire:
    """`rates` per firing and cylinder; `counts` of the last 1,000 revolutions."""

    def __init__(self, cylinders: int) -> None:
        self.rates = np.full(cylinders, BASE_RATE)
        self.counts = np.zeros(cylinders, dtype=np.int64)
        self._revolutions = 0.0

    def drive(
        self, dt: float, rpm: Floats, load: Floats, coolant_c: Floats, chance: np.random.Generator
    ) -> npt.NDArray[np.int64]:
        """Counts as they stand at each instant, shape (cylinders, n): new ones after each 1,000 revolutions."""
        turned = self._revolutions + np.cumsum(rpm) * dt / 60.0
        windows = (turned // 1000.0).astype(np.int64)
        ends = np.flatnonzero(np.diff(windows, prepend=0))
        stress = (0.7 + 0.6 * load[ends]) * np.where(coolant_c[ends] < 40, 1.6, 1.0)
        drawn = chance.poisson(np.outer(self.rates, stress) * _EVENTS)
        known = np.concatenate((self.counts[:, None], drawn), axis=1)
        counts: npt.NDArray[np.int64] = known[:, np.searchsorted(ends, np.arange(len(rpm)), side="right")]
        self._revolutions = float(turned[-1] % 1000.0)
        self.counts = counts[:, -1].copy()
        return counts
