"""Takes messages of the quarantine through the admission of today, when somebody asks for it on `ingest.redrive.v1`.

A message that can be taken now is written as the writer writes every message, and its row in the quarantine is marked,
in one transaction: after a kill either both are there or neither. Asked again, a row that is marked is passed over.
What still cannot be taken stays, with the reason of today. What was `refused` (a payload that claims another car) is
never driven again, and a message keeps the identity it came under.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import structlog

from database.connection import Connection
from database.errors import ConflictError, ContentionError, DatabaseError, UnavailableError
from ingest import store
from ingest.redriving import Judgement, judge_again
from ingest.telemetry_writer import TOPICS as WRITER_TOPICS
from ingest.telemetry_writer import TelemetryWriter
from observability.metrics import REDRIVEN
from streaming.contract import Record
from telemetry_schema.redrives import RedriveRequest, decode_redrive
from telemetry_schema.refusals import Refusal, RefusalReason
from telemetry_schema.topics import StreamTopic

TOPICS: Final = (*WRITER_TOPICS, StreamTopic.REDRIVE)

_log: Final = structlog.get_logger("ingest.redrive")


class RedriveWriter:
    """The writer, and besides it what is driven again: `consumer.run(writer.handle, stopping)`."""

    def __init__(self, writer: TelemetryWriter) -> None:
        self._writer = writer

    async def handle(self, records: Sequence[Record], connection: Connection) -> None:
        if records[0].topic != StreamTopic.REDRIVE:
            await self._writer.handle(records, connection)
            return
        for record in records:
            try:
                request = decode_redrive(record.value)
            except ValueError as error:
                _log.error("redrive_request_cannot_be_read", error=str(error), next="passed over")
                continue
            await self._redrive(connection, request)

    async def _redrive(self, connection: Connection, request: RedriveRequest) -> None:
        for kept in await store.lock_quarantined(connection, request.quarantine_ids):
            outcome = await self._drive(connection, kept, request)
            REDRIVEN.labels(outcome).inc()

    async def _drive(self, connection: Connection, kept: dict[str, Any], request: RedriveRequest) -> str:
        try:
            judgement = judge_again(kept, request.clock_offset_ms)
            if judgement.record is None:
                return await _stays(connection, kept, judgement, request)
            await _must_be_enrolled(connection, judgement.record.key)
            async with connection.transaction():
                await self._writer.handle([judgement.record], connection)
        except Refusal as refusal:
            return await _note_failure(connection, kept, request, str(refusal.reason), refusal.detail)
        except (UnavailableError, ContentionError):
            raise
        except DatabaseError as error:  # of this message alone: the others of the request go on
            said = f"the database does not take it: {error}"
            return await _note_failure(connection, kept, request, kept["reason"], said)
        await _note_stored(connection, kept, judgement, request)
        return "stored"


async def _must_be_enrolled(connection: Connection, vin: str) -> None:
    if not await store.fetch_vehicle_ids(connection, [vin]):
        raise Refusal(RefusalReason.UNKNOWN_VEHICLE, "this car is not enrolled; enrol it, then drive the message again")


async def _stays(connection: Connection, kept: dict[str, Any], judgement: Judgement, request: RedriveRequest) -> str:
    told = judgement.verdict.record.headers
    name = {"boot_id": judgement.boot_id, "sequence": judgement.sequence, "frames": judgement.frames}
    return await _note_failure(
        connection, kept, request, told["reason"], told["detail"], disposition=told["disposition"], name=name
    )


async def _note_failure(
    connection: Connection,
    kept: dict[str, Any],
    request: RedriveRequest,
    reason: str,
    detail: str,
    *,
    disposition: str = "quarantined",
    name: dict[str, Any] | None = None,
) -> str:
    said = {"reason": reason, "detail": detail, "disposition": disposition}
    named = name or {"boot_id": None, "sequence": None, "frames": None}
    try:
        async with connection.transaction():
            await store.note_redrive_failure(connection, kept["quarantine_id"], **said, **named)
    except ConflictError:  # the same bytes stand under the same name and reason already: one row of them is enough
        await store.note_redriven(connection, kept["quarantine_id"], "duplicate", request)
        return "duplicate"
    return "failed"


async def _note_stored(
    connection: Connection, kept: dict[str, Any], judgement: Judgement, request: RedriveRequest
) -> None:
    number, boot_id, sequence = kept["quarantine_id"], judgement.boot_id, judgement.sequence
    try:
        async with connection.transaction():
            await store.note_redriven(connection, number, "stored", request, boot_id=boot_id, sequence=sequence)
    except ConflictError:  # another row of the same bytes bears the name already
        await store.note_redriven(connection, number, "stored", request)
