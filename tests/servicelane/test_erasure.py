"""An erased account is nowhere in the database any more, and nobody else has lost a row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

import ingest
from booking_api.events.outbox import tell
from database.connection import Connection, Pool
from ingest.admission import admit
from ingest.aggregates import PlainAggregates
from ingest.received import Received
from ingest.redrive_writer import TOPICS, RedriveWriter
from ingest.telemetry_writer import GROUP, TelemetryWriter
from servicelane import erasure
from servicelane.erasure import UnknownOwnerError, erase_account, forget_kept_by_law, requested_erasures
from streaming.postgres import PostgresStream
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signal
from telemetry_schema.content import PROTOBUF
from telemetry_schema.frames import FrameBatch, Identity, SignalColumn
from telemetry_schema.topics import Up, up_topic
from telemetry_schema.vin import with_check_digit
from tests.booking_api.conftest import open_workshop, put
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
BOUGHT_ON, SOLD_ON = date(2026, 3, 1), date(2026, 5, 1)
SOLD_VIN, KEPT_VIN, OTHER_VIN = (with_check_digit(f"1M8GDM9A0KP00000{number}") for number in (1, 2, 3))
ERASED, LEFT = "erased-owner-4711", "left-owner-4712"
BOOT = UUID("00000000-0000-4000-8000-000000000001")


async def enrol(connection: Connection, vin: str, *owners: tuple[str, date]) -> int:
    request = EnrolmentRequest(vin, "petrol-compact", "Servicelane", "Compact", 2022, "petrol", date(2022, 1, 1))
    vehicle_id = (await vehicles.enrol(connection, request)).vehicle_id
    for owner_id, since in owners:
        await vehicles.register_owner(
            connection, owner_id, display_name=f"Name of {owner_id}", contact={"mail": f"{owner_id}@example.org"}
        )
        await vehicles.assign_owner(connection, vehicle_id, owner_id, since=since)
    return vehicle_id


async def drive(pool: Pool, vin: str, at: datetime, sequence: int) -> None:
    """Two frames with a position, through bridge, stream and writer, and one message that cannot be read."""
    at_ms = int(at.timestamp() * 1000)
    columns = {
        signal(name).id: SignalColumn(np.array([value, value]))
        for name, value in (("vehicle_speed_kmh", 33.5), ("latitude_deg", 48.1234567), ("longitude_deg", 11.7654321))
    }
    instants = np.array([at_ms, at_ms + 1000], dtype=np.int64)
    good = encode_batch(FrameBatch(Identity(vin, BOOT, 1, sequence), instants, columns))
    stream = PostgresStream(pool)
    for payload in (good, b"cannot be read"):
        message = admit(Received(up_topic(vin, Up.BATCHES), payload, PROTOBUF, b"", at + timedelta(seconds=5)))
        await stream.produce([message.record])
    writer = RedriveWriter(TelemetryWriter(stream))
    consumer = stream.consumer(TOPICS, GROUP)
    while await consumer.step(writer.handle):
        pass


async def fill(connection: Connection, vehicle_id: int, owner_id: str, *visits: datetime) -> None:
    """What the other parts keep of a car and its owner."""
    car = {"vehicle_id": vehicle_id}
    for at in visits:
        visit: dict[str, Any] = {"booking_id": uuid4(), "owner_id": owner_id, "workshop_id": "workshop-1"}
        visit |= {"starts_at": at, "ends_at": at + timedelta(hours=1), "time_zone": "Europe/Berlin", "status": "booked"}
        await put(connection, "booking.bookings", work=[], reasons=[{"en": f"close to {owner_id}"}], **car, **visit)
        await tell(connection, "booked", visit["booking_id"], at)
    given = {"consent_id": uuid4(), "owner_id": owner_id, "given_by": owner_id, "grantee_kind": "driver"}
    given |= {"grantee": f"driver-of-{owner_id}", "scopes": "{health}", "given_at": NOW, "starts_at": NOW}
    await put(connection, "booking.consents", ends_at=NOW + timedelta(days=1), **car, **given)
    line = {"read_at": NOW, "owner_id": owner_id, "role": "owner", "action": "read_health", "relation": "owner"}
    await put(connection, "booking.access_log", reader=owner_id, **car, **line)
    await put(connection, "booking.erasure_requests", owner_id=owner_id, requested_at=NOW)
    key = {"subject": owner_id, "key": "k", "fingerprint": "f", "answer": {"of": owner_id}, "created_at": NOW}
    await put(connection, "booking.idempotency_keys", **key)
    reminder_id = uuid4()
    reminder = {"reminder_id": reminder_id, "urgency": 2, "made_at": NOW, "texts": {"en": f"for {owner_id}"}}
    await put(connection, "planner.reminders", owner_id=owner_id, **car, **reminder)
    rung = {"recommendation_id": uuid4(), "rung": "2/opened", "reminder_id": reminder_id}
    await put(connection, "planner.reminder_rungs", owner_id=owner_id, **rung)
    delivery = {"channel": "email", "state": "waiting", "next_attempt_at": NOW, "detail": f"to {owner_id}"}
    await put(connection, "planner.reminder_deliveries", reminder_id=reminder_id, **delivery)
    chosen = {"language": "zh", "time_zone": "UTC", "quiet_since": "21:00", "quiet_until": "08:00", "channels": "{}"}
    await put(connection, "planner.reminder_preferences", owner_id=owner_id, changed_at=NOW, **chosen)
    address = {"secret_sha256": owner_id.encode(), "made_at": NOW}
    await put(connection, "planner.calendar_addresses", owner_id=owner_id, **address)
    finding: dict[str, Any] = {"finding_id": uuid4(), "kind": "battery_weak", "component": "battery_12v", "severity": 2}
    finding |= {
        "found_at": NOW - timedelta(days=30),
        "onset_at": NOW - timedelta(days=31),
        "evidence": [],
        "texts": {"en": f"of {owner_id}"},
    }
    await put(connection, "diagnostics.findings", **car, **finding)
    record = {"item": "engine_oil", "performed_on": date(2026, 4, 1), "source": "owner", "note": f"paid by {owner_id}"}
    await put(connection, "planner.service_records", **car, **record)


async def rows(pool: Pool) -> dict[str, list[str]]:
    """Every row of every table as text, catalogues of the database itself left out."""
    found: dict[str, list[str]] = {}
    async with pool.connection() as connection:
        tables = await connection.execute(
            "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        )
        for table in await tables.fetchall():
            name = f"{table['schemaname']}.{table['tablename']}"
            cursor = await connection.execute(f"select one::text as said from {name} as one".encode())
            found[name] = sorted(str(row["said"]) for row in await cursor.fetchall())
    return found


def holding(found: dict[str, list[str]], *words: str) -> dict[str, int]:
    counts = {name: sum(any(word in one for word in words) for one in lines) for name, lines in found.items()}
    return {name: count for name, count in counts.items() if count}


def of_car(name: str, lines: list[str], vehicle_id: int) -> list[str]:
    """The rows of tables that begin with the car's number, or have it behind a step."""
    other_numbers = ("quarantine", "intake_stops", "restores", "number_signals", "resources")
    if name.split(".")[1] in other_numbers:
        return []
    return [one for one in lines if one.startswith((f"({vehicle_id},", f"(minute,{vehicle_id},"))]


@pytest.fixture
async def filled(pool: Pool) -> dict[str, int]:
    """The number of each car. KEPT_VIN is still the erased owner's, SOLD_VIN was sold to the one whose OTHER_VIN is."""
    async with pool.connection() as connection:
        await open_workshop(connection)
        numbers = {
            SOLD_VIN: await enrol(connection, SOLD_VIN, (ERASED, BOUGHT_ON), (LEFT, SOLD_ON)),
            KEPT_VIN: await enrol(connection, KEPT_VIN, (ERASED, BOUGHT_ON)),
            OTHER_VIN: await enrol(connection, OTHER_VIN, (LEFT, BOUGHT_ON)),
        }
        await fill(connection, numbers[KEPT_VIN], ERASED, NOW - timedelta(days=9), NOW + timedelta(days=9))
        await fill(connection, numbers[OTHER_VIN], LEFT, NOW - timedelta(days=9))
    for vin in numbers:
        await drive(pool, vin, datetime(2026, 4, 1, 8, tzinfo=UTC), 1)
        await drive(pool, vin, datetime(2026, 5, 10, 8, tzinfo=UTC), 2)
    async with pool.connection() as connection:
        await connection.execute("update streaming.records set appended_at = '2026-04-15T00:00:00Z'")
    await PlainAggregates(pool, None).refresh(datetime.now(UTC) + timedelta(hours=1))
    return numbers


async def test_nothing_of_an_erased_account_is_left_but_what_the_law_keeps(pool: Pool, filled: dict[str, int]) -> None:
    before = await rows(pool)
    assert len(holding(before, ERASED)) >= 8
    assert before["telemetry.positions"]
    async with pool.connection() as connection:
        erased = await erase_account(connection, ERASED, NOW, kept_years=10)
    after = await rows(pool)
    assert (erased.cars, erased.kept_by_law) == (2, 1)
    assert holding(after, ERASED) == {"booking.kept_by_law": 1}
    assert holding(after, KEPT_VIN) == {"booking.kept_by_law": 1, "vehicles.vehicles": 1}
    said = {name: of_car(name, lines, filled[KEPT_VIN]) for name, lines in after.items()}
    left = {name for name, lines in said.items() if lines and not name.startswith(("booking", "vehicles"))}
    assert left == {"telemetry.continuity", "telemetry.touched", "planner.service_records"}
    assert "paid by" not in "".join(said["planner.service_records"])


STAY = {
    "vehicles.vehicles": "the car is still there",
    "vehicles.certificates": "they are the car's",
    "telemetry.continuity": "numbers of messages, so that one that comes again is recognised",
    "telemetry.touched": "which days are to be made anew",
    "booking.kept_by_law": "what the law asks for",
}


async def test_every_table_that_knows_a_car_or_an_owner_is_thought_of(pool: Pool) -> None:
    """A new one is erased by a query of `servicelane/queries/erasure`, or stands in STAY with its reason."""
    words = (
        "select distinct table_schema || '.' || table_name as name from information_schema.columns "
        "join information_schema.tables using (table_schema, table_name) "
        "where column_name in ('vehicle_id', 'vin', 'owner_id', 'subject') and table_type = 'BASE TABLE' "
        "and table_schema not in ('pg_catalog', 'information_schema')"
    )
    async with pool.connection() as connection:
        found = {row["name"] for row in await (await connection.execute(words.encode())).fetchall()}
    folder = Path(erasure.__file__).parent / "queries" / "erasure"
    written = "\n".join(path.read_text() for path in folder.glob("*.sql"))
    written += (Path(ingest.__file__).parent / "migrations" / "0018_erase_of_car.sql").read_text()
    forgotten = {
        name
        for name in found - STAY.keys()
        if name not in written and f"'{name.split('.')[1]}'" not in written and "_by_" not in name
    }
    assert forgotten == set()


async def test_nobody_else_loses_a_row(pool: Pool, filled: dict[str, int]) -> None:
    before = await rows(pool)
    async with pool.connection() as connection:
        await erase_account(connection, ERASED, NOW)
    after = await rows(pool)
    for name, lines in before.items():
        theirs = [
            one for one in lines if LEFT in one or OTHER_VIN in one or one in of_car(name, lines, filled[OTHER_VIN])
        ]
        assert set(theirs) <= set(after[name]), name
    for name in ("telemetry.samples", "telemetry.positions"):
        kept = of_car(name, after[name], filled[SOLD_VIN])
        assert len(kept) == 2, name
        assert all("2026-05-10" in one for one in kept)


async def test_the_aggregates_are_those_of_the_rows_that_remain(pool: Pool, filled: dict[str, int]) -> None:
    async with pool.connection() as connection:
        await erase_account(connection, ERASED, NOW)
    erased = {name: lines for name, lines in (await rows(pool)).items() if "_by_" in name}
    await PlainAggregates(pool, None).refresh(datetime.now(UTC) + timedelta(hours=1))
    assert {name: lines for name, lines in (await rows(pool)).items() if "_by_" in name} == erased
    assert any(erased.values())


async def test_visits_to_come_are_given_back(pool: Pool, filled: dict[str, int]) -> None:
    async with pool.connection() as connection:
        await erase_account(connection, ERASED, NOW)
        cursor = await connection.execute("select status, starts_at > %s as later from booking.bookings", [NOW])
        states = [(row["status"], row["later"]) for row in await cursor.fetchall()]
    assert sorted(states) == [("booked", False), ("booked", False), ("cancelled", True)]


async def test_what_the_law_keeps_is_for_nobody_s_daily_work_and_ends(pool: Pool, filled: dict[str, int]) -> None:
    async with pool.connection() as connection:
        await erase_account(connection, ERASED, NOW, kept_years=10)
        for role in ("servicelane_booking_api", "servicelane_reader", "servicelane_data_export"):
            words = "select has_table_privilege(%s, 'booking.kept_by_law', 'select') as may"
            assert await (await connection.execute(words, [role])).fetchone() == {"may": False}
        assert await forget_kept_by_law(connection, NOW + timedelta(days=3640)) == 0
        assert await forget_kept_by_law(connection, NOW + timedelta(days=3660)) == 1


async def test_who_has_asked_is_known_until_it_is_done(pool: Pool, filled: dict[str, int]) -> None:
    async with pool.connection() as connection:
        assert await requested_erasures(connection) == [ERASED, LEFT]
        await erase_account(connection, ERASED, NOW)
        assert await requested_erasures(connection) == [LEFT]


async def test_an_account_that_is_not_there_is_said_to_be_so(pool: Pool, filled: dict[str, int]) -> None:
    before = await rows(pool)
    with pytest.raises(UnknownOwnerError):
        async with pool.connection() as connection:
            await erase_account(connection, "owner-of-nothing", NOW)
    assert await rows(pool) == before


async def test_parts_held_for_a_visit_to_come_are_free_again(pool: Pool, filled: dict[str, int]) -> None:
    async with pool.connection() as connection:
        words = "select booking_id from booking.bookings where owner_id = %s and starts_at > %s and status = 'booked'"
        found = await (await connection.execute(words, [ERASED, NOW])).fetchall()
        for row in found:
            part = {"workshop_id": "workshop-1", "part": "pump", "quantity": 1, "source": "stock", "state": "reserved"}
            await put(connection, "booking.part_reservations", booking_id=row["booking_id"], ready_at=NOW, **part)
        await erase_account(connection, ERASED, NOW)
        states = await (await connection.execute("select state from booking.part_reservations")).fetchall()
    assert found
    assert {row["state"] for row in states} == {"released"}
