"""A real Prometheus scrapes a real stack: every panel shows what happened, and no metric or log names anybody."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from booking_api.development_issuer import issue_token
from database.connection import connect
from servicelane.readiness import READY, readiness_of
from servicelane.stack import LocalStack
from telemetry_schema.batches import encode_batch
from telemetry_schema.content import JSON
from tests.certified_cars import identity_at
from tests.deploy.dashboards import questions
from tests.ingest.conftest import VIN, enrol, make_batch
from tests.ingest.test_mqtt_bridge import Car
from tests.journeys.conftest import until
from tests.prometheus_fixtures import Prometheus, running_prometheus

QUIET_METRICS = {
    "servicelane_diagnostics_findings_total",
    "servicelane_planner_recommendations_total",
    "servicelane_bookings_total",
    "servicelane_stream_failures_total",
    "servicelane_stream_deleted_total",
}
"""Nothing of these happens to a car that only says how fast it is."""


OWNER = "Erika Mustermann"
LATITUDE_DEG = 52.987654
OTHER_VIN = "5YJ3E1EA7KF317000"
PERSONAL = (VIN, OTHER_VIN, OWNER, OWNER.replace(" ", "-"), "Mustermann", str(LATITUDE_DEG))


@asynccontextmanager
async def driving(stack: LocalStack) -> AsyncIterator[Car]:
    """A car that goes on sending: good batches, one of them twice, and one that cannot be read."""
    async with await connect(stack.database_url) as connection:
        await enrol(connection)
    car = Car(stack.broker, identity=await identity_at(stack, VIN))
    car.connect()

    async def drive() -> None:
        for sequence in range(1, 10_000):
            batch = encode_batch(make_batch(sequence, (sequence * 5000, sequence * 5000 + 1000)))
            for payload in (batch, batch, b"\xff"):
                car.send(payload)
            await asyncio.sleep(0.25)

    task = asyncio.create_task(drive())
    await say_odd_things(stack, car)
    yield car
    task.cancel()
    car.close()


async def say_odd_things(stack: LocalStack, car: Car) -> None:
    """What would tempt a careless line of log: names, places and VINs in every field that a stranger may fill."""
    place = {"latitude_deg": [LATITUDE_DEG], "longitude_deg": [13.404954]}
    car.send(encode_batch(make_batch(20_000, (-5000,), place)))
    car.send(encode_batch(make_batch(20_001, (-6000,), place, vin=OTHER_VIN)))
    car.send(f'{{"vin": "{VIN}", "owner": "{OWNER}", "latitude": {LATITUDE_DEG}'.encode(), JSON)
    car.send(b"\xff", f"application/{VIN}-{OWNER}")
    car.send(f"{OWNER} {VIN}".encode(), topic=f"servicelane/v1/{VIN}/up/{OWNER.replace(' ', '-')}")
    headers = {"Authorization": f"Bearer {issue_token(stack.keys_folder, subject=OWNER, role='owner')}"}
    async with httpx.AsyncClient(base_url=stack.api_url, headers=headers) as client:
        for path in (f"/v1/vehicles/{VIN}/health", f"/v1/{OWNER}", f"/v1/operations/vehicles/{VIN}/continuity"):
            assert (await client.get(path)).status_code in (403, 404)
        position = {"latitude": LATITUDE_DEG, "longitude": 1e9}
        await client.post("/v1/slot-searches", json={"vin": VIN, "position": position, "email": OWNER})
        await client.post("/v1/bookings", content=f'{{"vin": "{VIN}", "name": "{OWNER}"'.encode())


async def unanswered(prometheus: Prometheus) -> list[str]:
    """Panels whose expression has no series, or only such that are no number."""
    missing = []
    for question in questions("prometheus"):
        series = await prometheus.query(question.text)
        is_quiet = any(name in question.text for name in QUIET_METRICS)
        if not is_quiet and not any(not math.isnan(float(one["value"][1])) for one in series):
            missing.append(f"{question.panel}: {question.text}")
    return missing


async def all_ready(ports: Mapping[str, int]) -> None:
    async def ready() -> bool:
        return set((await readiness_of(ports)).values()) == {READY}

    await until(ready, 60, "every part says that it is ready")


async def total(prometheus: Prometheus, disposition: str) -> float:
    expression = f'sum(servicelane_bridge_messages_total{{disposition="{disposition}"}})'
    (series,) = await prometheus.query(expression)
    return float(series["value"][1])


@pytest.mark.timeout(240)
async def test_every_panel_shows_what_happens_and_nothing_names_anybody(stack: LocalStack, tmp_path: Path) -> None:
    ports = stack.state().health_ports
    await all_ready(ports)
    with running_prometheus(tmp_path / "prometheus", ports) as prometheus:
        async with driving(stack):
            missing: list[str] = []

            async def all_answered() -> bool:
                nonlocal missing
                missing = await unanswered(prometheus)
                return not missing

            try:
                await until(all_answered, 90, "every panel has data")
            except pytest.fail.Exception:
                pytest.fail(f"no data: {missing}")
        (up,) = await prometheus.query('sum(up{job="servicelane"})')
        assert int(up["value"][1]) == len(ports) >= 6
        assert await total(prometheus, "stored") > await total(prometheus, "quarantined") > 0
        series = await prometheus.query('{__name__=~"servicelane_.*"}')
        assert len(series) < 1000
        assert VIN not in json.dumps(series)
    said = "".join(stack.supervisor.log_path(name).read_text() for name in ports)
    assert said.count("\n") >= len(ports)
    assert [word for word in PERSONAL if word.lower() in said.lower()] == []
