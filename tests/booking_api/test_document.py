"""The API as a process: what its OpenAPI document promises is kept, and its page needs no internet."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from booking_api.development_issuer import ISSUER, KEY_SET, issue_token
from booking_api.service import register_demo_workshops
from database.connection import open_pool
from servicelane.ports import free_port
from tests.booking_api.conftest import VIN, enrol

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]
OPERATIONS = [
    ("GET", "/v1/vehicles"),
    ("GET", "/v1/vehicles/{vin}/health"),
    ("GET", "/v1/vehicles/{vin}/findings/{finding_id}/evidence.svg"),
    ("GET", "/v1/vehicles/{vin}/due"),
    ("GET", "/v1/vehicles/{vin}/faults"),
    ("POST", "/v1/vehicles/{vin}/faults/{fault_id}/test-results"),
    ("PUT", "/v1/vehicles/{vin}/faults/{fault_id}/confirmed-cause"),
    ("GET", "/v1/vehicles/{vin}/consents"),
    ("POST", "/v1/vehicles/{vin}/consents"),
    ("DELETE", "/v1/vehicles/{vin}/consents/{consent_id}"),
    ("GET", "/v1/vehicles/{vin}/access-log"),
    ("GET", "/v1/access-log"),
    ("GET", "/v1/vehicles/{vin}/plan"),
    ("GET", "/v1/vehicles/{vin}/due/changes"),
    ("GET", "/v1/account"),
    ("POST", "/v1/account/erasure"),
    ("GET", "/v1/reminders"),
    ("PUT", "/v1/reminders/{reminder_id}/read"),
    ("GET", "/v1/reminder-preferences"),
    ("PUT", "/v1/reminder-preferences"),
    ("POST", "/v1/due-calendar-addresses"),
    ("DELETE", "/v1/due-calendar-addresses"),
    ("GET", "/due-calendars/{secret}.ics"),
    ("POST", "/v1/ownership-claims"),
    ("PUT", "/v1/ownership-claims/{claim_id}/proof"),
    ("DELETE", "/v1/vehicles/{vin}/ownership"),
    ("GET", "/v1/vehicles/{vin}/service-records"),
    ("POST", "/v1/vehicles/{vin}/service-records"),
    ("POST", "/v1/vehicles/{vin}/history-imports"),
    ("GET", "/v1/vehicles/{vin}/export"),
    ("GET", "/v1/fleet/export"),
    ("GET", "/v1/workshops"),
    ("GET", "/v1/workshops/{workshop_id}"),
    ("PUT", "/v1/workshops/{workshop_id}"),
    ("POST", "/v1/slot-searches"),
    ("POST", "/v1/bookings"),
    ("GET", "/v1/bookings"),
    ("GET", "/v1/bookings/{booking_id}"),
    ("PUT", "/v1/bookings/{booking_id}/start"),
    ("DELETE", "/v1/bookings/{booking_id}"),
    ("POST", "/v1/holds"),
    ("PUT", "/v1/bookings/{booking_id}/confirmation"),
    ("POST", "/v1/bookings/{booking_id}/steps"),
    ("GET", "/v1/bookings/{booking_id}/visit"),
    ("PUT", "/v1/bookings/{booking_id}/estimate"),
    ("PUT", "/v1/bookings/{booking_id}/estimate/decision"),
    ("PUT", "/v1/bookings/{booking_id}/end"),
    ("PUT", "/v1/bookings/{booking_id}/closing"),
    ("GET", "/v1/bookings/{booking_id}/calendar.ics"),
    ("POST", "/v1/bookings/{booking_id}/calendar-addresses"),
    ("DELETE", "/v1/bookings/{booking_id}/calendar-addresses"),
    ("POST", "/v1/workshops/{workshop_id}/bays/{resource_id}/calendar-addresses"),
    ("DELETE", "/v1/workshops/{workshop_id}/bays/{resource_id}/calendar-addresses"),
    ("GET", "/calendars/{secret}.ics"),
    ("GET", "/v1/vehicles/{vin}/waiting"),
    ("POST", "/v1/vehicles/{vin}/waiting"),
    ("DELETE", "/v1/vehicles/{vin}/waiting/{entry_id}"),
    ("GET", "/v1/webhooks"),
    ("POST", "/v1/webhooks"),
    ("DELETE", "/v1/webhooks/{webhook_id}"),
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"),
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/attempts"),
    ("GET", "/v1/events"),
    ("GET", "/v1/events/stream"),
    ("GET", "/v1/operations/vehicles/{vin}/continuity"),
    ("GET", "/v1/operations/vehicles/{vin}/messages/{boot_id}/{sequence}"),
    ("GET", "/v1/operations/quarantine"),
    ("GET", "/v1/operations/quarantine/{quarantine_id}"),
    ("POST", "/v1/operations/redrives"),
]


async def _fill(database_url: str) -> None:
    async with open_pool(database_url) as pool, pool.connection() as connection:
        await enrol(connection, VIN, "owner-1")
        await register_demo_workshops(connection)


@pytest.fixture
def url(database_url: str, keys_folder: Path) -> Iterator[str]:
    """`python -m booking_api`, with a car of owner-1 and the demo's workshops."""
    asyncio.run(_fill(database_url))
    port = free_port()
    names = {"DATABASE_URL": database_url, "BOOKING_API_HOST": "127.0.0.1", "BOOKING_API_PORT": str(port)}
    environment = {
        **os.environ,
        **names,
        "BOOKING_API_ISSUER": ISSUER,
        "BOOKING_API_JWKS_FILE": str(keys_folder / KEY_SET),
    }
    process = subprocess.Popen([sys.executable, "-m", "booking_api"], env=environment, stderr=subprocess.PIPE)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        _, log = process.communicate(timeout=20)
    assert b"Traceback" not in log
    assert VIN.encode() not in log
    assert b"owner-1" not in log


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            assert process.poll() is None
            time.sleep(0.1)
    pytest.fail("the API does not answer")


def test_the_document_names_every_operation(url: str) -> None:
    document = httpx.get(f"{url}/openapi.json", timeout=60).json()
    named = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert named == set(OPERATIONS)
    problem = document["paths"]["/v1/bookings"]["post"]["responses"]["409"]["content"]
    assert problem == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_who_listens_hears_what_happens_and_keeps_nobody_from_ending(url: str, keys_folder: Path) -> None:
    """The stream is left open: the fixture ends the process, and waits for twenty seconds at most."""
    headers = {"Authorization": f"Bearer {issue_token(keys_folder, subject='owner-1', role='owner')}"}
    client = httpx.Client(timeout=60, headers=headers, base_url=url)
    opened = client.stream("GET", "/v1/events/stream")
    lines = opened.__enter__().iter_lines()
    assert next(lines).startswith("retry:")
    slot = client.post("/v1/slot-searches", json={"vin": VIN}).json()["slots"][0]
    place = {name: slot[name] for name in ("workshop_id", "starts_at")}
    assert client.post("/v1/holds", json={"vin": VIN, **place}).status_code == 201
    assert "event: visit.held" in lines


def test_the_page_of_the_document_names_no_other_server(url: str) -> None:
    page = httpx.get(f"{url}/docs").text
    assert not re.findall(r"(?:src|href|url)\s*[=:]\s*['\"](?:https?:)?//", page)
    assert "http://" not in page
    assert "https://" not in page
    for path in re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page):
        assert httpx.get(f"{url}{path}").status_code == 200, path


@pytest.mark.timeout(900)
@pytest.mark.parametrize("examples", [4, pytest.param(30, marks=pytest.mark.long)])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
def test_every_operation_keeps_its_promises_whatever_is_sent(
    url: str, keys_folder: Path, mode: GenerationMode, examples: int
) -> None:
    document = schemathesis.openapi.from_url(f"{url}/openapi.json")
    headers = {"Authorization": f"Bearer {issue_token(keys_folder, subject='owner-1', role='owner')}"}
    for method, path in OPERATIONS:
        cases = document[path][method].as_strategy(generation_mode=mode).map(_short)
        _check(cases.map(_about_known_things) if mode is GenerationMode.POSITIVE else cases, headers, examples)


def _short(case: Case) -> Case:
    """A stream of events would go on for an hour."""
    if case.path.endswith("/stream") and "for_seconds" not in (case.query or {}):
        case.query = {**(case.query or {}), "for_seconds": 0}
    return case


def _about_known_things(case: Case) -> Case:
    """Made-up names would only ever be 404."""
    known = {"vin": str(VIN), "workshop_id": "workshop-spree"}
    period = {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z", "signals": "odometer_km"}
    if case.path.endswith("/stream"):
        period["for_seconds"] = "0"
    for place, values in ((case.path_parameters, known), (case.query, period), (case.body, known)):
        if isinstance(place, dict):
            place.update({name: value for name, value in values.items() if name in place})
    return case


def _check(cases: st.SearchStrategy[Case], headers: dict[str, str], examples: int) -> None:
    """The same ones each time."""

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def keeps_its_promises(case: Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    keeps_its_promises()
