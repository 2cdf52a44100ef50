"""Brings a car's diagnosis up to date when something of it was stored, and tells what is new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from database.connection import Connection
from diagnostics.cases import Touched
from diagnostics.findings import Finding, encode_finding
from diagnostics.judgement import Judgements
from diagnostics.known_codes import KnownCodes
from diagnostics.open_trips import OpenTrips
from diagnostics.service import diagnose
from diagnostics.spans import Span
from observability.metrics import DIAGNOSTICS_FINDINGS, DIAGNOSTICS_SECONDS
from streaming.contract import OutgoingRecord, Record, Stream
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic

GROUP: Final = "diagnostics"
TOPICS: Final = (StreamTopic.STORED,)
_HEADERS: Final = {"content-type": "application/x-protobuf"}
RECORDS_AT_ONCE: Final = 10_000
"""Each car of a batch is diagnosed once, and all of them share their queries, so large batches cost less."""

GATHER_SECONDS: Final = 0.5
"""A car that is just sending is diagnosed once for many notices; yet a page shows a new fault within two seconds."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Of cars, between batches: it only saves reading. One for all members of a process, for whoever has a car next."""

    open_trips: OpenTrips = field(default_factory=OpenTrips)
    judgements: Judgements = field(default_factory=Judgements)
    known_codes: KnownCodes = field(default_factory=KnownCodes)


class DiagnosticsWorker:
    """`consumer.run(worker.handle, stopping)`."""

    def __init__(self, stream: Stream, kept: Kept | None = None) -> None:
        self._stream = stream
        self._kept = kept or Kept()

    async def handle(self, records: Sequence[Record], connection: Connection) -> None:
        """One batch of notices. Findings and the word of them are one transaction."""
        kept = self._kept
        with DIAGNOSTICS_SECONDS.time():
            news = await diagnose(connection, gather(records), kept.open_trips, kept.judgements, kept.known_codes)
        told = [_told(finding) for finding in news.findings]
        await self._stream.produce([*told, *(_withdrawn(*one) for one in news.withdrawn)], connection)
        for finding in news.findings:
            DIAGNOSTICS_FINDINGS.labels(finding.alarm.kind).inc()


def gather(records: Sequence[Record]) -> dict[int, Touched]:
    """By vehicle, everything that the notices say of it."""
    touched: dict[int, Touched] = {}
    for record in records:
        notice = json.loads(record.value)
        of_car = touched.setdefault(notice["vehicle_id"], Touched())
        span = Span(notice["from_ms"] / 1000, (notice["to_ms"] + 1) / 1000)
        if "samples" in notice["kinds"]:
            of_car.samples.append(span)
        if "events" in notice["kinds"]:
            of_car.events.append(span)
        of_car.codes |= "dtc_reports" in notice["kinds"]
        of_car.newest_s = max(of_car.newest_s, notice["to_ms"] / 1000)
    return touched


def _told(finding: Finding) -> OutgoingRecord:
    return OutgoingRecord(StreamTopic.FINDINGS, finding.vin, encode_finding(finding), _HEADERS)


def _withdrawn(vin: str, finding_id: UUID) -> OutgoingRecord:
    message = wire.Finding(finding_id=str(finding_id), vin=vin)
    return OutgoingRecord(StreamTopic.FINDINGS, vin, message.SerializeToString(), _HEADERS)
