"""Misfires per cylinder and 1,000 revolutions: a small base rate, plugs that wear, coils that fail."""

from __future__ import annotations

import math
import random

_EVENTS: float = 500.0  # firings of one cylinder in 1,000 revolutions


class Misfire:
    """`rates` per firing and cylinder; `counts` of the last 1,000 revolutions."""

    def __init__(self, cylinders: int) -> None:
        self.rates = [2e-5] * cylinders
        self.counts = [0] * cylinders

    def step(self, dt: float, rpm: float, load: float, coolant_c: float, chance: random.Random) -> None:
        """Draws new counts about once in 1,000 revolutions."""
        if chance.random() > rpm * dt / 60.0 / 1000.0:
            return
        stress = (0.7 + 0.6 * load) * (1.6 if coolant_c < 40 else 1.0)
        for cylinder, rate in enumerate(self.rates):
            self.counts[cylinder] = _poisson(rate * stress * _EVENTS, chance)


def _poisson(mean: float, chance: random.Random) -> int:
    if mean > 30:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
