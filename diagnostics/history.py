"""Everything that detectors may look at of one car, oldest first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from diagnostics.code_episodes import CodeEpisode
from diagnostics.trips import Trip


@dataclass(frozen=True, slots=True)
class EngineStart:
    """A start as the car reported it; volts and °C, None where it does not say."""

    at_s: float
    minimum_v: float | None
    rest_v: float | None
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class ParkedReading:
    """Tyre pressures of a parked car at 20 °C, kPa by wheel."""

    at_s: float
    p20_kpa: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class History:
    vin: str
    drivetrain: str
    specification: Mapping[str, Any]
    trips: Sequence[Trip] = ()
    starts: Sequence[EngineStart] = ()
    parked: Sequence[ParkedReading] = ()
    episodes: Sequence[CodeEpisode] = field(default=())
