"""Cars for years of wear: how each is used, where, and how fast its own parts wear, which no backend is told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from simulator.faults.ranges import Part, chance_of, draw_one
from simulator.fleet import USAGES
from simulator.weather import CLIMATES

_FILE: Final = Path(__file__).parent / "ranges.toml"
REAL_MIX: Final = {"petrol": 0.62, "hybrid": 0.18, "diesel": 0.10, "electric": 0.10}
_USAGE_WEIGHTS: Final = (40, 15, 28, 7, 10)
_CLIMATE_WEIGHTS: Final = {"cold": 25, "temperate": 50, "hot": 25}
GAUGE_SHARE: Final = 0.6
"""Of cars show a gauge of a part: linings, tread, oil life, ash, state of health (default)."""


@dataclass(frozen=True, slots=True)
class WearCar:
    """`usages` one per stretch of life, each of `years_between_changes`; `rates` and `fails_at` by part."""

    number: int
    drivetrain: str
    climate: str
    usages: tuple[str, ...]
    years_between_changes: float
    activity: float
    minutes: float
    harshness: float
    mass_kg: float
    rates: Mapping[str, float]
    fails_at: Mapping[str, float]
    gauges: frozenset[str]
    gauge_scale: float
    seed: int


@cache
def ranges() -> Mapping[str, Mapping[str, Any]]:
    """`ranges.toml` by group and number."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def draw_fleet(part: Part, seed: int, cars: int, mix: Mapping[str, float] = REAL_MIX) -> list[WearCar]:
    """The part is in the seed: no car of development is one of evaluation."""
    edges = np.cumsum([mix[name] for name in mix]) / sum(mix.values())
    kinds = [list(mix)[int(np.searchsorted(edges, (number + 0.5) / cars))] for number in range(cars)]
    return [_draw_car(part, seed, number, drivetrain) for number, drivetrain in enumerate(kinds)]


def _draw_car(part: Part, seed: int, number: int, drivetrain: str) -> WearCar:
    chance = chance_of(part, "wear", seed, number)
    drawn = {
        group: {name: draw_one(given, part, chance) for name, given in sorted(of_group.items())}
        for group, of_group in sorted(ranges().items())
    }
    use = drawn["use"]
    return WearCar(
        number=number,
        drivetrain=drivetrain,
        climate=chance.choices(sorted(_CLIMATE_WEIGHTS), [_CLIMATE_WEIGHTS[one] for one in sorted(CLIMATES)])[0],
        usages=tuple(chance.choices(USAGES, _USAGE_WEIGHTS, k=8)),
        mass_kg=min(max(chance.gauss(1500, 220), 1000), 2300),
        rates=drawn["rates"],
        fails_at=drawn["fails_at"],
        gauges=frozenset(name for name in sorted(drawn["rates"]) if chance.random() < GAUGE_SHARE),
        gauge_scale=drawn["gauges"]["scale"],
        seed=chance.getrandbits(60),
        **use,
    )
