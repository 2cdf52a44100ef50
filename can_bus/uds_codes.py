"""ISO 14229-1, service 0x19: a control unit's codes with their status bytes. udsoncan reads the response."""

from __future__ import annotations

from typing import Final

from udsoncan.exceptions import ConfigError, InvalidResponseException
from udsoncan.Response import Response
from udsoncan.services.ReadDTCInformation import ReadDTCInformation

from can_bus.messages import Undecodable
from telemetry_schema.generated import servicelane_v1_pb2 as wire

READ_CODES: Final = 0x19
CLEAR_CODES: Final = 0x14
POSITIVE: Final = 0x40
_BY_STATUS_MASK: Final = 0x02
_SUPPORTED: Final = 0x0A
_PERMANENT: Final = 0x15
_WITH_STATUS: Final = (_BY_STATUS_MASK, _SUPPORTED, 0x0B, 0x0C, 0x0D, 0x0E, 0x13, _PERMANENT)
_NOT_READ: Final = {
    0x01: "the number of codes",
    0x04: "a snapshot: its layout is the maker's",
    0x06: "extended data: its layout is the maker's",
    0x14: "fault detection counters",
}


def read_code_report(ecu: str, data: bytes, asked: bytes | None) -> wire.DtcReport | None:
    """The report in a positive response 0x59; None for a kind of response that holds no status bytes.

    `asked` is the request, where the log has it: only a mask that covers everything that the control unit tests makes
    the answer a whole memory. Raises Undecodable.
    """
    if len(data) < 2 or data[0] != READ_CODES + POSITIVE:
        raise Undecodable(f"{data[:2].hex()} is no response of service 19")
    kind = data[1]
    if kind not in _WITH_STATUS:
        return None
    try:
        answer = ReadDTCInformation.interpret_response(Response.from_payload(data), subfunction=kind)
    except (InvalidResponseException, ConfigError, ValueError) as error:
        raise Undecodable(f"service 19 {kind:02X}: {error}") from error
    return wire.DtcReport(
        ecu=ecu,
        complete=_whole(data, asked),
        system=wire.CODE_SYSTEM_UDS,
        scope=wire.CODE_SCOPE_PERMANENT if kind == _PERMANENT else wire.CODE_SCOPE_MEMORY,
        status_availability_mask=data[2],
        codes=[wire.Dtc(code=dtc.id, status=dtc.status.get_byte_as_int()) for dtc in answer.service_data.dtcs],
    )


def why_not_read(data: bytes) -> str:
    """In words, for the count of what was not taken."""
    return _NOT_READ.get(data[1], f"response {data[1]:02X}") if len(data) > 1 else "an empty response"


def _whole(data: bytes, asked: bytes | None) -> bool:
    """All supported codes, all permanent ones, or an answer to a mask that covers every bit that is kept."""
    if data[1] in (_SUPPORTED, _PERMANENT):
        return True
    if data[1] != _BY_STATUS_MASK or asked is None or len(asked) < 3 or asked[:2] != bytes((READ_CODES, data[1])):
        return False
    return data[2] & ~asked[2] == 0
