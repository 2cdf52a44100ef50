"""A running API on a database of its own, with workshops, cars and owners."""

from __future__ import annotations

import asyncio
import functools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from booking_api import app as api
from booking_api import workshop_store
from booking_api.dependencies import wall_clock
from booking_api.development_issuer import ISSUER, KEY_SET, ensure_development_keys, issue_token
from booking_api.settings import BookingApiSettings
from database.connection import Connection, Pool
from telemetry_schema.vin import with_check_digit
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

NOW: Final = datetime(2026, 3, 23, 7, 0, tzinfo=UTC)
"""A Monday, 08:00 in Berlin, a week before the clock changes there."""

VIN: Final = with_check_digit("1M8GDM9A0KP000001")
OTHER_VIN: Final = with_check_digit("1M8GDM9A0KP000002")


async def put(connection: Connection, table: str, **row: Any) -> None:
    """One row of a table that another package publishes a view of."""
    columns = ", ".join(row)
    values = ", ".join(f"%({column})s" for column in row)
    given = {column: json.dumps(value) if isinstance(value, dict | list) else value for column, value in row.items()}
    await connection.execute(f"insert into {table} ({columns}) values ({values})", given)  # type: ignore[arg-type]


async def recommend(
    connection: Connection,
    vehicle_id: int,
    *,
    skill: str | None = "electrical",
    minutes: int = 60,
    urgency: int = 2,
    due_at: datetime | None = None,
    latest_safe_at: datetime | None = None,
) -> UUID:
    """A recommendation of one operation."""
    recommendation_id = uuid4()
    await put(
        connection,
        "planner.recommendations",
        recommendation_id=recommendation_id,
        vehicle_id=vehicle_id,
        item="battery_12v",
        urgency=urgency,
        due_at=due_at,
        latest_safe_at=latest_safe_at,
        titles={"en": "Replace the 12 V battery", "zh": "更换12V蓄电池"},
        reasons={"en": ["it weakens"], "zh": ["电量衰减"]},
        finding_ids="{}",
        operations=[{"code": f"work-{recommendation_id}", "minutes": minutes, "skill": skill}],
    )
    return recommendation_id


async def open_workshop(
    connection: Connection,
    workshop_id: str = "workshop-1",
    *,
    bays: int = 1,
    technicians: tuple[tuple[str, ...], ...] = (("electrical",),),
    time_zone: str = "Europe/Berlin",
    opens: str = "08:00",
    closes: str = "18:00",
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4),
    horizon_days: int = 30,
    place: tuple[float, float] = (52.52, 13.40),
) -> None:
    workshop = {"workshop_id": workshop_id, "name": f"Name of {workshop_id}", "address": "Example Street 1"}
    workshop |= {"city": "Exampletown", "latitude_deg": place[0], "longitude_deg": place[1], "time_zone": time_zone}
    await workshop_store.upsert_workshop(
        connection, {**workshop, "notice_minutes": 60, "horizon_days": horizon_days, "brands": []}
    )
    hours = [{"workshop_id": workshop_id, "weekday": day, "opens": opens, "closes": closes} for day in weekdays]
    await workshop_store.upsert_opening_hours(connection, hours)
    kinds = [("bay", f"bay-{number}", ()) for number in range(bays)]
    kinds += [("technician", f"technician-{number}", skills) for number, skills in enumerate(technicians)]
    rows = [
        {"workshop_id": workshop_id, "kind": kind, "name": name, "skills": list(skills)} for kind, name, skills in kinds
    ]
    await workshop_store.upsert_resources(connection, rows)


async def enrol(connection: Connection, vin: str, owner_id: str) -> int:
    request = EnrolmentRequest(vin, "petrol-compact", "Servicelane", "Compact", 2022, "petrol", date(2022, 1, 1))
    vehicle_id = (await vehicles.enrol(connection, request)).vehicle_id
    await vehicles.register_owner(connection, owner_id, display_name=owner_id)
    await vehicles.assign_owner(connection, vehicle_id, owner_id, since=date(2022, 1, 1))
    return vehicle_id


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    ensure_development_keys(folder)
    return folder


@pytest.fixture
async def car(pool: Pool) -> int:
    """The number of the car VIN of owner-1, beside which owner-2 has OTHER_VIN."""
    async with pool.connection() as connection:
        vehicle_id = await enrol(connection, VIN, "owner-1")
        await enrol(connection, OTHER_VIN, "owner-2")
    return vehicle_id


@pytest.fixture
async def workshop(pool: Pool) -> str:
    """One bay, one technician for electrics, Monday to Friday 08:00 to 18:00 in Berlin."""
    async with pool.connection() as connection:
        await open_workshop(connection)
    return "workshop-1"


@pytest.fixture
async def app(database_url: str, keys_folder: Path, car: int) -> AsyncIterator[FastAPI]:
    """The API at NOW."""
    async with running_app(database_url, keys_folder) as application:
        application.dependency_overrides[wall_clock] = lambda: NOW
        yield application


all_paths = functools.cache(api.all_paths)
"""Once for all tests of a process: working the paths out costs more than most tests."""


@asynccontextmanager
async def running_app(database_url: str, keys_folder: Path) -> AsyncIterator[FastAPI]:
    settings = BookingApiSettings(database_url=database_url, issuer=ISSUER, jwks_file=keys_folder / KEY_SET)
    application = all_paths()
    try:
        async with api.serving(settings)(application):
            yield application
    finally:
        application.dependency_overrides.clear()


class Clients:
    """`clients("owner-1")`: requests with that subject's token."""

    def __init__(self, app: FastAPI, keys_folder: Path) -> None:
        self._transport = httpx.ASGITransport(app)
        self._keys_folder = keys_folder

    def __call__(
        self,
        subject: str | None = "owner-1",
        role: str = "owner",
        language: str = "en",
        organisation_id: str | None = None,
    ) -> httpx.AsyncClient:
        headers = {"Accept-Language": language}
        if subject is not None:
            token = issue_token(self._keys_folder, subject=subject, role=role, organisation_id=organisation_id)
            headers["Authorization"] = f"Bearer {token}"
        return httpx.AsyncClient(transport=self._transport, base_url="http://api", headers=headers)


@pytest.fixture
def clients(app: FastAPI, keys_folder: Path) -> Clients:
    return Clients(app, keys_folder)


@pytest.fixture
def client(clients: Clients) -> httpx.AsyncClient:
    """owner-1."""
    return clients()


def start(days: int = 1, hour: int = 9, minute: int = 0) -> str:
    """So many days after NOW's day, on the wall clock of Berlin before its clocks change."""
    local = NOW.date() + timedelta(days=days)
    return f"{local.isoformat()}T{hour:02d}:{minute:02d}:00+01:00"


def booking_of(starts_at: str, vin: str = VIN, workshop_id: str = "workshop-1") -> dict[str, Any]:
    return {"vin": vin, "workshop_id": workshop_id, "starts_at": starts_at}


async def events_of(client: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """Everything that is told, once it is so many: an event waits while any older transaction of the server runs."""
    deadline = time.monotonic() + 60
    while len(told := (await client.get("/v1/events")).json()) < count:
        assert time.monotonic() < deadline, told
        await asyncio.sleep(0.05)
    return list(told)
