"""Carries records from the stream into the tables; rows and offsets in one transaction.

A record that cannot be stored as it is goes into the quarantine and never stops the ones behind it. After the rows, in
the same transaction, one notice per car on `telemetry.stored.v1` says what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import numpy as np

from database.connection import Connection
from ingest import store
from ingest.event_rows import command_result_row, drop_rows, dtc_report_row, event_row, reported_drops, unix_ms
from ingest.intake_gate import IntakeGate
from ingest.latest_state import latest_of
from ingest.messages import Messages, messages_of
from ingest.notices import Notices
from ingest.packed_messages import unpacked
from ingest.quarantine_rows import Name, Row, absurd, quarantined, received_at, withheld
from ingest.sample_rows import ArrivedBatches, copy_columns, gather, messages_in, position_columns
from observability.metrics import QUARANTINED, WRITER_FRAMES, WRITER_LATE_FRAMES, WRITER_REPEATS, WRITER_SECONDS
from streaming.contract import Record, Stream
from telemetry_schema.alike import AlikeBatches, AlikeReader, alike_of
from telemetry_schema.batches import decode_batch
from telemetry_schema.events import decode_command_result, decode_event
from telemetry_schema.frames import FrameBatch
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal, RefusalReason
from telemetry_schema.topics import StreamTopic

GROUP: Final = "telemetry-writer"
TOPICS: Final = (StreamTopic.BATCHES, StreamTopic.EVENTS, StreamTopic.COMMAND_RESULTS, StreamTopic.QUARANTINE)
FRAMES_AT_ONCE: Final = 50_000

Message = wire.Event | wire.CommandResult


class TelemetryWriter:
    """`consumer.run(writer.handle, stopping)`. Keeps the numbers of cars it has met and how their messages look."""

    def __init__(self, stream: Stream, gate: IntakeGate | None = None) -> None:
        """Without a gate there is no dead-letter limit."""
        self._stream = stream
        self._gate = gate
        self._reader = AlikeReader()
        self._vehicle_ids: dict[str, int] = {}

    async def handle(self, records: Sequence[Record], connection: Connection) -> None:
        """One batch of records of one topic."""
        with WRITER_SECONDS.time():
            await self._handle(records, connection)

    async def _handle(self, records: Sequence[Record], connection: Connection) -> None:
        await self._learn_vehicles(connection, {record.key for record in records})
        notices = Notices()
        if records[0].topic == StreamTopic.QUARANTINE:
            await self._quarantine(connection, [quarantined(record) for record in records])
        elif records[0].topic == StreamTopic.BATCHES:
            await self._write_batches(connection, list(unpacked(records)), notices)
        elif records[0].topic == StreamTopic.EVENTS:
            await self._write_events(connection, records, notices)
        else:
            await self._write_command_results(connection, records)
        vins = {self._vehicle_ids[vin]: vin for vin in {record.key for record in records} & self._vehicle_ids.keys()}
        await self._stream.produce(list(notices.records(vins)), connection)

    async def _write_batches(self, connection: Connection, records: Sequence[Record], notices: Notices) -> None:
        groups, left = self._reader.read([record.value for record in records])
        alone = await self._decode(connection, records, left, decode_batch)
        groups += [alike_of(batch, place) for place, batch in alone]
        arrived = [one for group in groups if (one := await self._arrived(connection, records, group))]
        if not arrived:
            return
        await store.insert_drops(connection, self._drops(records, alone))
        messages = messages_in(arrived)
        notices.add(messages, "samples")
        for part in _parts(_without(arrived, await store.note_messages(connection, messages))):
            await self._write_part(connection, records, part)

    async def _arrived(
        self, connection: Connection, records: Sequence[Record], group: AlikeBatches
    ) -> ArrivedBatches | None:
        """With the numbers of the cars; what comes from a car that is not enrolled is put into the quarantine."""
        of_group = [records[place] for place in group.places.tolist()]
        vehicle_ids = np.array([self._vehicle_ids.get(record.key, 0) for record in of_group], dtype=np.int64)
        received_ms = np.array([unix_ms(received_at(record)) for record in of_group], dtype=np.int64)
        arrived = ArrivedBatches(group, vehicle_ids, received_ms)
        if not (unknown := vehicle_ids == 0).any():
            return arrived
        strangers = zip(np.flatnonzero(unknown).tolist(), group.take(unknown).boot_ids, strict=True)
        rows = [
            withheld(
                of_group[number],
                _unknown_vehicle(),
                Name(UUID(bytes=boot_id.tobytes()), int(group.sequences[number]), group.shape[1]),
            )
            for number, boot_id in strangers
        ]
        await self._withhold(connection, {record.key for record in of_group}, rows)
        return None if unknown.all() else arrived.take(~unknown)

    def _drops(self, records: Sequence[Record], alone: Sequence[tuple[int, FrameBatch]]) -> list[Row]:
        """Batches that report drops are never read together."""
        rows: list[Row] = []
        for place, batch in alone:
            vehicle_id = self._vehicle_ids.get(records[place].key)
            if vehicle_id is not None and batch.drops:
                rows += drop_rows(vehicle_id, batch.identity.boot_id, batch.identity.sequence, batch.drops)
        return rows

    async def _write_part(
        self, connection: Connection, records: Sequence[Record], part: Sequence[ArrivedBatches]
    ) -> None:
        rows = gather(part)
        new = await store.write_samples(connection, copy_columns(rows), position_columns(rows))
        await store.merge_latest_states(connection, latest_of(rows))
        spoilt = [absurd(records[rows.places[number]], rows, number) for number in rows.absurd]
        await self._quarantine(connection, spoilt)
        WRITER_FRAMES.inc(new)
        WRITER_REPEATS.inc(len(rows) - new)
        WRITER_LATE_FRAMES.inc(int(rows.late.sum()))

    async def _write_events(self, connection: Connection, records: Sequence[Record], notices: Notices) -> None:
        events: list[Row] = []
        reports: list[Row] = []
        drops: list[Row] = []
        messages: dict[str, list[tuple[Record, wire.Event]]] = {"events": [], "dtc_reports": []}
        for record, vehicle_id, event in await self._decode_known(connection, records, decode_event):
            is_report = event.WhichOneof("kind") == "dtc_report"
            make = dtc_report_row if is_report else event_row
            (reports if is_report else events).append(make(vehicle_id, event, received_at(record)))
            drops += drop_rows(vehicle_id, UUID(bytes=event.boot_id), event.sequence, reported_drops(event))
            messages["dtc_reports" if is_report else "events"].append((record, event))
        await store.insert_events(connection, events)
        await store.insert_dtc_reports(connection, reports)
        await store.insert_drops(connection, drops)
        for kind, of_kind in messages.items():
            if of_kind:
                notices.add(self._messages(of_kind), kind)
        if everything := [*messages["events"], *messages["dtc_reports"]]:  # at once: locked in one order
            await store.note_messages(connection, self._messages(everything))

    async def _write_command_results(self, connection: Connection, records: Sequence[Record]) -> None:
        decoded = await self._decode_known(connection, records, decode_command_result)
        rows = [command_result_row(vehicle_id, result, received_at(record)) for record, vehicle_id, result in decoded]
        await store.insert_command_results(connection, rows)
        if decoded:
            await store.note_messages(connection, self._messages([(record, result) for record, _, result in decoded]))

    def _messages(self, decoded: Sequence[tuple[Record, Message]]) -> Messages:
        return messages_of(
            [
                (
                    self._vehicle_ids[record.key],
                    message.boot_id,
                    message.boot_number if isinstance(message, wire.Event) else 0,
                    message.sequence,
                    message.recorded_at_ms,
                    message.recorded_at_ms,
                    unix_ms(received_at(record)),
                )
                for record, message in decoded
            ]
        )

    async def _decode_known(
        self, connection: Connection, records: Sequence[Record], decode: Callable[[bytes], Any]
    ) -> list[tuple[Record, int, Any]]:
        """What can be stored, with the number of its car; the rest is put into the quarantine."""
        decoded = await self._decode(connection, records, range(len(records)), decode)
        known = [(records[place], self._vehicle_ids.get(records[place].key), message) for place, message in decoded]
        strangers = [
            withheld(record, _unknown_vehicle(), Name(UUID(bytes=message.boot_id), message.sequence, 1))
            for record, vehicle_id, message in known
            if vehicle_id is None
        ]
        await self._withhold(connection, {record.key for record in records}, strangers)
        return [(record, vehicle_id, message) for record, vehicle_id, message in known if vehicle_id is not None]

    async def _decode(
        self,
        connection: Connection,
        records: Sequence[Record],
        places: Sequence[int],
        decode: Callable[[bytes], Any],
    ) -> list[tuple[int, Any]]:
        """Those at `places` that can be read, each with its place; the rest is put into the quarantine."""
        sound: list[tuple[int, Any]] = []
        broken: list[Row] = []
        for place in places:
            try:
                sound.append((place, decode(records[place].value)))
            except Refusal as refusal:
                broken.append(withheld(records[place], refusal, None))
        await self._withhold(connection, {record.key for record in records}, broken)
        return sound

    async def _withhold(self, connection: Connection, heard: set[str], rows: Sequence[Row]) -> None:
        """Raises IntakeStoppedError where too many cars are affected."""
        if self._gate is not None:
            await self._gate.pass_through(heard, {row["vin"] for row in rows})
        await self._quarantine(connection, rows)

    async def _quarantine(self, connection: Connection, rows: Sequence[Row]) -> None:
        await store.insert_quarantine(connection, rows)
        for row in rows:
            QUARANTINED.labels(row["reason"]).inc()
        named = [row for row in rows if row["disposition"] != "stored" and row["boot_id"] and row["sequence"]]
        known = [(self._vehicle_ids[row["vin"]], row) for row in named if row["vin"] in self._vehicle_ids]
        if known:
            await store.note_messages(connection, messages_of([_set_aside(*one) for one in known]), set_aside=True)

    async def _learn_vehicles(self, connection: Connection, vins: set[str]) -> None:
        if missing := vins - self._vehicle_ids.keys():
            self._vehicle_ids |= await store.fetch_vehicle_ids(connection, sorted(missing))


def _set_aside(vehicle_id: int, row: Row) -> tuple[int, bytes, int, int, int, int, int]:
    at = unix_ms(row["received_at"])  # when it was recorded is what cannot be trusted
    return vehicle_id, row["boot_id"].bytes, 0, row["sequence"], at, at, at


def _unknown_vehicle() -> Refusal:
    return Refusal(RefusalReason.UNKNOWN_VEHICLE, "this car is not enrolled; enrol it, then drive the message again")


def _without(arrived: Sequence[ArrivedBatches], repeated: np.typing.NDArray[np.bool_]) -> Iterator[ArrivedBatches]:
    """Without the messages that are stored already; the flags are in the order of the groups."""
    start = 0
    for one in arrived:
        batches, frames = one.batches.shape
        fresh = ~repeated[start : start + batches]
        start += batches
        WRITER_REPEATS.inc(frames * int((~fresh).sum()))
        if fresh.all():
            yield one
        elif fresh.any():
            yield one.take(fresh)


def _parts(arrived: Iterator[ArrivedBatches]) -> Iterator[list[ArrivedBatches]]:
    """Groups of not many more than FRAMES_AT_ONCE frames: what bounds the memory, whatever cars send."""
    part: list[ArrivedBatches] = []
    room = FRAMES_AT_ONCE
    for one in arrived:
        batches, frames = one.batches.shape
        start = 0
        while start < batches:
            taken = min(batches - start, max(1, room // frames))
            part.append(one if taken == batches else one.take(np.arange(start, start + taken)))
            start += taken
            room -= taken * frames
            if room <= 0:
                yield part
                part, room = [], FRAMES_AT_ONCE
    if part:
        yield part
