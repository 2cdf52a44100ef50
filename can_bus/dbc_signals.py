"""Messages by a DBC file, read by cantools: which message an identifier is, and the values in its bytes.

J1939 messages are found by their parameter group, whoever sends them with whatever priority: those whose identifier in
the DBC ends in FE, the null address, or that the DBC marks as parameter groups. A value outside of the range that the
DBC gives is no value: J1939 says "error" and "not available" with the numbers above a signal's range.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cantools
from cantools.database.can import Database, Message
from cantools.database.errors import Error as DatabaseError

from can_bus.j1939_transport import address_of
from can_bus.messages import EXTENDED, BusMessage

_NULL_ADDRESS: Final = 0xFE


@dataclass(frozen=True, slots=True)
class DbcValue:
    """One signal of one message. `value` is None where it is out of range; `source` is the sender's J1939 address."""

    message: str
    signal: str
    value: float | None
    source: int | None


class NotDescribed(Exception):
    """The DBC has the message, but not this form of it: another multiplexer value, too few bytes."""


class DbcError(ValueError):
    """A DBC file cannot be used. The message says why and what to do."""


class DbcSignals:
    """The messages of some DBC files."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._by_key: dict[int, Message] = {}
        self._by_group: dict[int, Message] = {}
        for message in database.messages:
            if _is_group(message):
                self._by_group[address_of(message.frame_id).group] = message
            else:
                self._by_key[message.frame_id | (EXTENDED if message.is_extended_frame else 0)] = message

    def find(self, key: int) -> Message | None:
        """The message of an identifier."""
        if (found := self._by_key.get(key)) is not None or not key & EXTENDED:
            return found
        return self._by_group.get(address_of(key & ~EXTENDED).group)

    def read(self, message: Message, told: BusMessage) -> Iterator[DbcValue]:
        """The numbers in the bytes. A message that is shorter than the DBC says gives the signals that it has.

        Raises NotDescribed where the DBC does not fit the bytes at all.
        """
        source = address_of(told.identifier).source if _is_group(message) else None
        for name, value in self._decode(message, told.data).items():
            limits = message.get_signal_by_name(name)
            known = _in_range(value, limits.minimum, limits.maximum)
            yield DbcValue(message.name, name, value if known else None, source)

    def _decode(self, message: Message, data: bytes) -> dict[str, float]:
        try:
            values = message.decode(data[: message.length], decode_choices=False, allow_truncated=True)
        except (DatabaseError, ValueError, KeyError, IndexError, OverflowError) as error:
            raise NotDescribed(f"{message.name}: {str(error).split(', but got')[0]}"[:200]) from error
        if not isinstance(values, dict):
            raise NotDescribed(f"{message.name}: containers of messages are not read")
        return {name: float(value) for name, value in values.items() if isinstance(value, int | float)}


def load_dbc(paths: Iterable[Path]) -> DbcSignals:
    """One database of several files. Raises DbcError."""
    database = cantools.database.Database(strict=False)
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8", errors="replace")  # other encodings cost comments and units alone
            database.add_dbc_string(text)
        except OSError as error:
            raise DbcError(f"{path}: cannot be read ({error}); check the path") from error
        except Exception as error:  # cantools lets through whatever its parser raises
            raise DbcError(f"{path}: not a DBC that cantools reads ({error}); correct it") from error
    return DbcSignals(database)


def _is_group(message: Message) -> bool:
    return message.is_extended_frame and (message.protocol == "j1939" or message.frame_id & 0xFF == _NULL_ADDRESS)


def _in_range(value: float, low: float | None, high: float | None) -> bool:
    if low is None or high is None or not low < high:
        return math.isfinite(value)
    return low <= value <= high
