"""What testers ask and control units answer: UDS and OBD-II services, one conversation per control unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from can_bus import obd_codes, obd_values, uds_codes
from can_bus.messages import Undecodable
from telemetry_schema.generated import servicelane_v1_pb2 as wire

_ANSWER: Final = 0x40
_REFUSED: Final = 0x7F
_CURRENT, _FROZEN, _CLEARED = 0x01, 0x02, 0x04
TO_ALL: Final = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one answer says; `not_taken` names it where it says nothing that is kept."""

    values: Mapping[int, float] = field(default_factory=dict)
    told: tuple[wire.DtcReport | wire.Readiness, ...] = ()
    not_taken: str = ""


class Diagnosis:
    """Holds per control unit (by key of its answers) what was asked last and what mode 02 has shown."""

    def __init__(self) -> None:
        self._asked: dict[int, bytes] = {}
        self._frozen: dict[str, dict[int, wire.FreezeFrame]] = {}

    def asked(self, by: int, data: bytes) -> None:
        """A request; `by` is the key that will answer, 0 for all."""
        if by == TO_ALL:
            self._asked.clear()
        self._asked[by] = data

    def answered(self, key: int, ecu: str, data: bytes) -> Outcome:
        """One whole answer. Raises Undecodable."""
        if not data:
            raise Undecodable("an answer without a byte")
        service = data[0] - _ANSWER
        if data[0] == _REFUSED:
            return Outcome(not_taken="requests that a control unit refused")
        if service == uds_codes.READ_CODES:
            report = uds_codes.read_code_report(ecu, data, self._asked.get(key, self._asked.get(TO_ALL)))
            return Outcome(told=(report,)) if report else Outcome(not_taken=f"{ecu}: {uds_codes.why_not_read(data)}")
        if service in (uds_codes.CLEAR_CODES, _CLEARED):
            self._frozen.pop(ecu, None)
            system = wire.CODE_SYSTEM_OBD if service == _CLEARED else wire.CODE_SYSTEM_UDS
            return Outcome(told=(wire.DtcReport(ecu=ecu, cleared=True, system=system),))
        if service in obd_codes.SCOPES:
            report = obd_codes.read_code_report(ecu, service, data[1:], self._frozen.get(ecu, {}))
            return Outcome(told=(report,))
        if service == _CURRENT:
            return _current(ecu, data[1:])
        if service == _FROZEN:
            return self._freeze(ecu, data[1:])
        return Outcome(not_taken=f"{ecu}: answers of service {service & 0xFF:02X}")

    def _freeze(self, ecu: str, data: bytes) -> Outcome:
        """Mode 02 answers piece by piece; the code of the frame comes first, its values after it."""
        frames = self._frozen.setdefault(ecu, {})
        for number, told in obd_values.split_parameters(data, numbered_frames=True):
            if number == obd_values.FROZEN_CODE and told != b"\0\0":
                frames.setdefault(obd_codes.code_of(told), wire.FreezeFrame())
            elif (value := obd_values.value_of(number, told)) is not None and frames:
                newest = list(frames.values())[-1]
                if all(one.signal != value[0] for one in newest.values):
                    newest.values.add(signal=value[0], value=value[1])
        return Outcome(not_taken="values of a freeze frame, kept for the report of its code")


def _current(ecu: str, data: bytes) -> Outcome:
    values: dict[int, float] = {}
    told: list[wire.Readiness] = []
    for number, part in obd_values.split_parameters(data):
        if number == obd_values.MONITOR_STATUS:
            told.append(obd_codes.read_readiness(ecu, part))
        elif (value := obd_values.value_of(number, part)) is not None:
            values[value[0]] = value[1]
    if values or told:
        return Outcome(values, tuple(told))
    return Outcome(not_taken="OBD-II parameters that are no signal")
