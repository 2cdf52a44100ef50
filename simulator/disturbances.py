"""What happens to some cars besides faults: hours without any network, and hours with a clock that lost its date."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from head_unit.unit import HeadUnit
from simulator.bad_transport import BadTransport
from simulator.drive import Burst
from simulator.scenario import Scenario
from telemetry_schema.frames import ClockQuality
from telemetry_schema.generated import servicelane_v1_pb2 as wire

_HOUR_MS: Final = 3_600_000
_LOST_CLOCK_HOURS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open, Unix milliseconds of the car's true time."""

    from_ms: int
    to_ms: int

    def covers(self, instant_ms: int) -> bool:
        return self.from_ms <= instant_ms < self.to_ms


@dataclass(frozen=True, slots=True)
class Disturbances:
    """Of one car; None where it has none."""

    offline: Window | None = None
    lost_clock: Window | None = None

    def prepare(self, unit: HeadUnit, burst: Burst) -> Burst:
        """Sets the car's network and clock as they are at the burst, and gives the burst as the car's clock has it."""
        if self.offline and isinstance(unit.transport, BadTransport):
            unit.transport.is_reachable = not self.offline.covers(burst.ends_at_ms)
        if self.lost_clock is None:
            return burst
        lost = self.lost_clock.covers(burst.ends_at_ms)
        unit.set_clock_quality(ClockQuality.UNSYNCHRONISED if lost else ClockQuality.SYNCHRONISED)
        return shifted(burst, -self.lost_clock.from_ms) if lost else burst


def draw_disturbances(scenario: Scenario, vin: str, seed: int, end_ms: int) -> Disturbances:
    """The same for the same arguments."""
    chance = random.Random(f"disturbances/{scenario.name}/{seed}/{vin}")
    offline = _window(chance, scenario, end_ms, scenario.offline.share, scenario.offline.hours)
    lost_clock = _window(chance, scenario, end_ms, scenario.wrong_clock_share, _LOST_CLOCK_HOURS)
    return Disturbances(offline, lost_clock)


def _window(chance: random.Random, scenario: Scenario, end_ms: int, share: float, hours: float) -> Window | None:
    happens, place = chance.random() < share, chance.random()
    length_ms = int(hours * _HOUR_MS)
    free_ms = int(scenario.days * 24 * _HOUR_MS) - length_ms
    if not happens or free_ms <= 0:
        return None
    start_ms = end_ms - length_ms - int(place * free_ms)
    return Window(start_ms, start_ms + length_ms)


def shifted(burst: Burst, by_ms: int) -> Burst:
    """A clock that begins at 1970 when it loses its date counts from there on."""
    events = []
    for event in burst.events:
        moved = wire.Event()
        moved.CopyFrom(event)
        moved.recorded_at_ms = max(1, event.recorded_at_ms + by_ms)
        events.append(moved)
    return replace(burst, recorded_at_ms=np.maximum(1, burst.recorded_at_ms + by_ms), events=events)
