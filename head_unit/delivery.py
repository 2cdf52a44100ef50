"""Sends what the buffer holds, in order, again and again until Servicelane answers for it."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
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


@dataclass(slots=True)
class _UnderWay:
    message: Message
    attempts: int
    due_at: float


class Delivery:
    """The window of messages under way. Only an acknowledgement of ours releases one; silence means again, later."""

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

    def connected(self) -> None:
        """What was under way on the old connection is due at once."""
        for one in self._under_way.values():
            one.due_at = 0.0

    def acknowledged(self, entries: tuple[Acknowledgement, ...]) -> None:
        """Releases exactly what is named. BufferUnavailableError: nothing is released, and all of it is sent again."""
        answers = []
        for entry in entries:
            disposition = _RELEASING.get(entry.disposition)
            if entry.boot_id is None or disposition is None:
                _log.warning("%s: unreadable upstream: %s", self._settings.vin[-6:], entry.detail)
                continue
            if disposition != "stored":
                _log.warning("%s: %s: %s %s", self._settings.vin[-6:], disposition, entry.reason, entry.detail)
            answers.append((entry.boot_id, entry.sequence, disposition))
        self._buffer.release(answers)
        for boot_id, sequence, _ in answers:
            self._under_way.pop((boot_id, sequence), None)

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
        if not self._transport.is_connected:
            return
        for key, one in list(self._under_way.items()):
            if one.due_at <= now:
                self._send(key, one, now)
        room = self._settings.in_flight - len(self._under_way)
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
