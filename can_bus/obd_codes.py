"""OBD-II modes 03 (confirmed), 07 (pending), 0A (permanent), 04 (clear) and mode 01 PID 01 (lamp, readiness).

Each mode answers with one whole list of codes of two bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from can_bus.messages import Undecodable
from telemetry_schema.generated import servicelane_v1_pb2 as wire

SCOPES: Final[dict[int, wire.CodeScope.ValueType]] = {
    0x03: wire.CODE_SCOPE_CONFIRMED,
    0x07: wire.CODE_SCOPE_PENDING,
    0x0A: wire.CODE_SCOPE_PERMANENT,
}
"""By mode."""

_SPARK: Final = (
    "catalyst", "heated_catalyst", "evaporative_system", "secondary_air", "gasoline_particulate_filter",
    "oxygen_sensor", "oxygen_sensor_heater", "egr_vvt",
)  # fmt: skip
_DIESEL: Final = (
    "nmhc_catalyst", "nox_scr", "reserved", "boost_pressure", "reserved", "exhaust_gas_sensor", "particulate_filter",
    "egr_vvt",
)  # fmt: skip
_CONTINUOUS: Final = ("misfire", "fuel_system", "components")


def read_code_report(ecu: str, mode: int, data: bytes, frozen: Mapping[int, wire.FreezeFrame]) -> wire.DtcReport:
    """The list in an answer behind its service byte: a count, then two bytes a code. Raises Undecodable.

    `frozen` holds what mode 02 has answered, by 24-bit code.
    """
    if not data:
        raise Undecodable("an OBD-II answer of codes is empty")
    count = data[0]
    if len(data) < 1 + 2 * count:
        raise Undecodable(f"{count} codes announced, {(len(data) - 1) // 2} are there")
    pairs = (data[start : start + 2] for start in range(1, 1 + 2 * count, 2))
    codes = [code_of(pair) for pair in pairs if pair != b"\0\0"]
    return wire.DtcReport(
        ecu=ecu,
        complete=True,
        system=wire.CODE_SYSTEM_OBD,
        scope=SCOPES[mode],
        codes=[wire.Dtc(code=code, freeze_frame=frozen.get(code)) for code in codes],
    )


def code_of(pair: bytes) -> int:
    """Two bytes to 24 bits: OBD-II has no failure-type byte."""
    return int.from_bytes(pair, "big") << 8


def read_readiness(ecu: str, data: bytes) -> wire.Readiness:
    """Mode 01 PID 01, four bytes."""
    diesel = bool(data[1] & 0x08)
    supported = [name for bit, name in enumerate(_CONTINUOUS) if data[1] >> bit & 1]
    incomplete = [name for bit, name in enumerate(_CONTINUOUS) if data[1] >> bit + 4 & data[1] >> bit & 1]
    for bit, name in enumerate(_DIESEL if diesel else _SPARK):
        if data[2] >> bit & 1 and name != "reserved":
            supported.append(name)
            incomplete += [name] if data[3] >> bit & 1 else []
    return wire.Readiness(
        ecu=ecu,
        mil_on=bool(data[0] & 0x80),
        confirmed_codes=data[0] & 0x7F,
        compression_ignition=diesel,
        supported=supported,
        incomplete=incomplete,
    )
