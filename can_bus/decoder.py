"""A logged bus to readings and events: transports, DBC, OBD-II, UDS and J1939 codes, and the account of the rest.

Every frame ends as one of these: a value, a part of a message, a code report, a count of what is not known, a problem
with its line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from can_bus import j1939_codes, j1939_transport
from can_bus.dbc_signals import DbcSignals, NotDescribed
from can_bus.diagnosis import TO_ALL, Diagnosis, Outcome
from can_bus.iso_tp import IsoTpListener
from can_bus.j1939_transport import J1939Transport, address_of
from can_bus.messages import EXTENDED, BusMessage, CanFrame, Problem, Reading, Undecodable, identifier_text
from telemetry_schema.generated import servicelane_v1_pb2 as wire

_UDS_11_BIT: Final = range(0x7E0, 0x7F0)
_FUNCTIONAL_11_BIT: Final = 0x7DF
_UDS_29_BIT: Final = (0x18DA, 0x18DB)  # the upper half of the identifier
_REQUEST_TO_RESPONSE: Final = 8
_ANSWER: Final = 0x40  # set in the first byte of every answer, in none of a request


@dataclass(frozen=True, slots=True)
class SignalRule:
    """A DBC signal becomes a signal of the catalogue: value × factor + offset. `source` limits it to one sender."""

    signal_id: int
    factor: float = 1.0
    offset: float = 0.0
    source: int | None = None


@dataclass(frozen=True, slots=True)
class BusPlan:
    """What is known of a bus beyond the standards.

    `responses` are identifiers (keys) of control units that answer outside of 7E8 to 7EF; `names` gives control units
    names by key, or by J1939 address. With `length_byte` the DBC counts an ISO-TP message's bytes from its length.
    """

    dbc: DbcSignals
    rules: Mapping[tuple[str, str], tuple[SignalRule, ...]]
    responses: frozenset[int] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)
    length_byte: bool = False


@dataclass(slots=True)
class BusAccount:
    """What became of the frames that gave no value: counts by identifier or reason."""

    unknown: Counter[str] = field(default_factory=Counter)
    not_taken: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    out_of_range: int = 0  # values that are none


class BusDecoder:
    """`take` frames in the order of the log, then `end`; gives readings and events as they become complete."""

    def __init__(self, plan: BusPlan) -> None:
        self.account = BusAccount()
        self._plan = plan
        self._iso_tp = IsoTpListener()
        self._j1939 = J1939Transport()
        self._diagnosis = Diagnosis()
        self._told: dict[tuple[str, int], bytes] = {}

    def take(self, frame: CanFrame) -> Iterator[Reading | wire.Event]:
        try:
            yield from self._take(frame)
        except Undecodable as error:
            self.account.problems.append(Problem(frame.line, str(error)))
        except NotDescribed as error:
            self.account.not_taken[str(error)] += 1

    def end(self) -> None:
        """Tells of messages that the log does not complete."""
        self.account.problems.extend(self._iso_tp.end())
        self.account.problems.extend(self._j1939.end())
        self.account.problems.sort(key=lambda problem: problem.line)

    def _take(self, frame: CanFrame) -> Iterator[Reading | wire.Event]:
        if self._is_diagnosis(frame.key):
            if (message := self._iso_tp.take(frame)) is not None:
                yield from self._diagnose(message)
            return
        if frame.extended:
            address = address_of(frame.identifier)
            if address.group in (j1939_transport.MANAGEMENT, j1939_transport.TRANSFER):
                if (whole := self._j1939.take(frame, address)) is not None:
                    yield from self._read(whole)
                return
        yield from self._read(BusMessage(frame.line, frame.at_ms, frame.identifier, frame.extended, frame.data))

    def _is_diagnosis(self, key: int) -> bool:
        if key & EXTENDED:
            return key in self._plan.responses or key >> 16 & 0x1FFF in _UDS_29_BIT
        asked = key + _REQUEST_TO_RESPONSE
        return key in _UDS_11_BIT or key == _FUNCTIONAL_11_BIT or {key, asked} & self._plan.responses != set()

    def _read(self, message: BusMessage) -> Iterator[Reading | wire.Event]:
        group = address_of(message.identifier).group if message.extended else -1
        if group in j1939_codes.SCOPES:
            source = message.identifier & 0xFF
            name = self._plan.names.get(source, f"{source:02X}")
            yield from self._changed(message, j1939_codes.read_code_report(name, group, message.data))
            return
        yield from self._values(message, message)

    def _values(self, message: BusMessage, told: BusMessage) -> Iterator[Reading]:
        """`told` has the bytes as the DBC counts them."""
        described = self._plan.dbc.find(message.key)
        if described is None:
            self.account.unknown[identifier_text(message.key)] += 1
            return
        values: dict[int, float] = {}
        for one in self._plan.dbc.read(described, told):
            if one.value is None:
                self.account.out_of_range += 1
                continue
            for rule in self._plan.rules.get((one.message, one.signal), ()):
                if rule.source in (None, one.source):
                    values[rule.signal_id] = one.value * rule.factor + rule.offset
        if values:
            yield Reading(message.at_ms, values)
        else:
            self.account.not_taken[f"{described.name}: no signal of it is mapped, or none has a value"] += 1

    def _diagnose(self, message: BusMessage) -> Iterator[Reading | wire.Event]:
        if not message.data[:1] or not message.data[0] & _ANSWER:
            self._diagnosis.asked(_answered_by(message.key), message.data)
            self.account.not_taken["requests of a tester"] += 1
            return
        if self._plan.dbc.find(message.key) is not None and message.data[:1] in (b"\x61", b"\x62"):
            length = bytes((len(message.data) & 0xFF,)) if self._plan.length_byte else b""
            told = BusMessage(message.line, message.at_ms, message.identifier, message.extended, length + message.data)
            yield from self._values(message, told)
            return
        name = self._plan.names.get(message.key, identifier_text(message.key))
        yield from self._told_of(message, self._diagnosis.answered(message.key, name, message.data))

    def _told_of(self, message: BusMessage, outcome: Outcome) -> Iterator[Reading | wire.Event]:
        if outcome.values:
            yield Reading(message.at_ms, outcome.values)
        for told in outcome.told:
            yield from self._changed(message, told)
        if outcome.not_taken:
            self.account.not_taken[outcome.not_taken] += 1

    def _changed(self, message: BusMessage, told: wire.DtcReport | wire.Readiness) -> Iterator[wire.Event]:
        """Control units repeat themselves, a DM1 every second; a list is told on where it changed."""
        kind = told.scope if isinstance(told, wire.DtcReport) else -1
        text = told.SerializeToString(deterministic=True)
        if isinstance(told, wire.DtcReport) and told.cleared:
            self._told = {key: value for key, value in self._told.items() if key[0] != told.ecu}
        elif self._told.get((told.ecu, kind)) == text:
            self.account.not_taken["repeated lists of codes"] += 1
            return
        else:
            self._told[told.ecu, kind] = text
        event = wire.Event(recorded_at_ms=message.at_ms)
        (event.dtc_report if isinstance(told, wire.DtcReport) else event.readiness).CopyFrom(told)  # type: ignore[arg-type]
        yield event


def decode(frames: Iterable[CanFrame], decoder: BusDecoder) -> Iterator[Reading | wire.Event]:
    """Everything in the frames, in order."""
    for frame in frames:
        yield from decoder.take(frame)
    decoder.end()


def _answered_by(key: int) -> int:
    """The key of the response to a request; TO_ALL for one to all."""
    if not key & EXTENDED:
        return TO_ALL if key == _FUNCTIONAL_11_BIT else key + _REQUEST_TO_RESPONSE
    if key >> 16 & 0x1FFF == _UDS_29_BIT[1]:
        return TO_ALL
    return key & ~0xFFFF | (key & 0xFF) << 8 | key >> 8 & 0xFF
