"""The car's own diagnosis: one monitor per fault, two driving cycles to confirm, three clean ones to heal (OBD-II)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.car import Car
from simulator.driven import Driven
from simulator.faults.degradation import Degradation
from telemetry_schema.catalogue import signal
from telemetry_schema.generated import servicelane_v1_pb2 as wire

_FAILED_ONCE: Final = 0x27
_CONFIRMED: Final = 0xAF
_PASSED_AFTER_CONFIRMED: Final = 0xAC
_HEALED: Final = 0x28
_CLEAN_TRIPS_TO_HEAL: Final = 3


class FaultMemory:
    """The fault memory of the engine control unit. `end_of_trip` reports when a status changed."""

    def __init__(self, degradation: Degradation | None) -> None:
        self._degradation = degradation
        self._status = 0
        self._failed_now = False
        self._clean_trips = 0
        self._frozen: wire.FreezeFrame | None = None

    @property
    def mil_on(self) -> bool:
        return bool(self._status & 0x80)

    def watch(self, car: Car, driven: Driven, at_ms: npt.NDArray[np.int64]) -> None:
        """Runs the monitor over a trip, instants of shape (n,)."""
        if not self._degradation or not self._degradation.code:
            return
        failed = np.broadcast_to(self._degradation.monitor(car, driven), len(at_ms))
        if failed.any():
            place = int(np.argmax(failed))
            self._failed_now = True
            self._frozen = self._frozen or _freeze(car, driven, place, int(at_ms[place]))

    def end_of_trip(self) -> wire.DtcReport | None:
        """The whole memory where a status changed on this trip, else None."""
        before = self._status
        if self._failed_now:
            self._status = _CONFIRMED if self._status & 0x0C else _FAILED_ONCE
            self._clean_trips = 0
        elif self._status:
            self._pass()
        self._failed_now = False
        return self._report() if self._status != before else None

    def _pass(self) -> None:
        self._clean_trips += 1
        if self._status == _FAILED_ONCE:
            self._status, self._frozen = 0, None
        elif self._clean_trips >= _CLEAN_TRIPS_TO_HEAL:
            self._status = _HEALED
        elif self._status != _HEALED:
            self._status = _PASSED_AFTER_CONFIRMED

    def _report(self) -> wire.DtcReport:
        report = wire.DtcReport(ecu="ECM", complete=True)
        if self._status and self._degradation and self._degradation.code:
            report.codes.add(code=self._degradation.code, status=self._status, freeze_frame=self._frozen, occurrences=1)
        return report


def _freeze(car: Car, driven: Driven, place: int, instant_ms: int) -> wire.FreezeFrame:
    values = {
        "vehicle_speed_kmh": float(driven.speed_kmh[place]),
        "system_voltage_v": float(driven.system_v[place]),
    }
    if driven.engine is not None:
        values |= {
            "engine_speed_rpm": float(driven.engine.rpm[place]),
            "coolant_temperature_c": float(driven.engine.coolant_c[place]) + car.coolant_sensor_offset_c,
            "engine_load_percent": 100 * float(driven.engine.load[place]),
        }
    return wire.FreezeFrame(
        recorded_at_ms=instant_ms,
        values=[wire.SignalValue(signal=signal(name).id, value=round(value, 2)) for name, value in values.items()],
    )
