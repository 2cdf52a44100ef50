"""Outside temperature: season, time of day, and spells that last for days. Seeded per car."""

from __future__ import annotations

import math
import random
from typing import Final

CLIMATES: Final = {  # mean of the year, half the swing of the seasons, half the swing of a day; °C (default)
    "cold": (4.0, 13.0, 4.0),
    "temperate": (11.0, 9.0, 5.0),
    "hot": (24.0, 8.0, 6.0),
}
_DAY_MS: Final = 86_400_000
_PERSISTENCE: Final = 0.75  # of a spell, from one day to the next


class Weather:
    """`ambient_c(instant)`; the same for every call with the same instant."""

    def __init__(self, climate: str, seed: str) -> None:
        self._mean, self._season, self._day = CLIMATES[climate]
        self._chance = random.Random(f"weather/{seed}")
        self._spells: dict[int, float] = {}
        self._last_day = 0
        self._last_spell = self._chance.gauss(0, 3)

    def ambient_c(self, instant_ms: int) -> float:
        """Instants are asked for in ascending days."""
        day, within = divmod(instant_ms, _DAY_MS)
        season = -math.cos(2 * math.pi * (day % 365.25 - 20) / 365.25)
        hour = -math.cos(2 * math.pi * (within / _DAY_MS - 0.17))
        return self._mean + self._season * season + self._day * hour + self._spell(day)

    def _spell(self, day: int) -> float:
        if day not in self._spells:
            self._last_spell = _PERSISTENCE * self._last_spell + self._chance.gauss(0, 2.4)
            self._spells = {day: self._last_spell, **{k: v for k, v in self._spells.items() if k >= day - 1}}
        return self._spells[day]
