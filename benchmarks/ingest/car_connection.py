"""One car of the load generator: its socket, what it has to send, what has been answered."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from benchmarks.ingest.car_socket import CarSocket, TlsCarSocket
from benchmarks.ingest.mqtt_packets import (
    CONNACK,
    DISCONNECT_BYTES,
    PUBACK,
    PUBLISH,
    SUBACK,
    Packet,
    again,
    connect,
    count_pubacks,
    puback,
    published_message,
    reason_of,
    receive_maximum,
    split,
    subscribe,
)
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Down, down_topic

_SESSION_SECONDS: Final = 24 * 3600
_KEEPALIVE_SECONDS: Final = 300
_REFUSED: Final = 0x80
_REFILL_SHARE: Final = 4
"""A quarter of the window is free before it is filled again: fewer, larger writes."""


class LoadError(RuntimeError):
    """The load could not be sent; the message says what the broker answered."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One publish, ready to be written. `sequence` is 0 where nobody but the broker answers."""

    packet: bytes
    sequence: int


class CarConnection:
    """Connects when made; from then on its socket does not block."""

    def __init__(
        self,
        address: tuple[str, int],
        account: tuple[str, str | None],
        outgoing: Sequence[Outgoing],
        *,
        window: int,
        boot_id: bytes | None,
        context: ssl.SSLContext | None,
    ) -> None:
        self.vin, password = account
        self.outgoing = outgoing
        self.sent = 0
        self.under_way = 0
        self.answered = 0
        self.refused = 0
        self._released = bytearray(max((one.sequence for one in outgoing), default=0) + 1)
        self._boot_id = boot_id
        self.expected = len({one.sequence for one in outgoing}) if boot_id else len(outgoing)
        """Answers that complete it: one per distinct message, or per publish where only the broker answers."""

        self._unread = b""
        self.socket = TlsCarSocket(address, context) if context else CarSocket(address)
        self.window = min(window, self._log_in(password))
        self.socket.set_blocking(False)

    @property
    def is_complete(self) -> bool:
        return self.answered >= self.expected

    def fill(self) -> int:
        """Sends what the window lets through; returns how many."""
        room = self.window - self.under_way
        if self.socket.is_blocked or room * _REFILL_SHARE < self.window:
            return 0
        return self.send(room)

    def send(self, count: int) -> int:
        """The next messages, whatever the window says."""
        chosen = self.outgoing[self.sent : self.sent + count]
        if chosen:
            self.sent += len(chosen)
            self.under_way += len(chosen)
            self.socket.write(b"".join([one.packet for one in chosen]))
        return len(chosen)

    def send_again(self) -> int:
        """Everything that was sent and has no answer, as a head unit does that hears nothing."""
        silent = [one for one in self.outgoing[: self.sent] if not self._released[one.sequence]]
        self.under_way = len(silent)
        if silent:
            self.socket.write(b"".join([again(one.packet) for one in silent]))
        return len(silent)

    def read(self) -> int:
        """Takes what has come; returns how many messages were answered for the first time."""
        before = self.answered
        if data := self._receive():
            self._take(self._unread + data)
        return self.answered - before

    def close(self) -> None:
        self.socket.set_blocking(True)
        self.socket.write(DISCONNECT_BYTES)
        self.socket.close()

    def _take(self, data: bytes) -> None:
        acknowledged = count_pubacks(data)
        if acknowledged is not None:
            self._unread = b""
            self._broker_answered(acknowledged)
            return
        packets, self._unread = split(data)
        answers = [self._take_packet(packet) for packet in packets]
        if replies := b"".join(answers):
            self.socket.write(replies)

    def _take_packet(self, packet: Packet) -> bytes:
        if packet.kind == PUBACK:
            if reason_of(packet) >= _REFUSED:
                self.refused += 1
            self._broker_answered(1)
        elif packet.kind == PUBLISH:
            topic, packet_id, payload = published_message(packet)
            if topic.endswith(Down.ACK):
                self._release(payload)
            return puback(packet_id) if packet_id is not None else b""
        return b""

    def _broker_answered(self, count: int) -> None:
        if self._boot_id is None:
            self.answered += count
            self.under_way -= count

    def _release(self, payload: bytes) -> None:
        for entry in wire.Acknowledgement.FromString(payload).entries:
            self.under_way = max(0, self.under_way - 1)
            if entry.disposition != wire.DISPOSITION_STORED or entry.boot_id != self._boot_id:
                self.refused += 1
            elif not self._released[entry.sequence]:
                self._released[entry.sequence] = 1
                self.answered += 1

    def _receive(self) -> bytes:
        try:
            return self.socket.read()
        except ConnectionResetError as error:
            raise LoadError(
                f"the broker closed the connection of the car ending in {self.vin[-6:]}; read its log"
            ) from error

    def _log_in(self, password: str | None) -> int:
        """Connects and, where it awaits acknowledgements, subscribes; returns the broker's receive maximum."""
        user = None if password is None else self.vin
        self.socket.write(connect(self.vin, user, password, _SESSION_SECONDS, _KEEPALIVE_SECONDS))
        answer = self._await(CONNACK)
        if reason_of(answer):
            code = f"0x{reason_of(answer):02x}"
            raise LoadError(f"the broker refuses the car ending in {self.vin[-6:]} ({code}); check its account")
        if self._boot_id:
            self.socket.write(subscribe(1, down_topic(self.vin, Down.ACK).removesuffix("ack") + "#"))
            self._await(SUBACK)
        return receive_maximum(answer)

    def _await(self, kind: int) -> Packet:
        deadline = time.monotonic() + 30
        data = b""
        while time.monotonic() < deadline:
            data += self._receive()
            packets, data = split(data)
            for packet in packets:
                if packet.kind == kind:
                    return packet
        raise LoadError(f"no answer 0x{kind:02x} from the broker within 30 s")


def boot_id_of(payload: bytes) -> bytes:
    """Of the first message of a car: what its acknowledgements are known by."""
    return UUID(bytes=wire.Batch.FromString(payload).boot_id).bytes


def read_accounts(text: str) -> list[tuple[str, str | None]]:
    return [(vin, password) for vin, password in json.loads(text)]
