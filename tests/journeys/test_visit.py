"""The whole loop through public interfaces: a car sends, a fault is found, a visit repairs it, and the car says whether
it holds. Cars speak over MQTT with their certificates, people over HTTP with tokens; the API's clock is the test's.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from booking_api.app import create_app
from booking_api.dependencies import wall_clock
from booking_api.development_issuer import ISSUER, KEY_SET, issue_token
from booking_api.settings import BookingApiSettings
from booking_api.worker import working
from head_unit.settings import HeadUnitSettings, TlsSettings
from head_unit.unit import HeadUnit
from servicelane.stack import LocalStack
from telemetry_schema.catalogue import signal
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.vin import with_check_digit
from tests.journeys.conftest import until
from tests.journeys.partial_stack import PartialStack

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]

HOLDS, RETURNS = (with_check_digit(f"1M8GDM9A0KP00010{number}") for number in (1, 2))
TODAY: Final = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
BEGIN: Final = TODAY - timedelta(days=40)
"""Simulated time ends at now, and the repair has to be watched for a week."""

P0128: Final = 0x012800
CONFIRMED: Final = 0xAF
WORKSHOP: Final = {
    "workshop_id": "workshop-1",
    "name": "Workshop",
    "address": "Example Street 1",
    "city": "Exampletown",
    "latitude_deg": 52.5,
    "longitude_deg": 13.4,
    "time_zone": "UTC",
    "notice_minutes": 60,
    "horizon_days": 30,
    "hours": [{"weekdays": [0, 1, 2, 3, 4, 5, 6], "opens": "08:00", "closes": "18:00"}],
    "resources": [
        {"kind": "bay", "name": "bay-1"},
        {"kind": "technician", "name": "technician-1", "skills": ["engine", "cooling"]},
    ],
}


class StackWithoutOffice(PartialStack):
    """The office is the test's own: one whose clock says today ends what is held in simulated time, once a second."""

    LEFT_OUT = frozenset({"booking-api"})


@pytest.fixture
def kind_of_stack() -> type[LocalStack]:
    return StackWithoutOffice


class Car:
    """A head unit on the road: frames and code reports, until Servicelane has acknowledged them."""

    def __init__(self, vin: str, unit: HeadUnit) -> None:
        self.vin, self._unit = vin, unit
        self._odometer_km = 40_000.0

    def drive(self, on: datetime) -> None:
        """Ten minutes at eight in the evening of that day."""
        at_ms = int((on + timedelta(hours=20)).timestamp() * 1000) + np.arange(0, 600_000, 10_000, dtype=np.int64)
        self._odometer_km += 8
        columns = {
            signal("vehicle_speed_kmh").id: SignalColumn(np.full(len(at_ms), 48.0)),
            signal("odometer_km").id: SignalColumn(np.linspace(self._odometer_km - 8, self._odometer_km, len(at_ms))),
        }
        self._unit.record_frames(at_ms, columns)

    def report_codes(self, at: datetime, *codes: int) -> None:
        """The whole list of the engine's control unit."""
        report = wire.DtcReport(ecu="ECM", complete=True)
        for code in codes:
            report.codes.add(code=code, status=CONFIRMED, occurrences=2)
        self._unit.record_event(wire.Event(recorded_at_ms=int(at.timestamp() * 1000), dtc_report=report))

    async def deliver(self) -> None:
        self._unit.flush()
        assert await asyncio.to_thread(self._unit.wait_until_delivered, 60)


@contextmanager
def on_the_road(stack: LocalStack, folder: Path, vin: str) -> Iterator[Car]:
    identity = TlsSettings(folder / vin / "ca.pem", folder / vin / "identity.pem")
    unit = HeadUnit(HeadUnitSettings(vin, folder / f"{vin}.sqlite", port=stack.broker.device_port, tls=identity))
    unit.start()
    try:
        yield Car(vin, unit)
    finally:
        unit.close()


@dataclass
class Office:
    """The API with a clock that the test turns, and people who speak with it."""

    app: FastAPI
    keys_folder: Path
    now: datetime

    def as_(self, role: str, subject: str, organisation_id: str | None = None) -> httpx.AsyncClient:
        token = issue_token(self.keys_folder, subject=subject, role=role, organisation_id=organisation_id)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://api", headers=headers)


@asynccontextmanager
async def open_office(stack: LocalStack) -> AsyncIterator[Office]:
    settings = BookingApiSettings(database_url=stack.database_url, issuer=ISSUER, jwks_file=stack.keys_folder / KEY_SET)
    app = create_app(settings)
    office = Office(app, stack.keys_folder, BEGIN)
    app.dependency_overrides[wall_clock] = lambda: office.now
    async with app.router.lifespan_context(app), working(app.state.pool, app.state.stream, clock=lambda: office.now):
        yield office


async def enrol(stack: LocalStack, folder: Path, vin: str, owner: str) -> None:
    words = ["device", "enrol", vin, "--owner", owner, "--out", str(folder / vin), "--data-dir", str(stack.folder)]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "servicelane", *words)
    assert await process.wait() == 0


async def ask(client: httpx.AsyncClient, method: str, path: str, body: Any = None, **headers: str) -> Any:
    answer = await client.request(method, path, json=body, headers=headers)
    assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()


async def is_due(owner: httpx.AsyncClient, vin: str) -> bool:
    return any(one["item"] == "diagnose_trouble_code" for one in await ask(owner, "GET", f"/v1/vehicles/{vin}/due"))


async def book(office: Office, owner: httpx.AsyncClient, vin: str) -> dict[str, Any]:
    """What is due, at the recommended time, held and confirmed."""
    due = await ask(owner, "GET", f"/v1/vehicles/{vin}/due")
    found = [one["recommendation_id"] for one in due if one["item"] == "diagnose_trouble_code"]
    wanted = {"vin": vin, "recommendation_ids": found}
    until_at = (office.now + timedelta(days=10)).isoformat()
    slots = (await ask(owner, "POST", "/v1/slot-searches", wanted | {"until": until_at}))["slots"]
    assert slots[0]["reasons"]
    assert "recommended" in slots[0]["labels"]
    place = {name: slots[0][name] for name in ("workshop_id", "starts_at")}
    held = await ask(owner, "POST", "/v1/holds", wanted | place)
    booked: dict[str, Any] = await ask(owner, "PUT", f"/v1/bookings/{held['booking_id']}/confirmation")
    assert (held["status"], booked["status"]) == ("held", "booked")
    return booked


async def repair(office: Office, owner: httpx.AsyncClient, booked: dict[str, Any]) -> None:
    """From the gate to the keys: the technician's way, with the owner's word in between."""
    path, vin = f"/v1/bookings/{booked['booking_id']}", booked["vin"]
    technician = office.as_("technician", "technician-1", "workshop-1")
    office.now = datetime.fromisoformat(booked["starts_at"]) + timedelta(minutes=5)
    for step in ("check_in", "inspect"):
        await ask(technician, "POST", f"{path}/steps", {"step": step}, **{"If-Match": "*"})
    (fault,) = (await ask(technician, "GET", f"/v1/vehicles/{vin}/faults"))["work"]
    likeliest = fault["causes"][0]["cause"]
    line = {"title": "Thermostat", "urgency": "amber", "minutes": 60, "cost_eur": 190}
    await ask(technician, "PUT", f"{path}/estimate", {"lines": [line]}, **{"If-Match": "*"})
    assert (await ask(owner, "GET", f"{path}/visit"))["next_steps"] == ["decide"]
    await ask(owner, "PUT", f"{path}/estimate/decision", {"approved": [1]}, **{"If-Match": "*"})
    for step in ("repair", "finish"):
        await ask(technician, "POST", f"{path}/steps", {"step": step}, **{"If-Match": "*"})
    closing = {
        "items": ["diagnose_trouble_code"],
        "causes": [{"fault_id": fault["fault_id"], "cause": likeliest}],
    }
    closed = await ask(technician, "PUT", f"{path}/closing", closing, **{"If-Match": "*"})
    assert closed["status"] == "closed"

    async def is_known() -> bool:
        told = (await ask(technician, "GET", f"/v1/vehicles/{vin}/faults"))["work"]
        return bool(told and told[0]["confirmed_cause"] == likeliest)

    await until(is_known, 60, "isolation has heard the cause")


async def story(owner: httpx.AsyncClient, booked: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = await ask(owner, "GET", f"/v1/bookings/{booked['booking_id']}/visit")
    return told


async def test_a_fault_is_found_repaired_and_proven_or_comes_back(stack: LocalStack, tmp_path: Path) -> None:
    for number, vin in enumerate((HOLDS, RETURNS), 1):
        await enrol(stack, tmp_path, vin, f"owner-{number}")
    async with open_office(stack) as office:
        operator = office.as_("operator", "operator-1")
        await ask(operator, "PUT", "/v1/workshops/workshop-1", WORKSHOP)
        with on_the_road(stack, tmp_path, HOLDS) as holds, on_the_road(stack, tmp_path, RETURNS) as returns:
            visits = {}
            for number, car in enumerate((holds, returns), 1):
                owner = office.as_("owner", f"owner-{number}")
                for day in (-3, -2, -1):
                    car.drive(BEGIN + timedelta(days=day))
                car.report_codes(BEGIN - timedelta(hours=1), P0128)
                await car.deliver()
                await until(lambda owner=owner, car=car: is_due(owner, car.vin), 60, "the work is due")  # type: ignore[misc]
                office.now = BEGIN + timedelta(hours=8)
                visits[car.vin] = await book(office, owner, car.vin)
                await repair(office, owner, visits[car.vin])
            for number, (car, ends_in) in enumerate(((holds, "verified"), (returns, "came_back")), 1):
                owner, booked = office.as_("owner", f"owner-{number}"), visits[car.vin]
                visit_on = datetime.fromisoformat(booked["starts_at"]).replace(hour=0, minute=0)
                car.report_codes(visit_on + timedelta(hours=19))
                for day in range(1, 9 if ends_in == "verified" else 4):  # three days are too few to prove anything
                    car.drive(visit_on + timedelta(days=day))
                if ends_in == "came_back":
                    car.report_codes(visit_on + timedelta(days=3, hours=21), P0128)
                await car.deliver()

                async def has_ended(
                    owner: httpx.AsyncClient = owner, booked: dict[str, Any] = booked, ends_in: str = ends_in
                ) -> bool:
                    return bool((await story(owner, booked))["booking"]["status"] == ends_in)

                await until(has_ended, 60, f"telemetry says that the fault of {car.vin} has {ends_in}")
            await tell_what_was_told(office, visits)


async def tell_what_was_told(office: Office, visits: dict[str, dict[str, Any]]) -> None:
    """The owners read the whole way afterwards, in words and as events."""
    way = ["held", "booked", "checked_in", "inspecting", "estimated", "approved", "repairing", "ready", "closed"]
    for number, (vin, last) in enumerate(((HOLDS, "verified"), (RETURNS, "came_back")), 1):
        owner = office.as_("owner", f"owner-{number}")
        told = await story(owner, visits[vin])
        assert [one["kind"] for one in told["events"]] == [f"visit.{one}" for one in [*way, last]]
        kinds = [one["kind"] for one in await ask(owner, "GET", "/v1/events")]
        assert [one for one in kinds if not one.startswith("finding.")] == [f"visit.{one}" for one in [*way, last]]
        assert "finding.found" in kinds
        (check,) = told["verifications"]
        assert check["state"] == last
        assert ("P0128" in check["text"]) == (last == "came_back")
        assert told["causes"][0]["text"]
