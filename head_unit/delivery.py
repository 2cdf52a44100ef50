"""Sends what the buffer holds, in order, again and again until Servicelane answers for it."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from head_unit.buffer import Buffer, Message
from head_unit.settings import HeadUnitSettings
from head_unit.transport import Outgoing, Transport
from telemetry_schema.events import Acknowledgement
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Up

_log: Final = logging.getLogger("head_unit")
_RELEASING: Final = {
    wire.DISPOSITION_STORED: "stored",
    wire.DISPOSITION_QUARANTINED: "quarantined",
    wire.DISPOSITION_REFUSED: "refused",
}
_LARGEST_SEQUENCE: Final = 2**63 - 1  # no message of ours has a higher one, and the buffer's file holds none


@dataclass(slots=True)
class _UnderWay:
    message: Message
    attempts: int
    due_at: float


class Delivery:
    """The window of messages under way. Only an acknowledgement of ours releases one; silence means again, later.

    Where Servicelane defers a message nothing is sent for the pause it names, and the window halves; it grows again
    with each message that is answered for.
    """

    def __init__(
        self,
        settings: HeadUnitSettings,
        buffer: Buffer,
        transport: Transport,
        too_large: Callable[[Message, int], None],
    ) -> None:
        self._settings = settings
        self._buffer = buffer
        self._transport = transport
        self._too_large = too_large
        self._under_way: dict[tuple[UUID, int], _UnderWay] = {}
        self._last_id = 0
        self._window = settings.in_flight
        self._paused_until = 0.0

    def connected(self) -> None:
        """What was under way on the old connection is due at once."""
        for one in self._under_way.values():
            one.due_at = 0.0

    def acknowledged(self, entries: tuple[Acknowledgement, ...]) -> None:
        """Releases exactly what is named. BufferUnavailableError: nothing is released, and all of it is sent again."""
        answers = []
        deferred = [entry for entry in entries if entry.disposition == wire.DISPOSITION_DEFERRED]
        if deferred:
            self._pause(deferred)
        for entry in entries:
            if entry.disposition == wire.DISPOSITION_DEFERRED:
                continue
            disposition = _RELEASING.get(entry.disposition)
            if entry.boot_id is None or disposition is None or entry.sequence > _LARGEST_SEQUENCE:
                _log.warning("%s: unreadable upstream: %s", self._settings.vin[-6:], entry.detail)
                continue
            if disposition != "stored":
                _log.warning("%s: %s: %s %s", self._settings.vin[-6:], disposition, entry.reason, entry.detail)
            answers.append((entry.boot_id, entry.sequence, disposition))
        self._buffer.release(answers)
        for boot_id, sequence, _ in answers:
            self._under_way.pop((boot_id, sequence), None)
        self._window = min(self._settings.in_flight, self._window + len(answers))

    def _pause(self, deferred: Sequence[Acknowledgement]) -> None:
        """Keeps what was deferred, and everything behind it, for the pause; randomly longer, never shorter."""
        asked = max(entry.retry_after_ms for entry in deferred) / 1000
        seconds = min(asked, self._settings.longest_resend_seconds) * random.uniform(1.0, 1.25)
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)
        self._window = max(1, self._window // 2)
        for entry in deferred:
            if entry.boot_id and (one := self._under_way.get((entry.boot_id, entry.sequence))):
                one.due_at = self._paused_until
        _log.warning("%s: over its budget upstream; nothing is sent for %.1f s", self._settings.vin[-6:], seconds)

    def refused(self, outgoing: Outgoing, reason: str) -> None:
        """The broker did not take it: not before the longest wait, somebody has to look."""
        _log.error(
            "%s: the broker refuses %s %d: %s; check the account and its rights",
            self._settings.vin[-6:],
            outgoing.kind,
            outgoing.sequence,
            reason,
        )

    def tick(self, now: float) -> None:
        """Publishes what is due and fills the window."""
        if not self._transport.is_connected or now < self._paused_until:
            return
        due = [(key, one) for key, one in self._under_way.items() if one.due_at <= now]
        room = self._window - (len(self._under_way) - len(due))
        for key, one in due[: max(0, room)]:
            self._send(key, one, now)
        room -= len(due)
        if room > 0 and self._buffer.count > len(self._under_way):
            for message in self._buffer.after(self._last_id, room):
                self._last_id = message.id
                key = message.boot_id, message.sequence
                self._under_way[key] = _UnderWay(message, 0, 0.0)
                self._send(key, self._under_way[key], now)

    def _send(self, key: tuple[UUID, int], one: _UnderWay, now: float) -> None:
        message = one.message
        if one.attempts and not self._buffer.holds(message.id):  # dropped, or replaced
            del self._under_way[key]
            return
        limit = self._transport.maximum_payload_bytes
        if limit is not None and len(message.payload) > limit:
            one.due_at = now + self._settings.resend_seconds
            self._too_large(message, limit)
            del self._under_way[key]
            return
        one.attempts += 1
        wait = min(self._settings.longest_resend_seconds, self._settings.resend_seconds * 2 ** (one.attempts - 1))
        one.due_at = now + wait * random.uniform(0.75, 1.5)
        self._transport.publish(Outgoing(Up(message.kind), message.payload, message.boot_id, message.sequence))
