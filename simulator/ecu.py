"""The car's own diagnosis: one monitor per fault, two driving cycles to confirm, three clean ones to heal (OBD-II).

A healed code is erased after 40 warm-up cycles: the coolant rises by 22 °C and reaches 71 °C, with a diesel 60 °C.
"""

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
_WARM_UPS_TO_ERASE: Final = 40
_RISE_C: Final = 22.0
_WARM_C: Final = {False: 71.0, True: 60.0}  # of a diesel or not


class FaultMemory:
    """The fault memory of the engine control unit. `end_of_trip` reports when a status changed."""

    def __init__(self, degradation: Degradation | None) -> None:
        self._degradation = degradation
        self._status = 0
        self._failed_now = False
        self._clean_trips = 0
        self._warm_ups = 0
        self._occurrences = 0
        self._frozen: list[wire.FreezeFrame] = []  # of the first trip that failed, and of the last

    @property
    def mil_on(self) -> bool:
        return bool(self._status & 0x80)

    def watch(self, car: Car, driven: Driven, at_ms: npt.NDArray[np.int64]) -> None:
        """Runs the monitor over a trip, instants of shape (n,)."""
        if not self._degradation or not self._degradation.code:
            return
        self._warm_ups += _warms_up(car, driven)
        failed = np.broadcast_to(self._degradation.monitor(car, driven), len(at_ms))
        if failed.any():
            place = int(np.argmax(failed))
            self._failed_now = True
            self._frozen = [*self._frozen[:1], _freeze(car, driven, place, int(at_ms[place]))]

    def end_of_trip(self) -> wire.DtcReport | None:
        """The whole memory where a status changed on this trip, else None."""
        before = self._status
        if self._failed_now:
            self._status = _CONFIRMED if self._status & 0x0C else _FAILED_ONCE
            self._clean_trips = self._warm_ups = 0
            self._occurrences += 1
        elif self._status:
            self._pass()
        self._failed_now = False
        return self._report() if self._status != before else None

    def _pass(self) -> None:
        self._clean_trips += 1
        aged = self._status == _HEALED and self._warm_ups >= _WARM_UPS_TO_ERASE
        if self._status == _FAILED_ONCE or aged:
            self._status, self._occurrences, self._frozen = 0, 0, []
        elif self._clean_trips < _CLEAN_TRIPS_TO_HEAL:
            self._status = _PASSED_AFTER_CONFIRMED
        elif self._status != _HEALED:
            self._status, self._warm_ups = _HEALED, 0

    def _report(self) -> wire.DtcReport:
        lamp = wire.LAMP_STATE_ON if self.mil_on else wire.LAMP_STATE_OFF
        report = wire.DtcReport(ecu="ECM", complete=True, lamps=wire.Lamps(malfunction=lamp))
        if self._status and self._degradation and self._degradation.code:
            report.codes.add(
                code=self._degradation.code,
                status=self._status,
                occurrences=self._occurrences,
                freeze_frame=self._frozen[0],
                further_freeze_frames=self._frozen[1:],
            )
        return report


def _warms_up(car: Car, driven: Driven) -> bool:
    if driven.engine is None:
        return False
    coolant_c = driven.engine.coolant_c
    return bool(coolant_c.max() - coolant_c[0] >= _RISE_C and coolant_c.max() >= _WARM_C[car.diesel])


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
