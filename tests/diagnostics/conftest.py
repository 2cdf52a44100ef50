"""Histories made by hand, so that detectors are tested without any simulator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from diagnostics.history import EngineStart, History, ParkedReading, Trip

DAY_S = 86_400.0
T0_S = 1_767_225_600.0  # 1 January 2026
VIN = "1M8GDM9AXKP042788"


def trips(features: Sequence[Mapping[str, float]], every_s: float = DAY_S / 2, length_s: float = 1800) -> list[Trip]:
    return [Trip(T0_S + n * every_s, T0_S + n * every_s + length_s, one) for n, one in enumerate(features)]


def starts(minimum_v: Sequence[float], temperature_c: float = 25.0, rest_v: float = 12.6) -> list[EngineStart]:
    return [EngineStart(T0_S + n * DAY_S / 2, volts, rest_v, temperature_c) for n, volts in enumerate(minimum_v)]


def parked(kpa: Sequence[Mapping[str, float]], every_s: float = DAY_S / 2) -> list[ParkedReading]:
    return [
        ParkedReading(T0_S + n * every_s, {f"p20_{wheel}": value for wheel, value in one.items()})
        for n, one in enumerate(kpa)
    ]


def history(**known: Any) -> History:
    return History(VIN, "petrol", known.pop("specification", {"tyre_placard_front_kpa": 240}), **known)
