"""Carries records from the stream into the tables; rows and offsets in one transaction.

A record that cannot be stored as it is goes into the quarantine and never stops the ones behind it. After the rows, in
the same transaction, one notice per car on `telemetry.stored.v1` says what is new.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from database.connection import Connection
from ingest import store
from ingest.event_rows import command_result_row, drop_rows, dtc_report_row, event_row, instant, reported_drops
from ingest.intake_gate import IntakeGate
from ingest.latest_state import latest_of
from ingest.sample_rows import LATE_AFTER, ArrivedBatch, SampleRows, copy_columns, gather, position_columns
from observability.metrics import QUARANTINED, WRITER_FRAMES, WRITER_REPEATS
from streaming.contract import OutgoingRecord, Record, Stream
from telemetry_schema.batches import decode_batch
from telemetry_schema.events import decode_command_result, decode_event
from telemetry_schema.frames import FrameBatch
from telemetry_schema.refusals import Refusal, RefusalReason
from telemetry_schema.topics import StreamTopic

GROUP: Final = "telemetry-writer"
TOPICS: Final = (StreamTopic.BATCHES, StreamTopic.EVENTS, StreamTopic.COMMAND_RESULTS, StreamTopic.QUARANTINE)
FRAMES_AT_ONCE: Final = 50_000

Row = dict[str, Any]


@dataclass(slots=True)
class _Notice:
    """What is new of one car."""

    vin: str
    from_ms: int
    to_ms: int
    late: bool
    kinds: set[str] = field(default_factory=set)


class TelemetryWriter:
    """`consumer.run(writer.handle, stopping)`. Keeps nothing but the numbers of cars it has met."""

    def __init__(self, stream: Stream, gate: IntakeGate | None = None) -> None:
        """Without a gate there is no dead-letter limit."""
        self._stream = stream
        self._gate = gate
        self._vehicle_ids: dict[str, int] = {}

    async def handle(self, records: Sequence[Record], connection: Connection) -> None:
        """One batch of records of one topic."""
        if records[0].topic == StreamTopic.QUARANTINE:
            await self._quarantine(connection, [_quarantined(record) for record in records])
            return
        await self._learn_vehicles(connection, {record.key for record in records})
        notices: dict[int, _Notice] = {}
        if records[0].topic == StreamTopic.BATCHES:
            await self._write_batches(connection, records, notices)
        elif records[0].topic == StreamTopic.EVENTS:
            await self._write_events(connection, records, notices)
        else:
            await self._write_command_results(connection, records)
        await self._stream.produce([_notice(number, notice) for number, notice in notices.items()], connection)

    async def _write_batches(
        self, connection: Connection, records: Sequence[Record], notices: dict[int, _Notice]
    ) -> None:
        decoded = await self._decode(connection, records, decode_batch)
        for part in _parts(decoded):
            await self._write_part(connection, part, notices)

    async def _write_part(
        self, connection: Connection, part: Sequence[tuple[Record, int, FrameBatch]], notices: dict[int, _Notice]
    ) -> None:
        sources = [record for record, _, _ in part]
        arrived = [ArrivedBatch(vehicle_id, batch, _received_at(record)) for record, vehicle_id, batch in part]
        rows = gather(arrived)
        new = await store.write_samples(connection, copy_columns(rows))
        if positions := position_columns(rows):
            await store.write_positions(connection, positions)
        await store.merge_latest_states(connection, latest_of(rows))
        await store.insert_drops(connection, [row for one in arrived for row in _drops_of(one)])
        await self._quarantine(connection, [_absurd(sources[number], rows, number) for number in rows.absurd])
        WRITER_FRAMES.inc(new)
        WRITER_REPEATS.inc(len(rows.recorded_at_ms) - new)
        for one in arrived:
            instants = one.batch.recorded_at_ms
            _remember(notices, one.vehicle_id, one.batch.identity.vin, instants.min(), instants.max(), one, "samples")

    async def _write_events(
        self, connection: Connection, records: Sequence[Record], notices: dict[int, _Notice]
    ) -> None:
        events: list[Row] = []
        reports: list[Row] = []
        drops: list[Row] = []
        for record, vehicle_id, event in await self._decode(connection, records, decode_event):
            received_at = _received_at(record)
            is_report = event.WhichOneof("kind") == "dtc_report"
            make = dtc_report_row if is_report else event_row
            (reports if is_report else events).append(make(vehicle_id, event, received_at))
            drops += drop_rows(vehicle_id, UUID(bytes=event.boot_id), event.sequence, reported_drops(event))
            kind = "dtc_reports" if is_report else "events"
            at = event.recorded_at_ms
            arrived = _Arrival(received_at)
            _remember(notices, vehicle_id, record.key, at, at, arrived, kind)
        await store.insert_events(connection, events)
        await store.insert_dtc_reports(connection, reports)
        await store.insert_drops(connection, drops)

    async def _write_command_results(self, connection: Connection, records: Sequence[Record]) -> None:
        decoded = await self._decode(connection, records, decode_command_result)
        rows = [command_result_row(vehicle_id, result, _received_at(record)) for record, vehicle_id, result in decoded]
        await store.insert_command_results(connection, rows)

    async def _decode(
        self, connection: Connection, records: Sequence[Record], decode: Callable[[bytes], Any]
    ) -> list[tuple[Record, int, Any]]:
        """What can be stored; the rest is put into the quarantine."""
        sound: list[tuple[Record, int, Any]] = []
        withheld: list[Row] = []
        for record in records:
            try:
                message = decode(record.value)
                sound.append((record, self._vehicle_id(record.key), message))
            except Refusal as refusal:
                withheld.append(_withheld(record, refusal, decode))
        if self._gate is not None:
            await self._gate.pass_through({record.key for record in records}, {row["vin"] for row in withheld})
        await self._quarantine(connection, withheld)
        return sound

    async def _learn_vehicles(self, connection: Connection, vins: set[str]) -> None:
        if missing := vins - self._vehicle_ids.keys():
            self._vehicle_ids |= await store.fetch_vehicle_ids(connection, sorted(missing))

    def _vehicle_id(self, vin: str) -> int:
        try:
            return self._vehicle_ids[vin]
        except KeyError:
            raise Refusal(
                RefusalReason.UNKNOWN_VEHICLE, "this car is not enrolled; enrol it, then drive the message again"
            ) from None

    async def _quarantine(self, connection: Connection, rows: Sequence[Row]) -> None:
        await store.insert_quarantine(connection, rows)
        for row in rows:
            QUARANTINED.labels(row["reason"]).inc()


def _parts(decoded: Sequence[tuple[Record, int, FrameBatch]]) -> Iterator[list[tuple[Record, int, FrameBatch]]]:
    """Runs of batches of not many more than FRAMES_AT_ONCE frames: what bounds the memory, whatever cars send."""
    part: list[tuple[Record, int, FrameBatch]] = []
    for one in decoded:
        part.append(one)
        if sum(batch.frames for _, _, batch in part) >= FRAMES_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


@dataclass(frozen=True, slots=True)
class _Arrival:
    received_at: datetime


def _remember(
    notices: dict[int, _Notice],
    vehicle_id: int,
    vin: str,
    from_ms: int,
    to_ms: int,
    arrived: ArrivedBatch | _Arrival,
    kind: str,
) -> None:
    late = arrived.received_at - instant(int(from_ms)) > LATE_AFTER
    notice = notices.setdefault(vehicle_id, _Notice(vin, int(from_ms), int(to_ms), late))
    notice.from_ms = min(notice.from_ms, int(from_ms))
    notice.to_ms = max(notice.to_ms, int(to_ms))
    notice.late |= late
    notice.kinds.add(kind)


def _notice(vehicle_id: int, notice: _Notice) -> OutgoingRecord:
    value = {
        "vehicle_id": vehicle_id,
        "vin": notice.vin,
        "from_ms": notice.from_ms,
        "to_ms": notice.to_ms,
        "kinds": sorted(notice.kinds),
        "late": notice.late,
    }
    return OutgoingRecord(StreamTopic.STORED, notice.vin, json.dumps(value).encode())


def _drops_of(one: ArrivedBatch) -> list[Row]:
    identity = one.batch.identity
    return drop_rows(one.vehicle_id, identity.boot_id, identity.sequence, one.batch.drops)


def _received_at(record: Record) -> datetime:
    return datetime.fromisoformat(record.headers["received-at"])


def _quarantined(record: Record) -> Row:
    """A row of the quarantine from what the bridge set aside."""
    told = record.headers
    return {
        "vin": told.get("vin"),
        "topic": told["topic"],
        "content_type": told["content-type"],
        "reason": told["reason"],
        "disposition": told["disposition"],
        "detail": told["detail"],
        "boot_id": UUID(told["boot-id"]) if "boot-id" in told else None,
        "sequence": int(told["sequence"]) if "sequence" in told else None,
        "frames": int(told["frames"]),
        "received_at": _received_at(record),
        "payload": record.value,
    }


def _withheld(record: Record, refusal: Refusal, decode: Callable[[bytes], Any]) -> Row:
    """A row of the quarantine for a record that the writer cannot store."""
    row = _from_stream(record, str(refusal.reason), refusal.detail, "quarantined")
    try:
        message = decode(record.value)
    except Refusal:
        return row
    identity = getattr(message, "identity", None)
    boot_id = identity.boot_id if identity else UUID(bytes=message.boot_id)
    sequence = identity.sequence if identity else message.sequence
    return row | {"boot_id": boot_id, "sequence": sequence, "frames": getattr(message, "frames", 1)}


def _absurd(record: Record, rows: SampleRows, number: int) -> Row:
    """A row of the quarantine that names values which were set aside; it withholds no frame."""
    named = ", ".join(f"{name} ({count})" for name, count in sorted(rows.absurd[number].items()))
    detail = f"out of range or no number, set aside: {named}; the frames are stored without them"
    identity = rows.arrived[number].batch.identity
    row = _from_stream(record, RefusalReason.VALUE_OUT_OF_RANGE, detail, "stored")
    return row | {"boot_id": identity.boot_id, "sequence": identity.sequence, "frames": 0}


def _from_stream(record: Record, reason: str, detail: str, disposition: str) -> Row:
    return {
        "vin": record.key,
        "topic": record.topic,
        "content_type": record.headers.get("content-type", ""),
        "reason": str(reason),
        "disposition": disposition,
        "detail": detail[:2000],
        "boot_id": None,
        "sequence": None,
        "frames": 1,
        "received_at": _received_at(record),
        "payload": record.value,
    }
