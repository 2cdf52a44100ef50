"""What lies between a car's message and the page that shows its fault: the writer, the diagnosis, the outbox."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from uuid import UUID

from booking_api.models import Caller
from booking_api.worker import working
from database.connection import Connection, open_pool
from diagnostics.worker import GATHER_SECONDS, GROUP, TOPICS, DiagnosticsWorker
from ingest.telemetry_writer import GROUP as WRITER_GROUP
from ingest.telemetry_writer import TOPICS as WRITER_TOPICS
from ingest.telemetry_writer import TelemetryWriter
from streaming.choice import open_stream
from streaming.contract import OutgoingRecord
from telemetry_schema.events import encode_event
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic
from tests.booking_api.conftest import NOW, VIN, enrol, open_workshop, put
from tests.web.conftest import fill

TECHNICIAN: Final = Caller("technician-1", "technician", "workshop-1")
THERMOSTAT, MISFIRE = 0x012800, 0x030000


@contextmanager
def working_parts(database_url: str) -> Iterator[None]:
    """The writer, the diagnosis and the work beside the API, as in their processes."""
    ended = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_work(database_url, ended)), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


async def _work(database_url: str, ended: threading.Event) -> None:
    async with open_pool(database_url) as pool, open_stream(pool) as stream, working(pool, stream, clock=lambda: NOW):
        stopping = asyncio.Event()
        writer = stream.consumer(WRITER_TOPICS, WRITER_GROUP, gather_seconds=0.1)
        diagnosis = stream.consumer(TOPICS, GROUP, gather_seconds=GATHER_SECONDS)
        async with asyncio.TaskGroup() as group:
            group.create_task(writer.run(TelemetryWriter(stream).handle, stopping))
            group.create_task(diagnosis.run(DiagnosticsWorker(stream).handle, stopping))
            await asyncio.to_thread(ended.wait)
            stopping.set()


async def car_with_a_visit(connection: Connection) -> None:
    await open_workshop(connection)
    vehicle_id = await enrol(connection, VIN, "owner-1")
    await put(
        connection,
        "booking.bookings",
        booking_id=UUID(int=1),
        vehicle_id=vehicle_id,
        owner_id="owner-1",
        workshop_id=TECHNICIAN.organisation_id,
        starts_at=NOW + timedelta(hours=2),
        ends_at=NOW + timedelta(hours=3),
        time_zone="Europe/Berlin",
        status="booked",
        work=[],
        reasons=[],
    )


def send(database_url: str, sequence: int, *codes: int) -> None:
    """The whole memory of the engine's control unit, as the bridge hands it over."""
    at_ms = round(NOW.timestamp() * 1000) + sequence * 1000
    event = wire.Event(vin=VIN, boot_id=UUID(int=1).bytes, boot_number=1, sequence=sequence, recorded_at_ms=at_ms)
    event.dtc_report.CopyFrom(wire.DtcReport(ecu="ECM", complete=True))
    for code in codes:
        event.dtc_report.codes.add(code=code, status=0xAF)
    headers = {"content-type": "application/x-protobuf", "received-at": NOW.isoformat(), "vin": VIN}

    async def produce(connection: Connection) -> None:
        async with open_pool(database_url) as pool, open_stream(pool) as stream:
            await stream.produce([OutgoingRecord(StreamTopic.EVENTS, VIN, encode_event(event), headers)])

    fill(database_url, produce)
