"""The life of one simulated car as what its head unit records: frames of each trip, parked reports, events."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.car import Car
from simulator.driven import Driven
from simulator.ecu import FaultMemory
from simulator.faults.schedule import HiddenFault
from simulator.fleet import CarSpec
from simulator.physics.particulate_filter import EndedRegeneration
from simulator.profiles import speed_trace
from simulator.readings import Instruments, driving_readings, parked_readings
from simulator.scenario import Scenario
from simulator.usage import PlannedTrip, trips_of_day
from simulator.weather import Weather
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire

_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Burst:
    """What the car records between two instants: frames, then events, each in ascending time."""

    recorded_at_ms: npt.NDArray[np.int64]
    columns: dict[int, SignalColumn]
    events: list[wire.Event] = field(default_factory=list)

    @property
    def ends_at_ms(self) -> int:
        last_frame = int(self.recorded_at_ms[-1]) if len(self.recorded_at_ms) else 0
        return max(last_frame, *(event.recorded_at_ms for event in self.events)) if self.events else last_frame


def parts_of(burst: Burst, length_ms: int) -> Iterator[Burst]:
    """The burst cut into spans of the car's time, each with the frames and events of its own."""
    events = list(burst.events)
    from_ms = min([*burst.recorded_at_ms[:1].tolist(), *(event.recorded_at_ms for event in events)])
    for start_ms in range(from_ms, burst.ends_at_ms + 1, length_ms):
        first, last = np.searchsorted(burst.recorded_at_ms, (start_ms, start_ms + length_ms))
        told = [event for event in events if start_ms <= event.recorded_at_ms < start_ms + length_ms]
        if last > first or told:
            columns = {number: SignalColumn(one.values[first:last]) for number, one in burst.columns.items()}
            yield Burst(burst.recorded_at_ms[first:last], columns, told)


def simulate_car(
    spec: CarSpec, scenario: Scenario, seed: int, end_at_ms: int, fault: HiddenFault | None = None
) -> Iterator[Burst]:
    """Everything the car records in the scenario's days that end at `end_at_ms`, in its own order.

    The same arguments give the same bursts, whatever the other cars do. `fault` is brought up to date on the way.
    """
    yield from _Life(spec, scenario, seed, end_at_ms, fault).bursts()


class _Life:
    def __init__(self, spec: CarSpec, scenario: Scenario, seed: int, end_at_ms: int, fault: HiddenFault | None) -> None:
        self._scenario = scenario
        self._chance = random.Random(f"life/{seed}/{spec.vin}")
        self._weather = Weather(scenario.climate, f"{seed}/{spec.vin}")
        self._end_ms = end_at_ms
        self._now_ms = end_at_ms - int(scenario.days * _DAY_MS)
        self._car = Car(spec, self._chance, self._weather.ambient_c(self._now_ms))
        self._fault = fault
        self._memory = FaultMemory(fault.degradation if fault else None)
        self._parked_since_ms = self._now_ms
        self._next_report_ms = self._now_ms + int(self._chance.random() * scenario.heartbeat_hours * _HOUR_MS)
        noise = self._chance.getrandbits(60)
        self._instruments = Instruments(self._car, driving_readings(self._car), noise)
        self._parked_instruments = Instruments(self._car, parked_readings(self._car), noise + 1)
        if fault:
            fault.prepare(self._car)

    def bursts(self) -> Iterator[Burst]:
        for day in range(self._now_ms // _DAY_MS, self._end_ms // _DAY_MS + 1):
            for trip in trips_of_day(self._car.spec.usage, day, self._chance):
                if trip.starts_at_ms <= self._now_ms:
                    continue
                if trip.starts_at_ms + trip.minutes * 100_000 >= self._end_ms:
                    break
                yield from self._park_until(trip.starts_at_ms)
                yield self._drive(trip)
        yield from self._park_until(self._end_ms)

    def _park_until(self, until_ms: int) -> Iterator[Burst]:
        while self._next_report_ms < until_ms:
            self._rest(self._next_report_ms)
            yield self._report()
            self._next_report_ms += int(self._scenario.heartbeat_hours * _HOUR_MS)
        self._rest(until_ms)

    def _rest(self, until_ms: int) -> None:
        hours = max(0.0, (until_ms - self._now_ms) / _HOUR_MS)
        self._now_ms = max(self._now_ms, until_ms)
        self._act()
        self._car.rest(hours, self._weather.ambient_c(self._now_ms))
        if self._fault:
            self._fault.watch(self._car, self._car.parked(), np.array([self._now_ms]))

    def _report(self) -> Burst:
        """A parked car's frame: rest voltage, tyres, outside temperature."""
        columns = self._parked_instruments.columns(self._car.parked())
        return Burst(np.array([self._now_ms], dtype=np.int64), columns)

    def _drive(self, trip: PlannedTrip) -> Burst:
        dt = self._scenario.frame_seconds
        car = self._car
        started_ms = self._now_ms
        self._act()
        events = [self._event(engine_start=car.start((started_ms - self._parked_since_ms) / _HOUR_MS))]
        car.ambient_c = self._weather.ambient_c(started_ms)
        speeds = np.array(speed_trace(trip.kind, trip.minutes, dt, self._chance))
        instants = started_ms + int(dt * 1000) * np.arange(1, len(speeds) + 1, dtype=np.int64)
        from_km = car.odometer_km
        driven = car.drive(dt, speeds)
        self._memory.watch(car, driven, instants)
        if self._fault:
            self._fault.watch(car, driven, instants)
        events += self._regenerations(driven, instants)
        self._now_ms = int(instants[-1])
        events += self._end_trip(started_ms, driven, car.odometer_km - from_km)
        return Burst(instants, self._instruments.columns(driven), events)

    def _end_trip(self, started_ms: int, driven: Driven, distance_km: float) -> list[wire.Event]:
        car = self._car
        self._now_ms += 1000
        events = []
        if (broken := car.filter.stop()) is not None:
            events.append(self._regeneration(self._now_ms, broken))
        idle_s = float((driven.speed_kmh < 1).sum()) * self._scenario.frame_seconds
        summary = wire.TripSummary(
            started_at_ms=started_ms,
            distance_km=distance_km,
            driving_s=len(driven) * self._scenario.frame_seconds - idle_s,
            idle_s=idle_s,
            minimum_ambient_temperature_c=car.ambient_c,
            cold_start=started_ms - self._parked_since_ms > 4 * _HOUR_MS,
        )
        if driven.engine is not None:
            summary.fuel_l = car.fuel_l
            summary.maximum_coolant_temperature_c = float(driven.engine.coolant_c.max())
        events.append(self._event(trip_summary=summary))
        if (report := self._memory.end_of_trip()) is not None:
            events.append(self._event(dtc_report=report))
            events.append(self._event(readiness=self._readiness(len(report.codes))))
        if car.traction and car.electric and self._chance.random() < 0.5:
            events.append(self._charge())
        car.look_after()
        self._parked_since_ms = self._now_ms
        return events

    def _regenerations(self, driven: Driven, instants: npt.NDArray[np.int64]) -> list[wire.Event]:
        return [self._regeneration(int(instants[ended.place]), ended) for ended in driven.regenerations]

    def _readiness(self, codes: int) -> wire.Readiness:
        """What an inspection would ask: the lamp, the codes, and that no monitor is open (nobody cleared anything)."""
        of_kind = ["boost", "particulate_filter"] if self._car.diesel else ["catalyst", "evaporative", "oxygen_sensor"]
        return wire.Readiness(
            mil_on=self._memory.mil_on,
            confirmed_codes=codes if self._memory.mil_on else 0,
            compression_ignition=self._car.diesel,
            supported=["misfire", "fuel_system", "components", *of_kind],
        )

    def _charge(self) -> wire.Event:
        traction = self._car.traction
        assert traction is not None
        start = traction.soc
        energy = traction.charge(self._chance.uniform(0.7, 0.9))
        return self._event(
            charge_session=wire.ChargeSession(
                started_at_ms=self._now_ms,
                state_of_charge_start_percent=100 * start,
                state_of_charge_end_percent=100 * traction.soc,
                energy_kwh=energy,
                charge_ah=1000 * energy / float(traction.pack_v(np.array((start + traction.soc) / 2))),
                battery_temperature_c=traction.temperature_c,
            )
        )

    def _regeneration(self, at_ms: int, ended: EndedRegeneration) -> wire.Event:
        told = wire.Regeneration(
            started_at_ms=at_ms - int(1000 * ended.burning_s),
            completed=ended.completed,
            soot_before_g=ended.soot_before_g,
            soot_after_g=ended.soot_g,
            distance_since_last_km=ended.distance_km,
        )
        odometer = round(self._car.odometer_km, 1)
        return wire.Event(recorded_at_ms=at_ms, odometer_km=odometer, regeneration=told)

    def _event(self, **kind: object) -> wire.Event:
        odometer = round(self._car.odometer_km, 1)
        return wire.Event(recorded_at_ms=self._now_ms, odometer_km=odometer, **kind)  # type: ignore[arg-type]

    def _act(self) -> None:
        if self._fault:
            self._fault.act(self._car, self._now_ms)
