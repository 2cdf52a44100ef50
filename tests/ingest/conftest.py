"""Cars and their messages for the tests of ingest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np
import pytest

from database.connection import Connection, Pool
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signal
from telemetry_schema.frames import FrameBatch, Identity, SignalColumn
from telemetry_schema.topics import StreamTopic
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

VIN = "1M8GDM9AXKP042788"
BOOT = UUID("00000000-0000-4000-8000-000000000001")
T0 = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
T0_MS = int(T0.timestamp() * 1000)


def make_batch(
    sequence: int = 1,
    offsets_ms: Sequence[int] = (0, 1000),
    values: Mapping[str, Sequence[float]] | None = None,
    *,
    boot: UUID = BOOT,
    boot_number: int = 1,
    vin: str = VIN,
) -> FrameBatch:
    """A batch with one column per named signal, `vehicle_speed_kmh` counting up where none are given."""
    given = values if values is not None else {"vehicle_speed_kmh": list(range(len(offsets_ms)))}
    columns = {signal(name).id: SignalColumn(np.array(column)) for name, column in given.items()}
    return FrameBatch(Identity(vin, boot, boot_number, sequence), T0_MS + np.array(offsets_ms, dtype=np.int64), columns)


def record_of(batch: FrameBatch, received_at: datetime = T0) -> OutgoingRecord:
    headers = {"content-type": "application/x-protobuf", "received-at": received_at.isoformat(), "vin": VIN}
    return OutgoingRecord(StreamTopic.BATCHES, batch.identity.vin, encode_batch(batch), headers)


async def enrol(connection: Connection, vin: str = VIN) -> int:
    request = EnrolmentRequest(vin, "petrol-compact", "Servicelane", "Compact", 2022, "petrol", date(2022, 1, 1))
    return (await vehicles.enrol(connection, request)).vehicle_id


@pytest.fixture
def stream(pool: Pool) -> PostgresStream:
    return PostgresStream(pool)
