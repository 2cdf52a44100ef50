"""SAE J1939-21: messages of 9 to 1,785 bytes, announced to all (BAM) or to one (RTS), sent in packets of seven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cantools import j1939

from can_bus.messages import BusMessage, CanFrame, Problem, Undecodable

MANAGEMENT: Final = 0xEC00  # TP.CM
TRANSFER: Final = 0xEB00  # TP.DT
TO_ALL: Final = 0xFF
PAUSE_MS: Final = 1_250
"""T2 of J1939-21, the longest that a receiver waits for a packet."""

_RTS, _CTS, _END, _BAM, _ABORT = 16, 17, 19, 32, 255
_PACKET_BYTES: Final = 7
_DEFAULT_PRIORITY: Final = 6  # the announcement does not say the priority of what it carries


@dataclass(frozen=True, slots=True)
class Address:
    """An identifier taken apart; `to` is TO_ALL where the parameter group has no destination."""

    group: int
    source: int
    to: int


@lru_cache(maxsize=4096)  # a bus has some hundred identifiers, and each of its frames asks
def address_of(identifier: int) -> Address:
    """Parameter group number, sender and receiver of a 29-bit identifier."""
    parts = j1939.frame_id_unpack(identifier)
    to_one = j1939.is_pdu_format_1(parts.pdu_format)
    group = j1939.pgn_pack(parts.reserved, parts.data_page, parts.pdu_format, 0 if to_one else parts.pdu_specific)
    return Address(group, parts.source_address, parts.pdu_specific if to_one else TO_ALL)


@dataclass(slots=True)
class _Open:
    first_line: int
    last_ms: int
    group: int
    length: int
    packets: int
    data: bytearray = field(default_factory=bytearray)
    taken: int = 0


_Pair = tuple[str, int, int]  # channel, sender, receiver


class J1939Transport:
    """Reassembles the messages of each pair of sender and receiver. `problems` holds what was broken off."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._open: dict[_Pair, _Open] = {}

    def take(self, frame: CanFrame, address: Address) -> BusMessage | None:
        """The message that this frame of MANAGEMENT or TRANSFER completes. Raises Undecodable."""
        if len(frame.data) != 8:
            raise Undecodable(f"a frame of the J1939 transport has 8 bytes, not {len(frame.data)}")
        if address.group == TRANSFER:
            return self._packet(frame, address)
        self._manage(frame, address)
        return None

    def end(self) -> Iterator[Problem]:
        """The log ends: what is open stays incomplete."""
        for pair in list(self._open):
            self._break_off(pair, "the log ended")
        yield from self.problems

    def _manage(self, frame: CanFrame, address: Address) -> None:
        control, pair = frame.data[0], (frame.channel, address.source, address.to)
        if control in (_BAM, _RTS):
            self._break_off(pair, "another message began")
            self._open[pair] = _announced(frame)
        elif control == _ABORT:
            self._break_off(pair, "the sender gave up")
            self._break_off((frame.channel, address.to, address.source), "the receiver gave up")
        elif control not in (_CTS, _END):
            raise Undecodable(f"control byte {control} of the J1939 transport is not known")

    def _packet(self, frame: CanFrame, address: Address) -> BusMessage | None:
        pair = (frame.channel, address.source, address.to)
        held = self._open.get(pair)
        if held is None:
            raise Undecodable(f"a packet of {address.source:02X} whose announcement is not in the log")
        if frame.at_ms - held.last_ms > PAUSE_MS:
            self._break_off(pair, f"the next packet came after {frame.at_ms - held.last_ms} ms")
            return None
        number = frame.data[0]
        if not 1 <= number <= held.taken + 1:
            self._break_off(pair, f"packet {held.taken + 1} is missing")
            return None
        held.last_ms = frame.at_ms
        if number <= held.taken:  # sent again on the receiver's wish
            held.taken = number - 1
            del held.data[held.taken * _PACKET_BYTES :]
        held.data.extend(frame.data[1:])
        held.taken = number
        if held.taken < held.packets:
            return None
        del self._open[pair]
        return BusMessage(
            frame.line, frame.at_ms, _identifier(held.group, address), True, bytes(held.data[: held.length])
        )

    def _break_off(self, pair: _Pair, why: str) -> None:
        if (held := self._open.pop(pair, None)) is not None:
            told = f"{held.taken} of {held.packets} packets of group {held.group:05X} from {pair[1]:02X}; {why}"
            self.problems.append(Problem(held.first_line, told))


def _announced(frame: CanFrame) -> _Open:
    length, packets = int.from_bytes(frame.data[1:3], "little"), frame.data[3]
    if not 9 <= length <= 1785 or packets != -(-length // _PACKET_BYTES):
        raise Undecodable(f"{packets} packets announced for {length} bytes; J1939 sends 9 to 1,785 in sevens")
    group = int.from_bytes(frame.data[5:8], "little")
    if group > 0x3FFFF:
        raise Undecodable(f"{group:06X} is no parameter group")
    return _Open(frame.line, frame.at_ms, group, length, packets)


def _identifier(group: int, address: Address) -> int:
    to_one = j1939.is_pdu_format_1(group >> 8 & 0xFF)
    return _DEFAULT_PRIORITY << 26 | group << 8 | (address.to << 8 if to_one else 0) | address.source
