"""SAE J1939-73: DM1 (active), DM2 (previously active), DM6 (pending) and DM28 (permanent) as lists of codes.

A J1939 code is the suspect parameter number (19 bits) and the failure mode (5 bits); together they fill the 24 bits of
a code.
"""

from __future__ import annotations

from typing import Final

from can_bus.messages import Undecodable
from telemetry_schema.generated import servicelane_v1_pb2 as wire

SCOPES: Final[dict[int, wire.CodeScope.ValueType]] = {
    0xFECA: wire.CODE_SCOPE_ACTIVE,
    0xFECB: wire.CODE_SCOPE_PREVIOUSLY_ACTIVE,
    0xFECF: wire.CODE_SCOPE_PENDING,
    0xFD80: wire.CODE_SCOPE_PERMANENT,
}
"""By parameter group number."""

_LAMPS: Final = {"malfunction": 6, "red_stop": 4, "amber_warning": 2, "protect": 0}  # place of its two bits
_FLASHES: Final = (0, 1)  # slow, fast; 3 says that it does not flash
_NO_FAULT: Final = ((0, 0), (0x7FFFF, 31))
_NOT_COUNTED: Final = 127


def read_code_report(ecu: str, group: int, data: bytes) -> wire.DtcReport:
    """The list in a DM message, of one frame or of many. Raises Undecodable.

    SPN 0 with FMI 0 says "no fault", SPN 524,287 with FMI 31 "not available"; a single frame is filled up with FF.
    """
    if len(data) < 6:
        raise Undecodable(f"a J1939 list of codes has 6 bytes or more, not {len(data)}")
    parts = [data[start : start + 4] for start in range(2, len(data) - 3, 4)]
    return wire.DtcReport(
        ecu=ecu,
        complete=True,
        system=wire.CODE_SYSTEM_J1939,
        scope=SCOPES[group],
        lamps=wire.Lamps(**{name: _lamp(data, place) for name, place in _LAMPS.items()}),
        codes=[code for part in parts if (code := _code(part)) is not None],
    )


def _code(part: bytes) -> wire.Dtc | None:
    """Four bytes, written by method 4 (CM = 0). The three older methods cannot be told apart, so they are refused."""
    spn, fmi = part[0] | part[1] << 8 | (part[2] & 0xE0) << 11, part[2] & 0x1F
    if (spn, fmi) in _NO_FAULT:
        return None
    if part[3] & 0x80:
        raise Undecodable(f"code {part.hex()} is written by one of the methods before version 4 (CM = 1)")
    count = part[3] & 0x7F
    return wire.Dtc(code=spn << 5 | fmi, occurrences=None if count == _NOT_COUNTED else count)


def _lamp(data: bytes, place: int) -> wire.LampState.ValueType:
    state, flashes = data[0] >> place & 3, data[1] >> place & 3
    if state > 1:
        return wire.LAMP_STATE_UNKNOWN
    if not state:
        return wire.LAMP_STATE_OFF
    return wire.LAMP_STATE_FLASHING if flashes in _FLASHES else wire.LAMP_STATE_ON
