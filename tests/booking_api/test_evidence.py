"""The picture of a finding over HTTP: for those who may read the car's health, and no more than they may see."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest

from database.connection import Pool
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, put

FINDING = UUID("00000000-0000-4000-8000-00000000f001")
PATH = f"/v1/vehicles/{VIN}/findings/{FINDING}/evidence.svg"
EVIDENCE = {
    "recorded_at": (NOW - timedelta(days=1)).isoformat(),
    "signal": "charging_voltage_v",
    "words": {"en": "charging voltage", "zh": "充电电压"},
    "value": 13.0,
    "unit": "V",
    "threshold": 13.3,
    "healthy_low": 13.3,
    "healthy_high": 14.3,
}


@pytest.fixture
async def ill_car(pool: Pool, car: int) -> int:
    """A charging fault with the trips that were judged, the voltage of yesterday, and a code."""
    async with pool.connection() as connection:
        await put(
            connection,
            "diagnostics.findings",
            **{"finding_id": FINDING, "vehicle_id": car, "kind": "charging_fault", "component": "charging system"},
            **{"severity": 3, "found_at": NOW - timedelta(days=1), "onset_at": NOW - timedelta(days=3)},
            evidence=[EVIDENCE],
            texts={"en": "Charging fails.", "zh": "充电系统故障。"},
        )
        for day in range(1, 9):
            began_at = NOW - timedelta(days=day, hours=1)
            features = {"charging_v": 13.0 if day < 4 else 13.8}
            trip = {"vehicle_id": car, "started_at": began_at, "ended_at": began_at + timedelta(minutes=30)}
            await put(connection, "diagnostics.trips", **trip, features=features)
        at = NOW - timedelta(days=1, hours=1)
        await put(
            connection,
            "telemetry.samples",
            **{"vehicle_id": car, "recorded_at": at, "received_at": at, "stored_at": at, "boot_id": uuid4()},
            **{
                "boot_number": 1,
                "sequence": 1,
                "frame": 0,
                "clock_quality": 1,
                "late": False,
                "system_voltage_v": 12.7,
            },
        )
        refresh = "select telemetry.refresh_aggregates('minute', %s::bigint[], %s::timestamptz[], %s::timestamptz[])"
        await connection.execute(refresh, [[car], [at.replace(minute=0)], [at + timedelta(hours=1)]])  # type: ignore[arg-type]
    return car


def _texts(body: bytes) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(body).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.usefixtures("ill_car")
async def test_the_picture_shows_what_was_judged_and_the_signal_beside_it(clients: Clients) -> None:
    answer = await clients().get(PATH, params={"time_zone": "Europe/Berlin"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    texts = _texts(answer.content)
    assert {"Charging fails.", "Charging voltage (V)", "12 V system (V)", "Europe/Berlin, UTC+01:00"} <= {*texts}
    judged = [one for one in ElementTree.fromstring(answer.content).iter() if one.tag.endswith("circle")]
    assert len(judged) >= 8 + 1


@pytest.mark.usefixtures("ill_car")
async def test_a_client_that_has_the_picture_is_not_sent_it_again(clients: Clients) -> None:
    first = await clients().get(PATH)
    again = await clients().get(PATH, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await clients(language="zh-CN").get(PATH, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert "充电系统故障。" in _texts(other.content)


@pytest.mark.usefixtures("ill_car")
async def test_nobody_else_sees_it(clients: Clients) -> None:
    assert (await clients("owner-2").get(PATH)).status_code == 404
    assert (await clients("owner-2").get(PATH.replace(VIN, OTHER_VIN))).status_code == 404
    assert (await clients().get(PATH.replace(str(FINDING), str(uuid4())))).status_code == 404


async def test_a_consent_to_health_alone_shows_no_signals(pool: Pool, ill_car: int, clients: Clients) -> None:
    async with pool.connection() as connection:
        span = {
            "given_at": NOW - timedelta(days=9),
            "starts_at": NOW - timedelta(days=9),
            "ends_at": NOW + timedelta(days=9),
        }
        whom = {"grantee_kind": "driver", "grantee": "driver-1", "scopes": "{health}"}
        consent = {"vehicle_id": ill_car, "owner_id": "owner-1", "given_by": "owner-1", **whom, **span}
        await put(connection, "booking.consents", consent_id=uuid4(), **consent)
    texts = _texts((await clients("driver-1", "driver").get(PATH)).content)
    assert "Charging voltage (V)" in texts
    assert "12 V system (V)" not in texts


@pytest.mark.usefixtures("ill_car")
@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc", "Europe", "a\0b"])
async def test_a_zone_that_is_none_is_told(clients: Clients, zone: str) -> None:
    answer = await clients().get(PATH, params={"time_zone": zone})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("unknown-time-zone")
