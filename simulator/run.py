"""Drives a fleet: every car's life goes through its head unit, in time-lapse or in real time."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from head_unit.fleet_loop import FleetLoop
from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from simulator.access import Access
from simulator.bad_transport import RESEND_SECONDS, BadTransport, make_transport
from simulator.disturbances import Disturbances, draw_disturbances
from simulator.drive import Burst, parts_of, simulate_car
from simulator.faults.schedule import HiddenFault
from simulator.fleet import CarSpec
from simulator.network import NetworkQuality
from simulator.scenario import Scenario

_PROGRESS_SECONDS: Final = 1.0
_SETTLE_SECONDS: Final = 120.0
_TURN_SECONDS: Final = 0.005
_REAL_TIME_PART_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Broker:
    host: str
    port: int


@dataclass(slots=True)
class _Driven:
    """A car on its way: what it records next, and the head unit that takes it."""

    unit: HeadUnit
    bursts: Iterator[Burst]
    disturbances: Disturbances


class FleetRun:
    """`run()` drives the whole scenario and returns whether all of it was acknowledged.

    Time-lapse ends at `end_ms`; in real time the scenario begins at `end_ms` less its days and every burst is handed
    over when its last frame is due.
    """

    def __init__(
        self,
        scenario: Scenario,
        specs: Sequence[CarSpec],
        faults: Mapping[str, HiddenFault],
        seed: int,
        end_ms: int,
        emit: Callable[[dict[str, Any]], None],
        *,
        stopping: threading.Event,
        real_time: bool = False,
        maximum_pending: int = 1500,
    ) -> None:
        self._scenario = scenario
        self._specs = specs
        self._faults = faults
        self._seed = seed
        self._end_ms = end_ms
        self._emit = emit
        self._stopping = stopping
        self._real_time = real_time
        self._maximum_pending = maximum_pending
        self._units: list[HeadUnit] = []
        self._loop = FleetLoop([])
        self._sent = self._events = 0
        self._began = self._spoke = time.monotonic()

    def run(self, broker: Broker, accesses: Mapping[str, Access], buffers: Path) -> bool:
        buffers.mkdir(parents=True, exist_ok=True)
        cars = [self._car(spec, broker, accesses[spec.vin], buffers) for spec in self._specs]
        self._units = [car.unit for car in cars]
        self._loop = FleetLoop(self._units)
        try:
            self._drive(cars)
            for car in cars:
                car.unit.flush()
                _come_back(car.unit)
            settled = self._settle()
        finally:
            for unit in self._units:
                unit.close()
        self._emit({"done": self._counts() | {"settled": settled, "stopped": self._stopping.is_set()}})
        return settled

    def _car(self, spec: CarSpec, broker: Broker, access: Access, buffers: Path) -> _Driven:
        settings = HeadUnitSettings(
            vin=spec.vin,
            buffer_path=buffers / f"{spec.vin}.sqlite",
            password=access.password,
            tls=access.tls,
            enrolment_url=access.enrolment_url,
            host=broker.host,
            port=broker.port,
            batch_frames=120,
            batch_age_seconds=3600,
            resend_seconds=RESEND_SECONDS,
            keep_ledger=True,
            durable=False,
        )
        disturbances = draw_disturbances(self._scenario, spec.vin, self._seed, self._end_ms)
        quality = self._scenario.network
        if disturbances.offline and quality.is_good:
            transport = BadTransport(make_transport(settings, quality, self._seed), NetworkQuality(), spec.vin)
            unit = HeadUnit(settings, transport=transport)
        else:
            unit = HeadUnit(settings, transport=make_transport(settings, quality, self._seed))
        bursts = simulate_car(spec, self._scenario, self._seed, self._end_ms, self._faults.get(spec.vin))
        if self._real_time:
            bursts = (part for burst in bursts for part in parts_of(burst, _REAL_TIME_PART_MS))
        return _Driven(unit, bursts, disturbances)

    def _drive(self, cars: Sequence[_Driven]) -> None:
        """The car whose next burst ends first goes first, so that all cars live at about the same time."""
        queue: list[tuple[int, int, Burst]] = []
        for number, car in enumerate(cars):
            self._put(queue, number, car)
        while queue and not self._stopping.is_set():
            due_ms, number, burst = heapq.heappop(queue)
            self._wait_until(due_ms)
            self._hand_over(cars[number], burst)
            self._put(queue, number, cars[number])

    def _put(self, queue: list[tuple[int, int, Burst]], number: int, car: _Driven) -> None:
        burst = next(car.bursts, None)
        if burst is not None:
            heapq.heappush(queue, (burst.ends_at_ms, number, burst))

    def _hand_over(self, car: _Driven, burst: Burst) -> None:
        burst = car.disturbances.prepare(car.unit, burst)
        car.unit.record_frames(burst.recorded_at_ms, burst.columns)
        for event in burst.events:
            car.unit.record_event(event)
        self._sent += len(burst.recorded_at_ms)
        self._events += len(burst.events)
        self._turn(0)
        while self._pending() > self._maximum_pending and not self._stopping.is_set():
            self._turn(_TURN_SECONDS)

    def _wait_until(self, due_ms: int) -> None:
        """In real time until the burst is over; in time-lapse not at all."""
        while self._real_time and time.time() * 1000 < due_ms and not self._stopping.is_set():
            self._turn(0.05)

    def _pending(self) -> int:
        """Of the cars that are on the air; what an offline car holds is bounded by its buffer."""
        return sum(unit.pending for unit in self._units if _on_the_air(unit))

    def _settle(self) -> bool:
        """Waits until all is acknowledged; gives up when nothing was for two minutes, or when told to stop."""
        left, moved = self._left(), time.monotonic()
        while left and not self._stopping.is_set() and time.monotonic() - moved < _SETTLE_SECONDS:
            self._turn(_TURN_SECONDS)
            if (now_left := self._left()) != left:
                left, moved = now_left, time.monotonic()
        return left == 0

    def _left(self) -> int:
        return sum(unit.pending for unit in self._units)

    def _turn(self, wait_seconds: float) -> None:
        self._loop.turn(wait_seconds)
        if time.monotonic() - self._spoke > _PROGRESS_SECONDS:
            self._spoke = time.monotonic()
            self._emit({"progress": self._counts()})

    def _counts(self) -> dict[str, Any]:
        return {
            "cars": len(self._units),
            "frames": self._sent,
            "events": self._events,
            "pending": self._left(),
            "seconds": round(time.monotonic() - self._began, 1),
        }


def _on_the_air(unit: HeadUnit) -> bool:
    return not isinstance(unit.transport, BadTransport) or unit.transport.is_reachable


def _come_back(unit: HeadUnit) -> None:
    if isinstance(unit.transport, BadTransport):
        unit.transport.is_reachable = True
