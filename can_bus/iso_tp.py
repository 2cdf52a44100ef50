"""ISO 15765-2: messages of up to 4 GB in frames of eight bytes, listened to, not taken part in.

can-isotp reads each frame; its own receiver runs by the wall clock and answers with flow control, so the order of a
logged message is followed here, by the instants of the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import isotp
from isotp.protocol import PDU

from can_bus.messages import BusMessage, CanFrame, Problem, Undecodable, identifier_text

PAUSE_MS: Final = 1_000
"""N_Cr of ISO 15765-2: a receiver gives up when the next frame takes longer."""

MAXIMUM_BYTES: Final = 1_000_000
"""A longer message is a damaged length; the longest that diagnosis knows have 4,095 bytes."""


@dataclass(slots=True)
class _Open:
    first_line: int
    last_ms: int
    length: int
    next_number: int = 1
    data: bytearray = field(default_factory=bytearray)


class IsoTpListener:
    """Reassembles the messages of each identifier by itself. `problems` holds what was broken off."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._open: dict[tuple[str, int], _Open] = {}

    def take(self, frame: CanFrame) -> BusMessage | None:
        """The message that this frame completes. Raises Undecodable for bytes that are no frame of the transport."""
        try:
            pdu = PDU(isotp.CanMessage(arbitration_id=frame.identifier, data=frame.data))
        except ValueError as error:
            raise Undecodable(f"{identifier_text(frame.key)}: {error}") from error
        if pdu.type == PDU.Type.SINGLE_FRAME:
            self._break_off((frame.channel, frame.key), "another message began")
            return _message(frame, bytes(pdu.data))
        if pdu.type == PDU.Type.FIRST_FRAME:
            self._begin(frame, pdu)
        return self._go_on(frame, pdu) if pdu.type == PDU.Type.CONSECUTIVE_FRAME else None

    def end(self) -> Iterator[Problem]:
        """The log ends: what is open stays incomplete."""
        for place in list(self._open):
            self._break_off(place, "the log ended")
        yield from self.problems

    def _begin(self, frame: CanFrame, pdu: PDU) -> None:
        self._break_off((frame.channel, frame.key), "another message began")
        if not 8 <= (pdu.length or 0) <= MAXIMUM_BYTES:
            raise Undecodable(f"{identifier_text(frame.key)}: a message of {pdu.length} bytes in several frames")
        self._open[frame.channel, frame.key] = _Open(frame.line, frame.at_ms, pdu.length or 0, data=bytearray(pdu.data))

    def _go_on(self, frame: CanFrame, pdu: PDU) -> BusMessage | None:
        held = self._open.get((frame.channel, frame.key))
        if held is None:
            raise Undecodable(f"{identifier_text(frame.key)}: a consecutive frame whose first frame is not in the log")
        if frame.at_ms - held.last_ms > PAUSE_MS:
            self._break_off((frame.channel, frame.key), f"the next frame came after {frame.at_ms - held.last_ms} ms")
            return None
        if pdu.seqnum != held.next_number % 16:
            self._break_off((frame.channel, frame.key), f"frame {held.next_number % 16} is missing")
            return None
        held.next_number, held.last_ms = held.next_number + 1, frame.at_ms
        held.data.extend(pdu.data)
        if len(held.data) < held.length:
            return None
        del self._open[frame.channel, frame.key]
        return _message(frame, bytes(held.data[: held.length]))

    def _break_off(self, place: tuple[str, int], why: str) -> None:
        if (held := self._open.pop(place, None)) is not None:
            told = f"{identifier_text(place[1])}: {len(held.data)} of {held.length} bytes of an ISO-TP message; {why}"
            self.problems.append(Problem(held.first_line, told))


def _message(frame: CanFrame, data: bytes) -> BusMessage:
    return BusMessage(frame.line, frame.at_ms, frame.identifier, frame.extended, data)
