"""A small, complete database: two simulated cars that went through writer, diagnostics and planner, and a workshop."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from database.connection import Connection, Pool, open_pool
from database.roles import role_of
from diagnostics import worker as diagnostics
from ingest import telemetry_writer as writer
from maintenance_planner import worker as planner
from servicelane.members import simulated_members
from simulator.drive import Burst, simulate_car
from simulator.faults.schedule import assign_faults
from simulator.fleet import build_fleet
from simulator.scenario import FaultPlan, Scenario
from streaming.contract import Handler, OutgoingRecord, Stream
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.events import encode_event
from telemetry_schema.frames import FrameBatch, Identity
from telemetry_schema.topics import StreamTopic
from tests.booking_api.conftest import open_workshop
from vehicles import service as vehicles

BOOT: Final = UUID("00000000-0000-4000-8000-000000000001")
OTHER_BOOT: Final = UUID("00000000-0000-4000-8000-000000000002")
END_AT: Final = datetime(2026, 6, 1, tzinfo=UTC)
OWNER: Final = "owner-1"
BOOKING: Final = UUID("00000000-0000-4000-8000-00000000b001")
DAYS: Final = 3.0
SEED: Final = 5


async def seed(pool: Pool) -> list[str]:
    """Fills a migrated database and returns the VINs."""
    plans = (FaultPlan("coil_failure", 1, (1.0, 1.5), (1.5, 2.0)),)
    scenario = Scenario("small", 2, DAYS, diesel_share=0, electric_share=0.5, frame_seconds=30.0, faults=plans)
    specs = build_fleet(scenario, SEED)
    faults = dict(assign_faults(scenario, specs, SEED, _ms(END_AT - timedelta(days=DAYS))))
    async with pool.connection() as connection:
        await vehicles.register_owner(connection, OWNER, display_name=OWNER)
        for member in simulated_members(specs):
            enrolled = await vehicles.enrol(connection, member.request)
            await vehicles.assign_owner(
                connection, enrolled.vehicle_id, OWNER, since=END_AT.date() - timedelta(days=99)
            )
    for spec in specs:
        bursts = list(simulate_car(spec, scenario, SEED, _ms(END_AT), faults.get(spec.vin)))
        await _write(pool, list(_messages(spec.vin, bursts)))
    await _consume(pool, "diagnostics", diagnostics.TOPICS, diagnostics.GROUP)
    await _consume(pool, "maintenance_planner", planner.TOPICS, planner.GROUP)
    async with pool.connection() as connection:
        await open_workshop(connection)
        await _book(connection)
        await _serve(connection)
        await _set_aside(connection, specs[0].vin)
    return [spec.vin for spec in specs]


def _messages(vin: str, bursts: Sequence[Burst]) -> Iterator[OutgoingRecord]:
    """Each frame of the first burst comes once more from another boot: versions of one instant."""
    headers = {"content-type": "application/x-protobuf", "received-at": END_AT.isoformat(), "vin": vin}
    sequence = 0
    for boot, some in ((BOOT, bursts), (OTHER_BOOT, bursts[:1])):
        for burst in some:
            if len(burst.recorded_at_ms):
                sequence += 1
                batch = FrameBatch(Identity(vin, boot, 1, sequence), burst.recorded_at_ms, burst.columns)
                yield OutgoingRecord(StreamTopic.BATCHES, vin, encode_batch(batch), headers)
            for event in burst.events:
                sequence += 1
                event.vin, event.boot_id, event.boot_number, event.sequence = vin, boot.bytes, 1, sequence
                yield OutgoingRecord(StreamTopic.EVENTS, vin, encode_event(event), headers)


async def _write(pool: Pool, messages: Sequence[OutgoingRecord]) -> None:
    stream = PostgresStream(pool)
    await stream.produce(messages)
    await _run(stream, writer.TOPICS, writer.GROUP, writer.TelemetryWriter(stream).handle)


async def _consume(pool: Pool, package: str, topics: Sequence[str], group: str) -> None:
    async with open_pool(str(pool.conninfo), role=role_of(package)) as own:
        stream = PostgresStream(own)
        handle = diagnostics.DiagnosticsWorker(stream).handle if package == "diagnostics" else planner.handle
        await _run(stream, topics, group, handle)


async def _run(stream: Stream, topics: Sequence[str], group: str, handler: Handler) -> None:
    consumer = stream.consumer(topics, group, maximum_records=5_000)
    while await consumer.step(handler):
        pass


async def _book(connection: Connection) -> None:
    at = END_AT + timedelta(days=1, hours=8)
    given = {"booking_id": BOOKING, "owner_id": OWNER, "starts_at": at, "ends_at": at + timedelta(hours=1)}
    await connection.execute(
        """insert into booking.bookings (booking_id, vehicle_id, owner_id, workshop_id, starts_at, ends_at, time_zone,
               status, work, created_at, changed_at)
           values (%(booking_id)s, 1, %(owner_id)s, 'workshop-1', %(starts_at)s, %(ends_at)s, 'Europe/Berlin',
               'booked', '[]', %(starts_at)s, %(starts_at)s)""",
        given,
    )
    await connection.execute(
        """insert into booking.claims (resource_id, booking_id, during, state)
           select resource_id, %(booking_id)s, tstzrange(%(starts_at)s, %(ends_at)s), 'confirmed'
           from booking.resources""",
        given,
    )
    await connection.execute(
        "insert into booking.idempotency_keys values (%(owner)s, 'key-1', 'f', %(answer)s, %(at)s)",
        {"owner": OWNER, "answer": Jsonb({"n": 1}), "at": at},
    )


async def _set_aside(connection: Connection, vin: str) -> None:
    await connection.execute(
        """insert into telemetry.quarantine (vin, topic, content_type, reason, disposition, detail, boot_id, sequence,
               frames, received_at, payload)
           select %(vin)s, 'telemetry.batches.v1', 'application/x-protobuf', 'undecodable', 'quarantined', 'detail',
                  %(boot)s, 900 + n, 3, %(at)s, '\\x0102'
           from generate_series(1, 5) as n""",
        {"vin": vin, "boot": BOOT, "at": END_AT},
    )
    await connection.execute(
        "insert into telemetry.drops values (1, %s, 950, 0, 'buffer_full', 'telemetry', 7)", [BOOT]
    )


async def _serve(connection: Connection) -> None:
    """What these simulated cars do not say: a service that was done, the car's own monitor, a motor, where it is."""
    await connection.execute(
        "insert into planner.service_records values (1, 'engine_oil', %s, 1000, 'test')", [END_AT.date()]
    )
    await connection.execute(
        """insert into telemetry.samples (vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence, frame,
               clock_quality, late, service_distance_km, dtc_count, motor_speed_rpm)
           select 1, %(at)s - n * interval '1 minute', %(at)s, %(boot)s, 1, 990, n, 1, true, 1000 - n, n, n / 7.0
           from generate_series(1, 100) as n""",
        {"at": END_AT - timedelta(days=40), "boot": OTHER_BOOT},
    )
    await connection.execute(
        """insert into telemetry.positions
           select vehicle_id, recorded_at, boot_number, boot_id, sequence, frame, 48 + frame / 1e4, 11, 500
           from telemetry.samples where sequence < 20""",
    )


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


TABLES: Final = """
select c.oid::regclass::text as name
from pg_class as c
where c.relkind = 'r' and c.relnamespace::regnamespace::text in
      ('streaming', 'vehicles', 'telemetry', 'diagnostics', 'planner', 'export', 'booking')
  and c.relname !~ '_by_(minute|hour|day)$' and c.relname not in ('aggregated_signals', 'number_signals')
order by (select count(*) from pg_constraint as k where k.conrelid = c.oid and k.contype = 'f'), 1
"""
"""Every table but the aggregates and what migrations fill; those that point to none before those that do."""

_PIECE_BYTES: Final = 40_000
"""Of one statement: the WebAssembly build takes a message in one piece of 64 KiB."""


async def copy_database(source: Connection, target: Connection) -> None:
    """Row by row as JSON, which keeps every type that the tables have."""
    for table in [row["name"] for row in await (await source.execute(TABLES)).fetchall()]:
        found = await source.execute(
            f"""select given::text as row from {table} as row cross join lateral (
                    select jsonb_object_agg(key, value) as given from jsonb_each(to_jsonb(row)) where value <> 'null'
                ) as known""".encode()
        )
        piece: list[str] = []
        for row in [*await found.fetchall(), None]:
            if row is None or sum(map(len, piece)) + len(row["row"]) > _PIECE_BYTES:
                await _insert(target, table, piece)
                piece = []
            if row is not None:
                piece.append(row["row"])


async def _insert(target: Connection, table: str, rows: Sequence[str]) -> None:
    parsed: list[dict[str, Any]] = [json.loads(row) for row in rows]
    columns = sorted({name for row in parsed for name in row})
    if columns:
        names = ", ".join(f'"{name}"' for name in columns)
        await target.execute(
            f"""insert into {table} ({names}) overriding system value
                select {names} from json_populate_recordset(null::{table}, %(rows)s::json)
                on conflict do nothing""".encode(),
            {"rows": f"[{', '.join(rows)}]"},
        )
