"""OBD-II mode 01 (and the same values frozen, mode 02): parameter ids to signals of the catalogue (ISO 15031-5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from can_bus.messages import Undecodable
from telemetry_schema.catalogue import signal


@dataclass(frozen=True, slots=True)
class Parameter:
    """`length` data bytes; `value` makes the signal's value of them."""

    length: int
    name: str
    value: Callable[[bytes], float]


def _byte(scale: float = 1.0, offset: float = 0.0) -> Callable[[bytes], float]:
    return lambda data: data[0] * scale + offset


def _word(scale: float = 1.0, offset: float = 0.0) -> Callable[[bytes], float]:
    return lambda data: int.from_bytes(data[:2], "big") * scale + offset


def _long(scale: float) -> Callable[[bytes], float]:
    return lambda data: int.from_bytes(data[:4], "big") * scale


_PERCENT: Final = 100 / 255
_TRIM: Final = 100 / 128

PARAMETERS: Final[dict[int, Parameter]] = {
    0x04: Parameter(1, "engine_load_percent", _byte(_PERCENT)),
    0x05: Parameter(1, "coolant_temperature_c", _byte(1, -40)),
    0x06: Parameter(1, "short_term_fuel_trim_1_percent", _byte(_TRIM, -100)),
    0x07: Parameter(1, "long_term_fuel_trim_1_percent", _byte(_TRIM, -100)),
    0x08: Parameter(1, "short_term_fuel_trim_2_percent", _byte(_TRIM, -100)),
    0x09: Parameter(1, "long_term_fuel_trim_2_percent", _byte(_TRIM, -100)),
    0x0B: Parameter(1, "intake_manifold_pressure_kpa", _byte()),
    0x0C: Parameter(2, "engine_speed_rpm", _word(1 / 4)),
    0x0D: Parameter(1, "vehicle_speed_kmh", _byte()),
    0x0E: Parameter(1, "ignition_timing_deg", _byte(1 / 2, -64)),
    0x0F: Parameter(1, "intake_air_temperature_c", _byte(1, -40)),
    0x10: Parameter(2, "mass_air_flow_gps", _word(1 / 100)),
    0x11: Parameter(1, "throttle_position_percent", _byte(_PERCENT)),
    0x21: Parameter(2, "distance_with_mil_km", _word()),
    0x23: Parameter(2, "fuel_rail_pressure_kpa", _word(10)),
    0x2E: Parameter(1, "evap_purge_percent", _byte(_PERCENT)),
    0x2F: Parameter(1, "fuel_level_percent", _byte(_PERCENT)),
    0x30: Parameter(1, "warm_ups_since_clear", _byte()),
    0x31: Parameter(2, "distance_since_clear_km", _word()),
    0x33: Parameter(1, "barometric_pressure_kpa", _byte()),
    0x42: Parameter(2, "system_voltage_v", _word(1 / 1000)),
    0x44: Parameter(2, "commanded_lambda", _word(2 / 65_536)),
    0x46: Parameter(1, "ambient_temperature_c", _byte(1, -40)),
    0x49: Parameter(1, "accelerator_pedal_d_percent", _byte(_PERCENT)),
    0x4A: Parameter(1, "accelerator_pedal_e_percent", _byte(_PERCENT)),
    0x4E: Parameter(2, "time_since_clear_min", _word()),
    0x5C: Parameter(1, "engine_oil_temperature_c", _byte(1, -40)),
    0x5E: Parameter(2, "fuel_rate_lph", _word(1 / 20)),
    0xA6: Parameter(4, "odometer_km", _long(1 / 10)),
}

MONITOR_STATUS: Final = 0x01
FROZEN_CODE: Final = 0x02
_LENGTHS: Final = {
    **{number: one.length for number, one in PARAMETERS.items()},
    **dict.fromkeys((0x00, 0x20, 0x40, 0x60, 0x80, 0xA0, 0xC0, MONITOR_STATUS), 4),  # which ids there are; readiness
    FROZEN_CODE: 2,
    0x03: 2,
    0x1C: 1,
    0x1F: 2,
}
"""Several parameters stand in one answer without their lengths, so a length must be known to read on."""


def split_parameters(data: bytes, *, numbered_frames: bool = False) -> Iterator[tuple[int, bytes]]:
    """Parameter id and data bytes of an answer behind its service byte; mode 02 has a frame number behind each id.

    Raises Undecodable where an id is not known or its bytes are missing: what follows cannot be found.
    """
    at = 0
    while at < len(data):
        number, start = data[at], at + 1 + numbered_frames
        length = _LENGTHS.get(number)
        if length is None:
            raise Undecodable(f"OBD-II parameter {number:02X} is not known here")
        if start + length > len(data):
            raise Undecodable(f"OBD-II parameter {number:02X} has {length} bytes; {len(data) - start} are there")
        yield number, data[start : start + length]
        at = start + length


def value_of(number: int, data: bytes) -> tuple[int, float] | None:
    """Signal id and value; None for parameters that are no signal."""
    parameter = PARAMETERS.get(number)
    return (signal(parameter.name).id, parameter.value(data)) if parameter else None
