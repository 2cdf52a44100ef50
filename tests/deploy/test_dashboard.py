"""The dashboard's SQL runs under a role of its own, on the oldest and the newest server, and shows what is there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
import yaml

from database.connection import Connection, Pool, open_pool
from ingest import store
from ingest.dead_letter_limit import Overrun
from ingest.redrive_writer import TOPICS, RedriveWriter
from ingest.telemetry_writer import GROUP, TelemetryWriter
from observability.document import exposed_name
from observability.metrics import ALL
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.frames import DropReport
from telemetry_schema.redrives import RedriveRequest, encode_redrive
from telemetry_schema.topics import StreamTopic
from tests.booking_api.conftest import open_workshop, put, recommend
from tests.deploy.dashboards import FOLDER, dashboard, questions
from tests.ingest.conftest import T0, T0_MS, VIN, enrol, make_batch, record_of

ROLE = "servicelane_dashboard"
FORBIDDEN = ["published.vehicle_owners", "published.samples", "published.quarantine_payloads", "telemetry.positions"]
BUILT_IN = {"__timeFilter", "__rate_interval"}


@pytest.fixture
def reader(any_database_url: str) -> Iterator[psycopg.Connection]:
    """Connected as Grafana is, to a database with something in every panel."""
    asyncio.run(fill(any_database_url))
    with psycopg.connect(any_database_url, autocommit=True) as owner:
        owner.execute((FOLDER / "reader.sql").read_text().encode())
        with psycopg.connect(any_database_url, user=ROLE, autocommit=True) as connection:
            yield connection
        owner.execute(f"drop owned by {ROLE}".encode())


async def fill(url: str) -> None:
    """A car with a gap, a wrong clock, drops, a quarantine, a finding, due work and a booking."""
    async with open_pool(url) as pool:
        async with pool.connection() as connection:
            vehicle_id = await enrol(connection)
            await store.insert_intake_stop(connection, "bridge", Overrun(30, 40))
            await recommend(connection, vehicle_id)
            await _add_finding_and_booking(connection, vehicle_id)
        dropped = (DropReport("buffer_full", "routine", 9, T0_MS, T0_MS + 1000),)
        late = datetime.now(UTC) - timedelta(hours=1)
        await _write(
            pool,
            record_of(make_batch(1), late),
            record_of(replace(make_batch(4, (9000, 9500)), drops=dropped), late),
            OutgoingRecord(StreamTopic.BATCHES, VIN, b"\xff", record_of(make_batch(2)).headers),
        )
        request = encode_redrive(RedriveRequest(tuple(range(1, 9)), "operator-1"))
        await _write(pool, OutgoingRecord(StreamTopic.REDRIVE, VIN, request))


async def _write(pool: Pool, *records: OutgoingRecord) -> None:
    stream = PostgresStream(pool)
    await stream.produce(list(records))
    consumer = stream.consumer(TOPICS, GROUP)
    while await consumer.step(RedriveWriter(TelemetryWriter(stream)).handle):
        pass


async def _add_finding_and_booking(connection: Connection, vehicle_id: int) -> None:
    finding = {"finding_id": uuid4(), "vehicle_id": vehicle_id, "kind": "battery_ageing", "component": "battery_12v"}
    finding |= {"severity": 2, "found_at": T0, "onset_at": T0, "evidence": [], "texts": {}}
    await put(connection, "diagnostics.findings", **finding)
    await open_workshop(connection)
    booking = {"booking_id": uuid4(), "vehicle_id": vehicle_id, "workshop_id": "workshop-1", "status": "booked"}
    booking |= {"starts_at": T0, "ends_at": T0 + timedelta(hours=1), "time_zone": "Europe/Berlin", "work": []}
    await put(connection, "booking.bookings", **booking)


def test_every_question_is_answered_under_a_role_that_may_read_no_more(reader: psycopg.Connection) -> None:
    asked = questions("postgres")
    assert len(asked) > 10
    for question in asked:
        assert reader.execute(question.text.encode()).fetchall(), question.panel
    for view in FORBIDDEN:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(f"select * from {view} limit 1".encode())
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        reader.execute("create table public.anything (number int)")


def test_the_figures_are_those_of_the_car(reader: psycopg.Connection) -> None:
    by_panel = {question.panel: question.text for question in questions("postgres")}

    def first(panel: str) -> tuple[object, ...] | None:
        return reader.execute(by_panel[panel].encode()).fetchone()

    gap = first("Gaps")
    assert gap is not None
    assert gap[:5] == (VIN, 1, 2, "{[2,4)}", 4)
    assert first("Cars with gaps") == (1,)
    waiting = first("Waiting in the quarantine")
    assert waiting is not None
    assert waiting[:4] == ("undecodable", 1, 1, 1)


def test_the_panels_speak_of_metrics_that_there_are() -> None:
    known = {exposed_name(metric) for metric in ALL}
    text = " ".join(question.text for question in questions("prometheus"))
    named = set(re.findall(r"servicelane_\w+", text))
    assert {name.removesuffix("_bucket") for name in named} <= known


def test_the_file_fits_its_provisioning() -> None:
    file = dashboard()
    sources = yaml.safe_load((FOLDER / "provisioning" / "datasources" / "servicelane.yaml").read_text())["datasources"]
    used = {target["datasource"]["uid"] for panel in file["panels"] for target in panel.get("targets", [])}
    assert used == {source["uid"] for source in sources}
    assert {source["user"] for source in sources if source["type"] == "postgres"} == {ROLE}
    numbers = [panel["id"] for panel in file["panels"]]
    assert len(set(numbers)) == len(numbers)
    assert all(panel["description"] for panel in file["panels"] if panel["type"] != "row")
    variables = set(re.findall(r"\$(\w+)", str([panel.get("targets") for panel in file["panels"]])))
    assert variables <= BUILT_IN


def test_no_two_panels_lie_on_each_other() -> None:
    places = [panel["gridPos"] for panel in dashboard()["panels"]]
    for number, one in enumerate(places):
        assert one["x"] + one["w"] <= 24
        for other in places[number + 1 :]:
            apart_in_x = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
            apart_in_y = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
            assert apart_in_x or apart_in_y, (one, other)
