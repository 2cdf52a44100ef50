"""What the decoders hand to each other: frames of the bus, whole messages, and what is wrong with either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

EXTENDED: Final = 0x8000_0000
"""Set in a `key`, as DBC files do, so that 11-bit and 29-bit identifiers never meet."""


class Undecodable(ValueError):
    """Bytes that are not what their identifier promises. The only error that a decoder of this package raises."""


@dataclass(frozen=True, slots=True)
class CanFrame:
    """One frame of the bus. `line` is its line in the log, from 1; `at_ms` Unix milliseconds, UTC."""

    line: int
    at_ms: int
    channel: str
    identifier: int
    extended: bool
    data: bytes

    @property
    def key(self) -> int:
        return self.identifier | (EXTENDED if self.extended else 0)


@dataclass(frozen=True, slots=True)
class BusMessage:
    """A whole message, of one frame or reassembled from several; `line` and `at_ms` are those of its last frame.

    `identifier` of a reassembled J1939 message is that of a single frame with the same parameter group and sender.
    """

    line: int
    at_ms: int
    identifier: int
    extended: bool
    data: bytes

    @property
    def key(self) -> int:
        return self.identifier | (EXTENDED if self.extended else 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be used, where it stands and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Values of one instant by id in the signal catalogue."""

    at_ms: int
    values: Mapping[int, float]


def identifier_text(key: int) -> str:
    """As candump writes it: three hex digits, or eight for an extended identifier."""
    return f"{key & ~EXTENDED:08X}" if key & EXTENDED else f"{key:03X}"
