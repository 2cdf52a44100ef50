"""Every role, in every situation, at every page: no wrong allow, no wrong deny. Each request is rolled back."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from pydantic import SecretStr

from booking_api import access_policy
from booking_api.access_policy import Action, Relation
from booking_api.dependencies import connection_of, planner_connection_of, registry_connection_of, wall_clock
from booking_api.development_issuer import ISSUER, KEY_SET
from booking_api.models import ORGANISED_ROLES, Caller
from database.connection import Connection, Pool
from tests.booking_api.access_table import ROLES, SITUATIONS, Row
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, enrol, start
from tests.booking_api.test_access_matrix import CALLERS, FLEET_VIN, World, fill_world
from tests.web.page_table import PAGES, PUBLIC, SAME
from web.app import create_app
from web.sessions import session_of
from web.settings import WebSettings
from web.visitors import SESSION_COOKIE

pytestmark = pytest.mark.timeout(400)  # the whole matrix is several thousand requests

ADDRESS: Final = "http://pages"
FILES: Final = {
    "POST /cars/{vin}/records/file": {
        "file": ("work.csv", b"item,performed_on,odometer\nengine_oil,2026-03-01,12000\n")
    }
}
PARAMS: Final = {
    "GET /events": {"for_seconds": "0"},
    "GET /cars/{vin}/signals.json": {"signal": "vehicle_speed_kmh"},
}
STAGED: Final = {
    "POST /visits/{booking_id}/confirm": "PUT /v1/bookings/{booking_id}/confirmation",
    "POST /visits/{booking_id}/offer": "PUT /v1/bookings/{booking_id}/estimate",
    "POST /visits/{booking_id}/close": "PUT /v1/bookings/{booking_id}/closing",
    "POST /visits/{booking_id}/estimate": "PUT /v1/bookings/{booking_id}/estimate/decision",
}
"""Pages that need a visit of their own, with the path of the API by which the world knows it."""


@pytest.fixture
async def app(database_url: str, secrets_folder: Path) -> AsyncIterator[FastAPI]:
    settings = WebSettings(
        database_url=database_url,
        address=ADDRESS,
        issuer=ISSUER,
        jwks_file=secrets_folder / KEY_SET,
        session_key=SecretStr("a secret of this test alone, long enough"),
        development_keys_folder=secrets_folder,
    )
    application = create_app(settings)
    application.dependency_overrides = {
        wall_clock: lambda: NOW,
        connection_of: _rolled_back("pool"),
        registry_connection_of: _rolled_back("registry_pool"),
        planner_connection_of: _rolled_back("planner_pool"),
    }
    async with application.router.lifespan_context(application):
        yield application


def _rolled_back(name: str) -> Callable[[Request], AsyncIterator[Connection]]:
    async def connection_to(request: Request) -> AsyncIterator[Connection]:
        async with getattr(request.app.state, name).connection() as connection:
            yield connection
            await connection.rollback()

    return connection_to


@pytest.fixture
async def world(pool: Pool) -> World:
    async with pool.connection() as connection:
        await enrol(connection, VIN, "owner-1")
        await enrol(connection, OTHER_VIN, "owner-2")
        return await fill_world(connection)


Cell = tuple[str, str, str]
"""A page, a role, a situation."""


def whole(*names: str) -> list[Cell]:
    return [(name, role, situation) for name in names or PAGES for situation in SITUATIONS for role in ROLES]


def drawn(seed: int) -> list[Cell]:
    """Of each page one cell of each answer that the table expects; which one, the seed decides."""
    chance = random.Random(seed)
    cells = []
    for name, row in PAGES.items():
        by_answer: dict[int, list[Cell]] = {}
        for cell in whole(name):
            by_answer.setdefault(_wanted(row, *cell[1:]), []).append(cell)
        cells += [chance.choice(same) for same in by_answer.values()]
    return cells


class Matrix:
    """Asks for pages and says what is not as the table says."""

    def __init__(self, app: FastAPI, world: World) -> None:
        self._app = app
        self._world = world
        self.asked = self.good = 0

    async def differences(self, cells: Iterable[Cell]) -> list[str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url=ADDRESS) as client:
            return [difference for cell in cells for difference in await self._ask(client, *cell)]

    async def _ask(self, client: httpx.AsyncClient, name: str, role: str, situation: str) -> list[str]:
        row, vin = PAGES[name], FLEET_VIN if situation == "fleet" else VIN
        cookie = {"Cookie": f"{SESSION_COOKIE}={self._sealed(role, situation)}"}
        method = name.split()[0]
        params = PARAMS.get(name)
        answer = await client.request(
            method,
            self._path(name, vin),
            headers=cookie,
            params=params,
            data=self._form(name, situation),
            files=FILES.get(name),
        )
        self.asked += 1
        wanted = _wanted(row, role, situation)
        found = (
            404 if row.shape == "list" and answer.status_code == 200 and vin not in answer.text else answer.status_code
        )
        self.good += found == row.good
        return [] if found == wanted else [f"{name} as {role} in the situation {situation}: {found}, expected {wanted}"]

    def _sealed(self, role: str, situation: str) -> str:
        subject, organisation = CALLERS[situation]
        caller = Caller(subject, role, organisation if role in ORGANISED_ROLES else None)  # type: ignore[arg-type]
        sealed: str = self._app.state.seal.close("session", session_of(caller))
        return sealed

    def _path(self, name: str, vin: str) -> str:
        world, path = self._world, name.split()[1]
        return path.format(
            vin=vin,
            fault_id=world.faults[vin],
            finding_id=world.findings[vin],
            booking_id=world.staged.get((vin, STAGED.get(name, "")), world.bookings[vin]),
            entry_id=world.waits[vin],
            consent_id=world.consents[vin],
            reminder_id=UUID(int=1),
        )

    def _form(self, name: str, situation: str) -> dict[str, Any] | None:
        organisation = CALLERS[situation][1]
        place = organisation if organisation.startswith("workshop") else "workshop-2"
        report = {"booking_id": str(self._world.visits[FLEET_VIN if situation == "fleet" else VIN])}
        visit = {"workshop_id": place, "starts_at": start(days=2)}
        forms: dict[str, dict[str, Any]] = {
            "POST /cars/{vin}/book": visit,
            "POST /visits/{booking_id}/move": visit | {"version": 1},
            "POST /calendar/moves": {
                "visit": f"{self._world.bookings[FLEET_VIN if situation == 'fleet' else VIN]}@1",
                "starts_at": start(days=2),
            },
            "POST /visits/{booking_id}/estimate": {"version": 1, "line-1": "approve"},
            "POST /cars/{vin}/records": {"item": "engine_oil", "performed_on": "2026-03-01"},
            "POST /visits/{booking_id}/close": {"version": 1},
            "POST /visits/{booking_id}/longer": {"version": 1, "minutes": "15"},
            "POST /visits/{booking_id}/step": {"version": 1, "step": "check_in"},
            "POST /visits/{booking_id}/offer": {
                "version": 1,
                "title": "x",
                "urgency": "red",
                "minutes": 1,
                "cost_eur": 1,
            },
            "POST /cars/{vin}/concerns/{fault_id}/result": report | {"check": "read_all_codes", "result": "positive"},
            "POST /cars/{vin}/concerns/{fault_id}/cause": report | {"cause": "other"},
            "POST /operations/redrives": {"message": self._world.quarantine_id},
            "POST /reminders/preferences": {
                "language": "en",
                "time_zone": "UTC",
                "quiet_since": "21:00",
                "quiet_until": "08:00",
            },
            "POST /cars/{vin}/waiting": {"workshop_id": "workshop-2", "days": 7},
            "POST /cars/{vin}/sharing": {"grantee_kind": "driver", "driver": "x", "days": 1, "scope": ["due"]},
        }
        return forms.get(name)


def _wanted(row: Row, role: str, situation: str) -> int:
    if role not in row.allowed:
        return 403
    return row.good if situation in row.allowed[role].split() else 404


@pytest.fixture
def matrix(app: FastAPI, world: World) -> Matrix:
    return Matrix(app, world)


async def test_each_page_is_opened_and_refused_as_the_table_says(matrix: Matrix) -> None:
    assert await matrix.differences(drawn(seed=8)) == []
    assert matrix.good >= len(PAGES)


@pytest.mark.long
async def test_no_page_is_opened_or_refused_wrongly(matrix: Matrix) -> None:
    assert await matrix.differences(whole()) == []
    assert matrix.asked == len(PAGES) * len(ROLES) * len(SITUATIONS)
    assert matrix.good == sum(len(situations.split()) for row in PAGES.values() for situations in row.allowed.values())


def test_every_page_is_in_the_table(app: FastAPI) -> None:
    found = set(_pages(app))
    assert len(found) > 30
    assert found - PAGES.keys() - PUBLIC == set(), "say in tests/web/page_table.py who may open it"
    assert PAGES.keys() - found == set(), "no such page any more"


def _pages(app: FastAPI) -> Iterator[str]:
    included = (getattr(one, "original_router", None) for one in app.routes)
    routes = [*app.routes, *(route for router in included if router for route in router.routes)]
    for route in routes:
        if isinstance(route, APIRoute):
            path = re.sub(r"\{(\w+)\}", lambda name: f"{{{SAME.get(name[1], name[1])}}}", route.path)
            yield from (f"{method} {path}" for method in route.methods - {"HEAD"})


async def test_nobody_who_has_not_signed_in_sees_a_page(app: FastAPI, world: World) -> None:
    matrix = Matrix(app, world)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client:
        for name in PAGES:
            answer = await client.request(name.split()[0], matrix._path(name, VIN), data=matrix._form(name, "owner"))
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in"), name


async def test_the_matrix_sees_a_policy_that_allows_too_much_and_one_that_allows_too_little(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = dict(access_policy._ALLOWED) | {Action.READ_HEALTH: (("technician", Relation.ANY),)}
    monkeypatch.setattr(access_policy, "_ALLOWED", changed)
    found = await matrix.differences(whole("GET /cars/{vin}/evidence/{finding_id}.svg"))
    assert any("technician in the situation stranger" in one for one in found)
    assert any("owner in the situation owner: 403" in one for one in found)
