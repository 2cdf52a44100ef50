"""A real Prometheus scrapes a real stack; every expression of the dashboard is evaluated and shows what happened."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from database.connection import connect
from servicelane.readiness import READY, readiness_of
from servicelane.stack import LocalStack
from telemetry_schema.batches import encode_batch
from tests.deploy.dashboards import questions
from tests.ingest.conftest import VIN, enrol, make_batch
from tests.ingest.test_mqtt_bridge import Car
from tests.journeys.conftest import until
from tests.observability.test_metrics import certificate
from tests.prometheus_fixtures import Prometheus, running_prometheus

QUIET_METRICS = {
    "servicelane_diagnostics_findings_total",
    "servicelane_planner_recommendations_total",
    "servicelane_bookings_total",
    "servicelane_stream_failures_total",
    "servicelane_stream_deleted_total",
}
"""Nothing of these happens to a car that only says how fast it is."""


@pytest.fixture(autouse=True)
def _a_certificate_to_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "server.crt"
    path.write_bytes(certificate(datetime(2099, 1, 1, tzinfo=UTC))[0].public_bytes(Encoding.PEM))
    monkeypatch.setenv("INGEST_WATCHED_FILES", json.dumps([str(path)]))


@asynccontextmanager
async def driving(stack: LocalStack) -> AsyncIterator[Car]:
    """A car that goes on sending: good batches, one of them twice, and one that cannot be read."""
    async with await connect(stack.database_url) as connection:
        await enrol(connection)
    car = Car(stack.broker, stack.broker.add_car(VIN))
    car.connect()

    async def drive() -> None:
        for sequence in range(1, 10_000):
            batch = encode_batch(make_batch(sequence, (sequence * 5000, sequence * 5000 + 1000)))
            for payload in (batch, batch, b"\xff"):
                car.send(payload)
            await asyncio.sleep(0.25)

    task = asyncio.create_task(drive())
    yield car
    task.cancel()
    car.close()


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
async def test_every_panel_of_metrics_shows_what_happens(stack: LocalStack, tmp_path: Path) -> None:
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
