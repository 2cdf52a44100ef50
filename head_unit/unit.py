"""A head unit: takes frames and events from the car, keeps them on disk, delivers them until they are acknowledged."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from head_unit.batching import Collector, Frames, split
from head_unit.buffer import EVENT, TELEMETRY, Buffer, BufferUnavailableError, Draft, Message
from head_unit.commands import CommandHandler, answer_command
from head_unit.delivery import Delivery
from head_unit.renewal import Renewal
from head_unit.settings import HeadUnitSettings
from head_unit.transport import Listener, MqttTransport, Outgoing, Transport
from telemetry_schema.batches import decode_batch, encode_batch, write_drop
from telemetry_schema.events import decode_acknowledgements, encode_event
from telemetry_schema.frames import ClockQuality, DropReport, FrameBatch, Identity, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal
from telemetry_schema.topics import Down, Up

__all__ = ["HeadUnit", "HeadUnitSettings"]

_log: Final = logging.getLogger("head_unit")


class HeadUnit:
    """`record_frames` and `record_event` may be called from the car's thread while another drives the delivery.

    Either `start()` gives the unit a thread, or a `FleetLoop` drives many.
    """

    def __init__(
        self,
        settings: HeadUnitSettings,
        transport: Transport | None = None,
        on_command: CommandHandler | None = None,
    ) -> None:
        self.settings = settings
        self.transport = transport or MqttTransport(settings)
        self.transport.listener = Listener(self._connected, self._heard, self._refused)
        self.buffer = Buffer(
            settings.buffer_path,
            settings.vin,
            maximum_bytes=settings.buffer_bytes,
            keep_ledger=settings.keep_ledger,
            durable=settings.durable,
        )
        self.clock_quality = ClockQuality.SYNCHRONISED
        self._on_command = on_command
        self._collector = Collector(settings.batch_frames, settings.batch_age_seconds)
        self._delivery = Delivery(settings, self.buffer, self.transport, self._make_smaller)
        self._renewal = _make_renewal(settings, self.transport)
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def pending(self) -> int:
        """Messages that Servicelane has not answered for yet."""
        return self.buffer.count

    def record_frames(self, recorded_at_ms: npt.NDArray[np.int64], columns: Mapping[int, SignalColumn]) -> None:
        """Takes frames in the order they were recorded.

        Raises BufferUnavailableError when the disk takes no more: then it has taken none of them; give them again.
        The open batch is in memory and ends with the process: `batch_frames` and `batch_age_seconds` bound it.
        """
        if len(recorded_at_ms):
            with self._lock:
                self._store(self._collector.add(Frames(recorded_at_ms, columns)))

    def record_event(self, event: wire.Event) -> None:
        """Takes one event; its identity is filled in here, `recorded_at_ms` is the caller's."""
        self._report_drops(event.recorded_at_ms)
        self.buffer.add([_event_draft(event, self.clock_quality)])

    def set_clock_quality(self, quality: ClockQuality) -> None:
        """A change of the clock's quality begins a new batch."""
        if quality != self.clock_quality:
            self.flush()
            self.clock_quality = quality

    def flush(self) -> None:
        """Closes the open batch."""
        with self._lock:
            self._store(self._collector.flush())

    def tick(self, now: float) -> None:
        """Sends what is due. `now` is the monotonic clock."""
        if self._renewal:
            self._renewal.tick(now)
        self.transport.tick(now)
        try:
            self._delivery.tick(now)
        except BufferUnavailableError as error:
            self._log_unavailable(error)

    def start(self) -> None:
        """Delivers on a thread of its own until `close`."""
        from head_unit.fleet_loop import FleetLoop  # which knows units

        loop = FleetLoop([self])
        self._thread = threading.Thread(target=loop.run_until, args=(self._stopping.is_set,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stores the open batch and ends. What is pending is sent after the next start."""
        try:
            self.flush()
        finally:
            self._stopping.set()
            if self._thread:
                self._thread.join(10)
            self.transport.close()
            self.buffer.close()

    def wait_until_delivered(self, timeout_seconds: float) -> bool:
        """True when everything has been answered for in time. Needs `start`."""
        deadline = time.monotonic() + timeout_seconds
        while self.pending and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.pending == 0

    def _store(self, batches: Iterable[Frames]) -> None:
        held = self._collector.held
        try:
            limit = self.settings.maximum_payload_bytes
            drafts = [draft for frames in batches for draft in self._drafts(frames, limit)]
            if not drafts:
                return
            self.buffer.add(drafts)
        except BufferUnavailableError:
            self._collector.go_back(held)
            raise
        with contextlib.suppress(BufferUnavailableError):  # the frames are stored; what was dropped is told later
            self._report_drops(drafts[-1].to_ms)

    def _drafts(self, frames: Frames, maximum_bytes: int) -> Iterable[Draft]:
        """One draft, or several where one would be too large. A single frame that is too large is dropped and told."""
        probe = Identity(self.settings.vin, self.buffer.boot_id, 2**31, 2**62)
        start = 0
        for part in split(frames, lambda some: len(self._encode(some, probe)), maximum_bytes):
            if part is None:
                instant = int(frames.recorded_at_ms[start])
                self.buffer.remember_drop("too_large", TELEMETRY, 1, instant, instant)
                _log.error("%s: one frame exceeds %d bytes; dropped", self.settings.vin[-6:], maximum_bytes)
                start += 1
                continue
            start += len(part)
            instants = part.recorded_at_ms
            encode = self._encoder(part)
            yield Draft(Up.BATCHES, TELEMETRY, len(part), int(instants.min()), int(instants.max()), encode)

    def _encoder(self, frames: Frames) -> Callable[[Identity], bytes]:
        return lambda identity: self._encode(frames, identity)

    def _encode(self, frames: Frames, identity: Identity) -> bytes:
        return encode_batch(FrameBatch(identity, frames.recorded_at_ms, frames.columns, self.clock_quality))

    def _report_drops(self, recorded_at_ms: int) -> None:
        """Tells upstream what was dropped, as an event that is delivered like any other."""

        def tell(drops: tuple[DropReport, ...]) -> Draft:
            told = wire.BufferDrops(drops=[write_drop(drop) for drop in drops])
            event = wire.Event(recorded_at_ms=recorded_at_ms, buffer_drops=told)
            return replace(_event_draft(event, self.clock_quality), reports=drops)

        self.buffer.tell_drops(tell)

    def _make_smaller(self, message: Message, maximum_bytes: int) -> None:
        """The broker takes less than we thought: a batch is sent as several, anything else is dropped and told."""
        try:
            batch = decode_batch(message.payload) if message.kind == Up.BATCHES else None
        except Refusal:
            batch = None
        if batch is None:
            self.buffer.drop(message, "too_large")
            return
        frames = Frames(batch.recorded_at_ms, batch.columns)
        self.buffer.replace(message, list(self._drafts(frames, maximum_bytes)))

    def _connected(self) -> None:
        self._delivery.connected()

    def _refused(self, outgoing: Outgoing, reason: str) -> None:
        self._delivery.refused(outgoing, reason)

    def _heard(self, kind: Down, payload: bytes) -> None:
        try:
            if kind is Down.ACK:
                self._delivery.acknowledged(decode_acknowledgements(payload))
            elif kind is Down.COMMANDS:
                draft = answer_command(payload, self._on_command, self.buffer.first_time)
                if draft:
                    self.buffer.add([draft])
        except Refusal as refusal:
            _log.warning("%s: a message from the backend cannot be read: %s", self.settings.vin[-6:], refusal)
        except BufferUnavailableError as error:
            self._log_unavailable(error)

    def _log_unavailable(self, error: BufferUnavailableError) -> None:
        _log.error("%s: %s; nothing stored is lost, free some space", self.settings.vin[-6:], error)


def _make_renewal(settings: HeadUnitSettings, transport: Transport) -> Renewal | None:
    """None where the car has no certificate, has its key elsewhere, or does not know whom to ask."""
    tls = settings.tls
    if tls is None or tls.certificate_file is None or tls.key_file is not None or settings.enrolment_url is None:
        return None
    return Renewal(tls.certificate_file, tls.ca_file, settings.enrolment_url, transport.reconnect)


def _event_draft(event: wire.Event, quality: ClockQuality) -> Draft:
    def encode(identity: Identity) -> bytes:
        event.vin = identity.vin
        event.boot_id = identity.boot_id.bytes
        event.boot_number = identity.boot_number
        event.sequence = identity.sequence
        event.clock_quality = wire.ClockQuality.ValueType(quality.value)
        return encode_event(event)

    return Draft(Up.EVENTS, EVENT, 1, event.recorded_at_ms, event.recorded_at_ms, encode)
