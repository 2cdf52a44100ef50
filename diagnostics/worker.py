"""Diagnoses a car again when something of it was stored, and tells what is new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from database.connection import Connection
from diagnostics.findings import Finding, encode_finding
from diagnostics.service import Touched, diagnose
from observability.metrics import DIAGNOSTICS_FINDINGS, DIAGNOSTICS_SECONDS
from streaming.contract import OutgoingRecord, Record, Stream
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic

GROUP: Final = "diagnostics"
TOPICS: Final = (StreamTopic.STORED,)
_HEADERS: Final = {"content-type": "application/x-protobuf"}
RECORDS_AT_ONCE: Final = 2_000
"""Each car of a batch is diagnosed once, so large batches cost less."""

GATHER_SECONDS: Final = 1.0
"""Nobody waits for a finding by the second, and a car that is just sending is diagnosed once for many notices."""


class DiagnosticsWorker:
    """`consumer.run(worker.handle, stopping)`; keeps nothing between batches."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    async def handle(self, records: Sequence[Record], connection: Connection) -> None:
        """One batch of notices. Findings and the word of them are one transaction."""
        with DIAGNOSTICS_SECONDS.time():
            news = await diagnose(connection, gather(records))
        told = [_told(finding) for finding in news.findings]
        await self._stream.produce([*told, *(_withdrawn(*one) for one in news.withdrawn)], connection)
        for finding in news.findings:
            DIAGNOSTICS_FINDINGS.labels(finding.alarm.kind).inc()


def gather(records: Sequence[Record]) -> dict[int, Touched]:
    """By vehicle, everything that the notices say of it."""
    touched: dict[int, Touched] = {}
    for record in records:
        notice = json.loads(record.value)
        fresh = Touched(_instant(notice["from_ms"]), _instant(notice["to_ms"]), "samples" in notice["kinds"])
        known = touched.get(notice["vehicle_id"], fresh)
        touched[notice["vehicle_id"]] = Touched(
            min(known.from_at, fresh.from_at), max(known.to_at, fresh.to_at), known.samples or fresh.samples
        )
    return touched


def _instant(unix_ms: int) -> datetime:
    return datetime.fromtimestamp(unix_ms / 1000, UTC)


def _told(finding: Finding) -> OutgoingRecord:
    return OutgoingRecord(StreamTopic.FINDINGS, finding.vin, encode_finding(finding), _HEADERS)


def _withdrawn(vin: str, finding_id: UUID) -> OutgoingRecord:
    message = wire.Finding(finding_id=str(finding_id), vin=vin)
    return OutgoingRecord(StreamTopic.FINDINGS, vin, message.SerializeToString(), _HEADERS)
