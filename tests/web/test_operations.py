"""Fleet and pipeline at a glance: every figure comes from what is stored, and says nothing where there is nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import pytest

from booking_api.models import Caller
from database.connection import Connection
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, enrol, put
from tests.web.conftest import Site, fill
from tests.web.worlds import World

OPERATOR: Final = Caller("operator-1", "operator")


def figures(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page))


async def trouble(connection: Connection) -> None:
    """A car that misses messages and lets its certificate end, and one that was never heard."""
    vehicle_id = await enrol(connection, OTHER_VIN, "owner-2")
    certificate = {"vehicle_id": vehicle_id, "public_key_sha256": b"x", "chain_pem": "x", "issued_at": NOW}
    life = {"not_before": NOW - timedelta(days=80), "not_after": NOW + timedelta(days=10)}
    await put(connection, "vehicles.certificates", serial="a1", **certificate | life)
    boot = {"vehicle_id": vehicle_id, "boot_id": "00000000-0000-4000-8000-000000000001", "boot_number": 7}
    boot |= {"stored": "{[1,5),[9,20)}", "last_received_at": NOW - timedelta(hours=1)}
    await put(connection, "telemetry.continuity", **boot)


@pytest.fixture
def page(site: Site, database_url: str) -> str:
    fill(database_url, World().write)
    fill(database_url, trouble)
    return site.client(OPERATOR).get("/operations").text


def test_the_fleet_is_seen_at_a_glance(page: str) -> None:
    told = figures(page)
    assert {name: told[name] for name in ("Connected", "Heard within a day", "Enrolled", "Never heard")} == {
        "Connected": "1",
        "Heard within a day": "1",
        "Enrolled": "2",
        "Never heard": "1",
    }
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in re.findall(r"<tbody><tr>(.*?)</tr>", page, re.DOTALL)]
    gap, finding, device = (" ".join(row.split()) for row in rows[:3])
    assert gap.startswith(f"{OTHER_VIN} 7 4 ")
    assert finding.startswith("Servicelane Compact The 12 V battery")
    assert "1 Visit soon" in finding
    assert device.startswith(OTHER_VIN)
    assert "in 1 week" in device


def test_who_looked_at_a_car_s_gaps_is_written_down(page: str, database_url: str) -> None:
    found: list[tuple[str, str]] = []

    async def read(connection: Connection) -> None:
        words = b"select vin, action from booking.access_log join vehicles.vehicles using (vehicle_id)"
        rows = await (await connection.execute(words)).fetchall()
        found.extend((row["vin"], row["action"]) for row in rows)

    assert page
    fill(database_url, read)
    assert (OTHER_VIN, "read_continuity") in found
    assert (VIN, "read_continuity") not in found


def test_an_empty_fleet_says_how_it_fills(shared_site: Site) -> None:
    page = shared_site.client(OPERATOR).get("/operations").text
    for words in ("No message is missing", "Nothing is found on any car", "Every certificate has time left"):
        assert words in page
