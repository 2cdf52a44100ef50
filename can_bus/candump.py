"""Lines as `candump -L` writes them, `(seconds) interface ID#DATA`, to frames of the bus.

python-can reads a line; it takes half a byte for a whole one and `nan` for an instant, so the shape is checked first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

import can

from can_bus.messages import CanFrame, Problem

_LINE: Final = re.compile(
    r"\(\d{1,12}(\.\d{1,9})?\) \S{1,32} ([0-9A-Fa-f]{3}|[0-9A-Fa-f]{8})#"
    r"(([0-9A-Fa-f]{2}){0,8}|#[0-9A-Fa-f]([0-9A-Fa-f]{2}){0,64}|[Rr][0-8]?)( [RTrt])?"
)
_ADVICE: Final = "not a line of `candump -L`: (seconds) interface ID#DATA"


@dataclass(slots=True)
class LogReader:
    """`frames()` reads the lines once. Blank lines are passed over, wrong ones are kept as problems."""

    lines: Iterable[str]
    rows: int = 0  # lines that are not blank
    problems: list[Problem] = field(default_factory=list)
    without_data: Counter[str] = field(default_factory=Counter)  # remote and error frames, by name

    def frames(self) -> Iterator[CanFrame]:
        current = [0]
        reader = can.CanutilsLogReader(cast(Any, self._readable(current)))
        for message in reader.__iter__():
            if message.is_error_frame or message.is_remote_frame:
                self.without_data["error frames" if message.is_error_frame else "remote frames"] += 1
                continue
            yield CanFrame(
                line=current[0],
                at_ms=round(message.timestamp * 1000),
                channel=str(message.channel),
                identifier=message.arbitration_id,
                extended=message.is_extended_id,
                data=bytes(message.data),
            )

    def _readable(self, current: list[int]) -> _Lines:
        return _Lines(self._checked(current))

    def _checked(self, current: list[int]) -> Iterator[str]:
        for number, line in enumerate(self.lines, start=1):
            text = line.strip().lstrip("\ufeff")
            if not text:
                continue
            self.rows += 1
            if _LINE.fullmatch(text):
                current[0] = number
                yield text
            else:
                self.problems.append(Problem(number, _ADVICE))


@dataclass(frozen=True, slots=True)
class _Lines:
    """What python-can needs of a file."""

    lines: Iterator[str]

    def __iter__(self) -> Iterator[str]:
        return self.lines

    def close(self) -> None:
        """The caller closes its own file."""
