"""Draws the parameters of a fault from `ranges.toml`: development and evaluation share no value and no seed."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

Part = Literal["development", "evaluation"]
PARTS: Final[tuple[Part, Part]] = ("development", "evaluation")
_FILE: Final = Path(__file__).parent / "ranges.toml"


@dataclass(frozen=True, slots=True)
class DrawnFault:
    """Onset in days from the start of a life, ramp in days, and what `Degradation.apply` takes."""

    onset_days: float
    ramp_days: float
    parameters: Mapping[str, Any]


@cache
def ranges() -> Mapping[str, Mapping[str, Any]]:
    """`ranges.toml` by kind of fault; what a kind does not say of onset and ramp comes from `[life]`."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    life = told.pop("life")
    return {kind: {**life, **given} for kind, given in told.items()}


def draw(kind: str, part: Part, seed: int, number: int) -> DrawnFault:
    """The `number`-th fault of this kind. The part is in the seed, so that no seed of one part is one of the other."""
    chance = chance_of(part, kind, seed, number)
    drawn = {name: draw_one(given, part, chance) for name, given in sorted(ranges()[kind].items())}
    return DrawnFault(drawn.pop("onset_days"), drawn.pop("ramp_days"), drawn)


def chance_of(part: Part, *words: object) -> random.Random:
    return random.Random("/".join(map(str, (part, *words))))


def draw_one(given: Any, part: Part, chance: random.Random) -> Any:
    if isinstance(given, list):
        return chance.choice(given)
    intervals = given[part]
    low, high = chance.choices(intervals, [high - low for low, high in intervals])[0]
    return chance.uniform(low, high)
