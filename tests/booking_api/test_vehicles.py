"""What the API says of a car's health and of what is due."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from database.connection import Pool
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, put, recommend

LATEST_STATE = """
insert into telemetry.latest_state (vehicle_id, last_recorded_at, last_received_at, clock_quality, signals)
values (%s, %s, %s, 1, '{"vehicle_speed_kmh": [50.0, 1774249080000]}')
"""


@pytest.fixture
async def ill_car(pool: Pool, car: int) -> int:
    """A car with a finding, an active and a healed code, and a state of two minutes ago."""
    async with pool.connection() as connection:
        await put(
            connection,
            "diagnostics.findings",
            finding_id=uuid4(),
            vehicle_id=car,
            kind="battery_weak",
            component="battery_12v",
            severity=3,
            found_at=NOW - timedelta(days=1),
            onset_at=NOW - timedelta(days=2),
            evidence=[
                {
                    "signal": "crank_minimum_voltage_v",
                    "words": {"en": "voltage at start", "zh": "启动电压"},
                    "value": 8.1,
                    "unit": "V",
                    "threshold": 9.6,
                }
            ],
            texts={"en": "The 12 V battery is weak.", "zh": "12V蓄电池电量不足。"},
        )
        for code, status in (("P0302-00", "confirmed"), ("P0420-00", "healed")):
            await put(
                connection,
                "diagnostics.code_episodes",
                vehicle_id=car,
                ecu="engine",
                code=code,
                status=status,
                first_seen_at=NOW - timedelta(days=3),
                last_seen_at=NOW - timedelta(days=1),
                occurrences=4,
                recurred=True,
                transitions=[],
                mil=True,
                severity=2,
                titles={"en": "Cylinder 2 misfires", "zh": "2缸失火"},
                freeze_frame={"engine_speed_rpm": 2100},
            )
        await connection.execute(LATEST_STATE, [car, NOW - timedelta(minutes=3), NOW - timedelta(minutes=2)])  # type: ignore[arg-type]
    return car


@pytest.mark.usefixtures("ill_car")
async def test_health_is_a_sentence_with_its_findings_evidence_codes_and_state(clients: Clients) -> None:
    body = (await clients().get(f"/v1/vehicles/{VIN}/health")).json()
    assert body["sentence"] == "Book a visit soon. Things to look at: 1."
    assert [(one["kind"], one["text"]) for one in body["findings"]] == [("battery_weak", "The 12 V battery is weak.")]
    assert body["findings"][0]["evidence"] == [
        {
            "signal": "crank_minimum_voltage_v",
            "words": "voltage at start",
            "value": 8.1,
            "unit": "V",
            "threshold": 9.6,
        }
    ]
    assert [(one["code"], one["title"]) for one in body["codes"]] == [("P0302-00", "Cylinder 2 misfires")]
    assert body["codes"][0]["freeze_frame"] == {"engine_speed_rpm": 2100}
    assert body["latest_state"]["age_seconds"] == 120
    assert body["latest_state"]["values"]["vehicle_speed_kmh"]["value"] == 50.0


@pytest.mark.usefixtures("ill_car")
async def test_health_is_told_in_chinese_too(clients: Clients) -> None:
    body = (await clients(language="zh-CN").get(f"/v1/vehicles/{VIN}/health")).json()
    assert body["sentence"] == "请尽快预约到店。需要检查的事项：1 项。"
    assert body["findings"][0]["text"] == "12V蓄电池电量不足。"
    assert body["findings"][0]["evidence"][0]["words"] == "启动电压"
    assert body["codes"][0]["title"] == "2缸失火"


async def test_a_car_that_was_never_heard_of_says_so(clients: Clients) -> None:
    body = (await clients("owner-2").get(f"/v1/vehicles/{OTHER_VIN}/health")).json()
    assert body == {
        "vin": OTHER_VIN,
        "sentence": "This car has not sent anything yet.",
        "findings": [],
        "codes": [],
        "latest_state": None,
    }


async def test_a_car_without_findings_needs_nothing(clients: Clients, pool: Pool, car: int) -> None:
    async with pool.connection() as connection:
        await connection.execute(LATEST_STATE, [car, NOW, NOW + timedelta(seconds=5)])  # type: ignore[arg-type]
    body = (await clients().get(f"/v1/vehicles/{VIN}/health")).json()
    assert body["sentence"] == "Nothing needs attention."
    assert body["latest_state"]["age_seconds"] == 0


async def test_what_is_due_comes_most_urgent_first(clients: Clients, pool: Pool, car: int) -> None:
    async with pool.connection() as connection:
        later = await recommend(connection, car, urgency=1, due_at=NOW + timedelta(days=20))
        sooner = await recommend(connection, car, urgency=3, minutes=45)
        await recommend(connection, car + 1, urgency=4)
    due = (await clients(language="zh").get(f"/v1/vehicles/{VIN}/due")).json()
    assert [one["recommendation_id"] for one in due] == [str(sooner), str(later)]
    assert (due[0]["title"], due[0]["reasons"], due[0]["minutes"]) == ("更换12V蓄电池", ["电量衰减"], 45)
    assert (due[0]["due_at"], due[1]["due_at"]) == (None, "2026-04-12T07:00:00Z")


async def test_a_car_is_described(clients: Clients) -> None:
    assert (await clients().get("/v1/vehicles")).json() == [
        {
            "vin": VIN,
            "make": "Servicelane",
            "model": "Compact",
            "model_year": 2022,
            "drivetrain": "petrol",
            "in_service_on": "2022-01-01",
        }
    ]
