"""The worker, and besides it what technicians tell on `diagnostics.workshop-reports.v1`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import structlog

from database.connection import Connection
from diagnostics.isolation.service import take_reports
from diagnostics.worker import TOPICS as WORKER_TOPICS
from streaming.contract import Handler, Record
from telemetry_schema.topics import StreamTopic
from telemetry_schema.workshop_reports import WorkshopReport, decode_report

TOPICS: Final = (*WORKER_TOPICS, StreamTopic.WORKSHOP_REPORTS)

_log: Final = structlog.get_logger("diagnostics.reports")


class ReportReader:
    """`consumer.run(reader.handle, stopping)`; hands every other topic to the worker's handler."""

    def __init__(self, others: Handler) -> None:
        self._others = others

    async def handle(self, records: Sequence[Record], connection: Connection) -> None:
        if records[0].topic != StreamTopic.WORKSHOP_REPORTS:
            await self._others(records, connection)
            return
        if reports := list(_readable(records)):
            await take_reports(connection, reports)


def _readable(records: Sequence[Record]) -> Iterator[WorkshopReport]:
    for record in records:
        try:
            yield decode_report(record.value)
        except ValueError as error:
            _log.error("workshop_report_cannot_be_read", error=str(error), next="passed over")
