"""How long after the arrival of what completes a finding it stands on a technician's page, without a reload.

The parts between are processes as in production: the writer, the diagnosis, the work beside the API, the pages. Time
runs from the append of the car's report to the stream until Chromium shows a fault that was not there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Final
from uuid import uuid4

from playwright.sync_api import BrowserContext, sync_playwright

from benchmarks.pages.measuring import TECHNICIAN
from benchmarks.pages.paint import DESKTOP
from benchmarks.pages.stage import Stage, running
from booking_api.development_issuer import ISSUER, KEY_SET
from database.connection import open_pool
from servicelane.chromium import arguments, find_chromium
from servicelane.ports import free_port
from streaming.choice import open_stream
from streaming.contract import OutgoingRecord
from telemetry_schema.events import encode_event
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic
from web.visitors import SESSION_COOKIE

CODE: Final = 0x012800
"""P0128, confirmed: one report of it is a fault."""
EVERY: Final = 20
"""Of the cars every twentieth has a visit at the technician's workshop."""
_LONGEST_WAIT_MS: Final = 60_000
_FAULTS: Final = "#wrong + .cards h3"


@dataclass(frozen=True, slots=True)
class News:
    """Seconds, of so many faults, each of another car."""

    faults: int
    median_s: float
    worst_s: float


def told(stage: Stage, cars: int) -> News:
    """Of so many cars. The first fault, with which every part warms up, does not count."""
    with ExitStack() as parts, sync_playwright() as playwright:
        for module, environment in _parts(stage):
            parts.enter_context(running(module, stage.database_url, environment))
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments())
        context = browser.new_context(viewport=DESKTOP, base_url=stage.address)  # type: ignore[arg-type]
        context.set_default_timeout(_LONGEST_WAIT_MS)
        value = stage.cookie(TECHNICIAN)
        context.add_cookies([{"name": SESSION_COOKIE, "value": value, "url": stage.address}])
        _, *took = [_until_shown(stage, context, number) for number in range(cars + 1)]
        browser.close()
    return News(len(took), round(median(took), 2), round(max(took), 2))


def _parts(stage: Stage) -> Iterator[tuple[list[str], dict[str, str]]]:
    yield ["ingest", "writer"], {}
    yield ["diagnostics"], {}
    issuer = {"BOOKING_API_ISSUER": ISSUER, "BOOKING_API_JWKS_FILE": str(stage.keys / KEY_SET)}
    yield ["booking_api"], issuer | {"BOOKING_API_PORT": str(free_port())}


def _until_shown(stage: Stage, context: BrowserContext, number: int) -> float:
    vin = f"BENCH{1 + EVERY * number:012}"
    page = context.new_page()
    with page.expect_response("**/events"):
        page.goto(f"/cars/{vin}")
    known = page.locator(_FAULTS).inner_text()  # one, and the diagnosis, which never found it, withdraws it
    with ThreadPoolExecutor(1) as thread:  # Playwright has a loop in this one
        begun = thread.submit(asyncio.run, _send(stage.database_url, vin)).result()
    page.locator(_FAULTS).filter(has_not_text=known).first.wait_for()
    took = time.monotonic() - begun
    page.close()
    return took


async def _send(database_url: str, vin: str) -> float:
    """The whole memory of the engine's control unit. When it was on the stream, in monotonic seconds."""
    now = datetime.now(UTC)
    at_ms = round(now.timestamp() * 1000)
    event = wire.Event(vin=vin, boot_id=uuid4().bytes, boot_number=1, sequence=1, recorded_at_ms=at_ms)
    event.dtc_report.CopyFrom(wire.DtcReport(ecu="ECM", complete=True))
    event.dtc_report.codes.add(code=CODE, status=0xAF)
    headers = {"content-type": "application/x-protobuf", "received-at": now.isoformat(), "vin": vin}
    async with open_pool(database_url) as pool, open_stream(pool) as stream:
        begun = time.monotonic()
        await stream.produce([OutgoingRecord(StreamTopic.EVENTS, vin, encode_event(event), headers)])
    return begun
