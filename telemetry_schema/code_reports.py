"""What a report of trouble codes may hold, and its numbers as words. Pure."""

from __future__ import annotations

from typing import Any, Final

from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason

MAXIMUM_ECU_CHARACTERS: Final = 64  # it is part of a key; names and addresses of control units are far shorter
ALL_BITS: Final = 0xFF
_LATER: Final = "is not known here; it can be driven again once it is"


def check_code_report(report: wire.DtcReport) -> None:
    """Raises Refusal. A list or a kind of code that a newer car sends goes to the quarantine with its bytes."""
    if len(report.ecu) > MAXIMUM_ECU_CHARACTERS:
        raise _refusal(f"ecu has more than {MAXIMUM_ECU_CHARACTERS} characters; name it short")
    if report.system not in wire.CodeSystem.values():
        raise _refusal(f"code system {report.system} {_LATER}")
    if report.scope not in wire.CodeScope.values():
        raise _refusal(f"list of codes {report.scope} {_LATER}")
    if report.status_availability_mask > ALL_BITS:
        raise _refusal("status_availability_mask has 8 bits")
    for dtc in report.codes:
        if dtc.code > 0xFFFFFF or dtc.status > ALL_BITS:
            raise _refusal("a DTC has 24 bits and its status 8; pad a two-byte code with 00")
        if not -128 <= dtc.fault_detection_counter <= 127:
            raise _refusal("fault_detection_counter goes from -128 to 127; leave it out where unknown")


def report_words(report: wire.DtcReport) -> dict[str, Any]:
    """`system`, `scope`, `status_mask` and `lamps` as plain words; lamps that are not told are left out."""
    return {
        "system": _word(wire.CodeSystem.Name(report.system), "CODE_SYSTEM_"),
        "scope": _word(wire.CodeScope.Name(report.scope), "CODE_SCOPE_"),
        "status_mask": report.status_availability_mask if report.HasField("status_availability_mask") else ALL_BITS,
        "lamps": {
            field.name: _word(wire.LampState.Name(state), "LAMP_STATE_")
            for field, state in report.lamps.ListFields()
            if state in wire.LampState.values()
        },
    }


def _word(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).lower()


def _refusal(detail: str) -> Refusal:
    return Refusal(RefusalReason.VALUE_OUT_OF_RANGE, detail)
