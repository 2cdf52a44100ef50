"""What runs empty or wears between services, by what the car's sensors told on its last whole day. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from maintenance_planner.models import Operation, Texts, VehicleDay
from maintenance_planner.plans import read_name, read_operations, read_texts

FILE: Final = Path(__file__).parent / "consumables.toml"
KNOWN_DAYS: Final = 14
"""What a sensor said longer ago says nothing of now."""


@dataclass(frozen=True, slots=True)
class Consumable:
    signal: str
    item: str
    titles: Texts
    reason: Texts
    urgency: int
    operations: tuple[Operation, ...]
    below: float | None
    above: float | None


@dataclass(frozen=True, slots=True)
class LowLevel:
    """A consumable that is to be seen to."""

    consumable: Consumable
    reason: Texts


def low_levels(days: Sequence[VehicleDay], today: date) -> list[LowLevel]:
    """From days in the order of time; today still runs and does not count."""
    recent = [one for one in days if 0 < (today - one.day).days <= KNOWN_DAYS]
    newest: dict[str, float] = {}
    for one in recent:
        newest |= one.levels
    found = ((one, newest.get(one.signal)) for one in consumables())
    return [LowLevel(one, _reason(one, value)) for one, value in found if value is not None and _is_low(one, value)]


def _is_low(one: Consumable, value: float) -> bool:
    if one.below is not None:
        return value < one.below
    return one.above is not None and value > one.above


def _reason(one: Consumable, value: float) -> Texts:
    return Texts(en=one.reason["en"].format(value=value), zh=one.reason["zh"].format(value=value))


@cache
def consumables() -> tuple[Consumable, ...]:
    """Raises PlanError where the file is wrong."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_consumable(signal, entry) for signal, entry in entries.items())


def _consumable(signal: str, entry: Mapping[str, Any]) -> Consumable:
    place = f"{FILE.name}, {signal}"
    return Consumable(
        signal=signal,
        item=read_name(entry, "item", place),
        titles=read_texts(entry, place),
        reason=read_texts(entry, place, "reason"),
        urgency=int(entry["urgency"]),
        operations=read_operations(entry, place),
        below=entry.get("below"),
        above=0.5 if entry.get("is") else entry.get("above"),
    )
