"""Records of work through the API: who may, what they close, and what is refused with which words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from database.connection import Pool
from servicelane.history_command import take_file
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, put

RECORDS = f"/v1/vehicles/{VIN}/service-records"
IMPORTS = f"/v1/vehicles/{VIN}/history-imports"


@pytest.fixture
async def driven(pool: Pool, car: int) -> int:
    """A car that has told its odometer for 30 days: 74,500 km, with the next oil at 75,000."""
    async with pool.connection() as connection:
        for day in range(30):
            at = NOW - timedelta(days=29 - day)
            await put(
                connection,
                "telemetry.samples",
                vehicle_id=car,
                recorded_at=at,
                received_at=at,
                boot_id="00000000-0000-4000-8000-000000000001",
                boot_number=1,
                sequence=day + 1,
                frame=0,
                clock_quality=1,
                late=False,
                odometer_km=73_050 + 50 * day,
            )
    return car


async def due_items(clients: Clients) -> dict[str, Any]:
    async with clients() as owner:
        return {row["item"]: row for row in (await owner.get(f"/v1/vehicles/{VIN}/due")).json()}


@pytest.fixture
async def visit(pool: Pool, driven: int, workshop: str) -> None:
    """The car is at the workshop today."""
    async with pool.connection() as connection:
        await put(
            connection,
            "booking.bookings",
            booking_id="00000000-0000-4000-8000-000000000002",
            vehicle_id=driven,
            owner_id="owner-1",
            workshop_id=workshop,
            starts_at=NOW,
            ends_at=NOW + timedelta(hours=1),
            time_zone="Europe/Berlin",
            status="booked",
            work=[],
        )


async def test_a_record_closes_its_item_and_starts_the_next_interval(clients: Clients, visit: None) -> None:
    async with clients() as owner:
        brakes = {"items": ["brake_fluid"], "performed_on": "2026-03-20"}
        assert (await owner.post(RECORDS, json=brakes)).status_code == 201
    assert "engine_oil" in await due_items(clients)
    async with clients("technician-1", role="technician", organisation_id="workshop-1") as technician:
        work = {"items": ["engine_oil"], "performed_on": "2026-03-23", "odometer": 46_292, "unit": "mi"}
        answer = await technician.post(RECORDS, json=work | {"note": "5W-30"})
        statuses = {row["item"]: row for row in answer.json()}
        again = await technician.post(RECORDS, json=work | {"note": "5W-30"})
        known = (await technician.get(RECORDS)).json()
    assert "engine_oil" not in await due_items(clients)
    assert (statuses["engine_oil"]["state"], statuses["engine_oil"]["last_on"]) == ("planned", "2026-03-23")
    assert statuses["engine_oil"]["due_odometer_km"] == pytest.approx(74_500 + 15_000, abs=5)
    assert again.json() == answer.json()
    assert [(row["item"], row["source"], row["note"]) for row in known] == [
        ("engine_oil", "workshop", "5W-30"),
        ("brake_fluid", "owner", None),
    ]


async def test_what_cannot_be_recorded_is_refused_with_words(clients: Clients, driven: int) -> None:
    async with clients() as owner:
        unknown = await owner.post(RECORDS, json={"items": ["engine_oil", "spoiler"], "performed_on": "2026-03-01"})
        future = await owner.post(RECORDS, json={"items": ["engine_oil"], "performed_on": "2026-03-24"})
        other = await owner.post(
            f"/v1/vehicles/{OTHER_VIN}/service-records", json={"items": ["engine_oil"], "performed_on": "2026-03-01"}
        )
        kept = (await owner.get(RECORDS)).json()
    assert (unknown.status_code, unknown.json()["type"]) == (422, "unknown-item")
    assert "'spoiler' is no item" in unknown.json()["detail"]
    assert (future.status_code, future.json()["errors"][0]["location"]) == (422, ["body", "performed_on"])
    assert other.status_code == 404
    assert kept == []


CSV = "item,performed_on,odometer\nengine_oil,2026-03-20,74400\nengine_oil,2026-02-31,1\ncoolant,2025-03-20,50000\n"


async def test_a_file_is_taken_line_by_line(clients: Clients, driven: int) -> None:
    async with clients(language="zh") as owner:
        answer = await owner.post(IMPORTS, content=CSV, headers={"Content-Type": "text/csv"})
        again = await owner.post(IMPORTS, content=CSV, headers={"Content-Type": "text/csv"})
        broken = await owner.post(IMPORTS, content=b"\xff\xfe", headers={"Content-Type": "text/csv"})
    assert answer.json() == {
        "lines": 2,
        "changed": 2,
        "errors": [{"line": 3, "column": "performed_on", "message": "日期 '2026-02-31' 不存在"}],
    }
    assert again.json()["changed"] == 0
    assert "engine_oil" not in await due_items(clients)
    assert (broken.status_code, broken.json()["type"]) == (422, "unreadable-history")


async def test_the_command_takes_the_same_file(database_url: str, clients: Clients, driven: int) -> None:
    done = await take_file(database_url, VIN, CSV.encode(), "km", None)
    assert (done.lines, done.changed, [one.line for one in done.errors]) == (2, 2, [3])
    with pytest.raises(LookupError, match="is enrolled"):
        await take_file(database_url, "1M8GDM9A0KP000009", CSV.encode(), "km", None)


async def test_the_plan_and_what_changed_are_told_in_the_callers_language(clients: Clients, driven: int) -> None:
    oil = {"items": ["engine_oil"], "performed_on": "2025-03-20", "odometer": 60_000}
    async with clients() as owner:
        assert (await owner.post(RECORDS, json=oil)).status_code == 201
        plan = (await owner.get(f"/v1/vehicles/{VIN}/plan")).json()
        await owner.post(RECORDS, json=oil | {"performed_on": "2026-03-23", "odometer": 74_500})
    async with clients(language="zh") as owner:
        changes = (await owner.get(f"/v1/vehicles/{VIN}/due/changes")).json()
    assert (plan["plan"], plan["version"], plan["km_per_day"]["likely"]) == ("petrol", "2026.1", 50)
    assert plan["usage"]["trips"] == 0
    assert "engine_oil" in [item["item"] for item in plan["visits"][0]["items"]]
    assert {item["item"] for item in plan["items"]} >= {"engine_oil", "brake_fluid"}
    told = [(one["kind"], one["text"]) for one in changes if one["item"] == "engine_oil"]
    assert told[0] == ("closed", "已关闭：工作已记录。")
    assert told[1][0] == "opened"


async def test_what_is_due_says_what_it_takes(clients: Clients, driven: int) -> None:
    async with clients() as owner:
        await owner.post(RECORDS, json={"items": ["engine_oil"], "performed_on": "2025-03-20", "odometer": 60_000})
    oil = (await due_items(clients))["engine_oil"]
    assert oil["minutes_range"] == [32, 60]
    assert oil["parts"][0] == {
        "part": "engine_oil",
        "title": "Engine oil",
        "quantity": 5,
        "unit": "l",
        "cost_eur_each": [6, 15],
    }
    assert oil["if_ignored"].startswith("The oil loses its lubrication")
    assert 0 < oil["cost_eur_range"][0] < oil["cost_eur_range"][1]
