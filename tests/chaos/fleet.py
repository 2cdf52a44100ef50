"""`python -m tests.chaos.fleet`: many real head units on one thread, at a steady rate.

With `--clock-file` every fourth car's clock is off by as many milliseconds as the file says at the time.

SIGTERM ends the recording; then the process ends when everything is acknowledged, with status 0. One JSON line on
stdout about every half second: `{"taken": frames, "pending": messages, "connected": cars, "refused": times}`.
"""

from __future__ import annotations

import argparse
import heapq
import json
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from head_unit.buffer import BufferUnavailableError
from head_unit.fleet_loop import FleetLoop
from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from simulator.access import access_of
from telemetry_schema.catalogue import signal as signal_named
from telemetry_schema.frames import SignalColumn

DRAIN_SECONDS: Final = 90.0
SAY_SECONDS: Final = 0.5
RESEND_SECONDS: Final = 1.5


class Car:
    """A head unit and what its car records, in steps of at least 10 ms: a clock that is moved meets old instants."""

    def __init__(self, unit: HeadUnit) -> None:
        self.unit = unit
        self._last_ms = now_ms()
        self._counted = 0
        self._not_taken: tuple[np.ndarray, dict[int, SignalColumn]] | None = None

    def record(self, frames: int, clock_ms: int) -> int:
        """Frames since the last time, or those again that the disk did not take. Returns how many were taken."""
        instants, columns = self._not_taken or self._fresh(frames, clock_ms)
        self._not_taken = instants, columns
        self.unit.record_frames(instants, columns)
        self._not_taken = None
        return len(instants)

    def _fresh(self, frames: int, clock_ms: int) -> tuple[np.ndarray, dict[int, SignalColumn]]:
        now = max(now_ms(), self._last_ms + 10 * frames)
        instants = np.linspace(self._last_ms, now, frames + 1).astype(np.int64)[1:] // 10 * 10 + clock_ms
        self._last_ms = now
        count = np.arange(self._counted, self._counted + frames)
        self._counted += frames
        columns = {
            signal_named("vehicle_speed_kmh").id: SignalColumn((count % 130).astype(np.float32)),
            signal_named("engine_speed_rpm").id: SignalColumn((800 + count % 4000).astype(np.float32)),
            signal_named("coolant_temperature_c").id: SignalColumn((20 + count % 70).astype(np.float32)),
        }
        return instants, columns


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class FleetRun:
    """`run()` until `stopping` is set and everything is delivered; returns whether all of it was."""

    def __init__(self, cars: Sequence[Car], arguments: argparse.Namespace, stopping: threading.Event) -> None:
        self._cars = cars
        self._loop = FleetLoop([car.unit for car in cars])
        self._batch_frames: int = arguments.batch_frames
        self._period = len(cars) * arguments.batch_frames / arguments.frames_per_second
        self._clock_file: Path | None = arguments.clock_file
        self._stopping = stopping
        self._taken = self._refused = 0
        self._spoke = 0.0

    def run(self) -> bool:
        started = time.monotonic()
        spread = self._period / len(self._cars)
        due = [(started + number * spread, number) for number in range(len(self._cars))]
        while not self._stopping.is_set():
            while due[0][0] <= time.monotonic():
                at, number = due[0]
                heapq.heapreplace(due, (at + self._period, number))
                self._record(self._cars[number], self._clock_ms() if number % 4 == 0 else 0)
            self._turn()
        return self._drain()

    def _record(self, car: Car, clock_ms: int) -> None:
        try:
            self._taken += car.record(self._batch_frames, clock_ms)
        except BufferUnavailableError:
            self._refused += 1

    def _clock_ms(self) -> int:
        return int(self._clock_file.read_text()) if self._clock_file else 0

    def _drain(self) -> bool:
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._pending() and time.monotonic() < deadline:
            self._turn()
        self._spoke = 0.0
        self._turn()
        return self._pending() == 0

    def _turn(self) -> None:
        self._loop.turn(0.01)
        if time.monotonic() - self._spoke > SAY_SECONDS:
            self._spoke = time.monotonic()
            print(json.dumps(self._said()), flush=True)

    def _said(self) -> dict[str, Any]:
        connected = sum(car.unit.transport.is_connected for car in self._cars)
        return {"taken": self._taken, "pending": self._pending(), "connected": connected, "refused": self._refused}

    def _pending(self) -> int:
        return sum(car.unit.pending for car in self._cars)


def make_car(entry: dict[str, Any], arguments: argparse.Namespace) -> Car:
    access = access_of(entry)
    settings = HeadUnitSettings(
        vin=entry["vin"],
        buffer_path=arguments.buffers / f"{entry['vin']}.sqlite",
        tls=access.tls,
        enrolment_url=access.enrolment_url,
        port=arguments.broker_port,
        batch_frames=arguments.batch_frames,
        resend_seconds=RESEND_SECONDS,
        longest_resend_seconds=6.0,
        keep_ledger=True,
        durable=False,
    )
    return Car(HeadUnit(settings))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fleet", type=Path, required=True)
    parser.add_argument("--buffers", type=Path, required=True)
    parser.add_argument("--broker-port", type=int, required=True)
    parser.add_argument("--frames-per-second", type=float, required=True)
    parser.add_argument("--batch-frames", type=int, required=True)
    parser.add_argument("--clock-file", type=Path)
    arguments = parser.parse_args()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    arguments.buffers.mkdir(parents=True, exist_ok=True)
    cars = [make_car(entry, arguments) for entry in json.loads(arguments.fleet.read_text())]
    try:
        delivered = FleetRun(cars, arguments, stopping).run()
    finally:
        for car in cars:
            car.unit.close()
    raise SystemExit(0 if delivered else 1)


if __name__ == "__main__":
    main()
