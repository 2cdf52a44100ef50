"""The parts whose wear is predicted, from `components.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from maintenance_planner.models import Operation, Texts

_FILE: Final = Path(__file__).parent / "components.toml"


@dataclass(frozen=True, slots=True)
class Gauge:
    """The reading of a car that shows how far a part is worn, of a new one and of one that is due."""

    name: str
    new: float
    due: float


@dataclass(frozen=True, slots=True)
class Component:
    """`plain_km` and `plain_months`: what an interval would be where the car's plan has none."""

    name: str
    item: str
    titles: Texts
    drivetrains: frozenset[str]
    operations: tuple[Operation, ...]
    gauge: Gauge | None
    plain_km: float | None
    plain_months: int | None


@cache
def components() -> tuple[Component, ...]:
    """In the order of the file."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Component(
            name=name,
            item=entry["item"],
            titles=entry["titles"],
            drivetrains=frozenset(entry["drivetrains"]),
            operations=tuple(entry["operations"]),
            gauge=Gauge(**entry["gauge"]) if "gauge" in entry else None,
            plain_km=entry["plain"].get("km"),
            plain_months=entry["plain"].get("months"),
        )
        for name, entry in told.items()
    )
