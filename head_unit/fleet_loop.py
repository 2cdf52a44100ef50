"""Drives the connections of one or of many head units on one thread."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from head_unit.unit import HeadUnit

_TICK_SECONDS: Final = 0.02


class FleetLoop:
    """`turn()` does what can be done now and waits at most for a moment; `run_until` turns until told to stop."""

    def __init__(self, units: Sequence[HeadUnit]) -> None:
        self._units = units
        self._ticked_at = 0.0

    def run_until(self, done: Callable[[], bool]) -> None:
        while not done():
            self.turn()

    def turn(self, wait_seconds: float = _TICK_SECONDS) -> None:
        now = time.monotonic()
        if now - self._ticked_at >= _TICK_SECONDS:
            self._ticked_at = now
            for unit in self._units:
                unit.tick(now)
        self._serve(wait_seconds)

    def _serve(self, wait_seconds: float) -> None:
        poll = select.poll()
        by_number = {}
        for unit in self._units:
            connection = unit.transport.socket()
            if connection is not None:
                writing = select.POLLOUT if unit.transport.wants_write() else 0
                poll.register(connection, select.POLLIN | writing)
                by_number[connection.fileno()] = unit
        if not by_number:
            time.sleep(wait_seconds)
            return
        for number, happened in poll.poll(wait_seconds * 1000):
            transport = by_number[number].transport
            if happened & (select.POLLIN | select.POLLHUP | select.POLLERR):
                transport.readable()
            if happened & select.POLLOUT:
                transport.writable()
