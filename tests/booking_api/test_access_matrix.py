"""Every role, in every situation, at every path, with the fields of its answer: no wrong allow, no wrong deny.

What is expected stands in `access_table`, which was written apart from the policy. Each request is rolled back, so that
every one of them meets the same world.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from booking_api import access_policy
from booking_api.access_policy import Action, Relation
from booking_api.dependencies import access_to, connection_of, planner_connection_of, registry_connection_of
from booking_api.events.outbox import tell
from booking_api.visits.store import offer_estimate_lines
from database.connection import Connection, Pool
from diagnostics.isolation.service import isolate
from tests.booking_api.access_table import EVERYWHERE, PUBLIC, ROLES, SECRET_ADDRESSES, SITUATIONS, TABLE, Row
from tests.booking_api.conftest import NOW, VIN, Clients, enrol, open_workshop, put, recommend
from tests.booking_api.matrix_requests import LINE, requests_about
from tests.booking_api.test_vehicles import LATEST_STATE

FLEET_VIN: Final = "1M8GDM9A2KP000003"
BOOT: Final = UUID("00000000-0000-4000-8000-000000000002")
SCOPES: Final = ["health", "due", "state", "book"]
CALLERS: Final[Mapping[str, tuple[str, str]]] = {
    "owner": ("owner-1", "organisation-0"),
    "fleet": ("somebody-1", "fleet-1"),
    "work_order": ("somebody-2", "workshop-1"),
    "driver_all": ("driver-1", "organisation-0"),
    "driver_health": ("driver-2", "organisation-0"),
    "consent_all": ("somebody-3", "workshop-3"),
    "consent_health": ("somebody-4", "workshop-4"),
    "consent_ended": ("driver-3", "workshop-5"),
    "stranger": ("owner-2", "workshop-6"),
}
"""Subject and organisation of who stands so. The car is the fleet's in the situation `fleet`, else owner-1's."""


STAGES: Final[Mapping[str, str]] = {
    "PUT /v1/bookings/{booking_id}/confirmation": "held",
    "PUT /v1/bookings/{booking_id}/estimate": "inspecting",
    "PUT /v1/bookings/{booking_id}/estimate/decision": "estimated",
    "PUT /v1/bookings/{booking_id}/closing": "ready",
}


@dataclass(frozen=True, slots=True)
class World:
    """Two cars with the same things to read, by VIN: booking, visit of today, fault, finding, consent.

    `staged`: by VIN and path, a visit from which that path's step leads on.
    """

    bookings: Mapping[str, UUID]
    staged: Mapping[tuple[str, str], UUID]
    visits: Mapping[str, UUID]
    faults: Mapping[str, UUID]
    findings: Mapping[str, UUID]
    consents: Mapping[str, UUID]
    waits: Mapping[str, UUID]
    quarantine_id: int
    bay_id: int


async def fill_world(connection: Connection) -> World:
    for number in (1, 2, 3, 4, 5, 6):
        await open_workshop(connection, f"workshop-{number}")
    fleet_car = await enrol(connection, FLEET_VIN, "fleet-1")
    row = await (await connection.execute("select vehicle_id from vehicles.vehicles where vin = %s", [VIN])).fetchone()
    assert row is not None
    cars = {VIN: (row["vehicle_id"], "owner-1"), FLEET_VIN: (fleet_car, "fleet-1")}
    bookings, staged, visits, faults, findings, consents = {}, {}, {}, {}, {}, {}
    for vin, (vehicle_id, owner_id) in cars.items():
        await connection.execute(LATEST_STATE, [vehicle_id, NOW, NOW])  # type: ignore[arg-type]
        await recommend(connection, vehicle_id)
        place = "workshop-1" if vin == VIN else "workshop-2"
        bookings[vin] = await _visit(connection, vehicle_id, owner_id, place)
        for hours, (name, status) in enumerate(STAGES.items(), 30):
            staged[vin, name] = await _visit(connection, vehicle_id, owner_id, place, in_hours=hours, status=status)
        visits[vin] = await _visit(connection, vehicle_id, owner_id, place, in_hours=-1)
        faults[vin] = await _fault(connection, vehicle_id)
        findings[vin] = await _find(connection, vehicle_id)
        consents[vin] = await _allow(connection, vehicle_id, owner_id, "driver", "driver-9", SCOPES)
    for kind, grantee, scopes, changes in (
        ("driver", "driver-1", SCOPES, {}),
        ("driver", "driver-2", ["health"], {}),
        ("workshop", "workshop-3", SCOPES, {}),
        ("workshop", "workshop-4", ["health"], {}),
        ("workshop", "workshop-5", SCOPES, {"withdrawn_at": NOW - timedelta(minutes=1)}),
        ("workshop", "workshop-5", SCOPES, {"ends_at": NOW}),
        ("driver", "driver-3", SCOPES, {"starts_at": NOW + timedelta(minutes=1)}),
    ):
        await _allow(connection, cars[VIN][0], "owner-1", kind, grantee, scopes, **changes)
    waits = {vin: await _wait(connection, *car) for vin, car in cars.items()}
    bay = "select resource_id from booking.resources where workshop_id = 'workshop-1' and kind = 'bay'"
    found = await (await connection.execute(bay)).fetchone()
    assert found is not None
    set_aside = await _set_aside(connection)
    return World(bookings, staged, visits, faults, findings, consents, waits, set_aside, found["resource_id"])


async def _wait(connection: Connection, vehicle_id: int, owner_id: str) -> UUID:
    entry_id, row = uuid4(), {"vehicle_id": vehicle_id, "owner_id": owner_id, "workshop_id": "workshop-6"}
    row |= {"from_at": NOW, "until_at": NOW + timedelta(days=9), "created_at": NOW}
    await put(connection, "booking.waiting", entry_id=entry_id, **row)
    return entry_id


async def _visit(
    connection: Connection,
    vehicle_id: int,
    owner_id: str,
    workshop_id: str,
    in_hours: float = 24,
    status: str = "booked",
) -> UUID:
    booking_id = uuid4()
    starts_at = NOW + timedelta(hours=in_hours)
    await put(
        connection,
        "booking.bookings",
        booking_id=booking_id,
        vehicle_id=vehicle_id,
        owner_id=owner_id,
        workshop_id=workshop_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        time_zone="Europe/Berlin",
        status=status,
        hold_expires_at=NOW + timedelta(minutes=5),
        made_at_desk=True,
        work=[{"code": "inspection", "minutes": 60, "skill": None}],
        reasons=[{"en": "4 km away", "zh": "距离 4 公里"}],
    )
    await tell(connection, "booked", booking_id, NOW)
    await offer_estimate_lines(connection, booking_id, [LINE], NOW)
    return booking_id


async def _fault(connection: Connection, vehicle_id: int) -> UUID:
    """A code that the catalogue does not know, isolated as the worker does it."""
    row = {"first_seen_at": NOW, "last_seen_at": NOW, "confirmed_at": NOW, "occurrences": 1, "recurred": False}
    row |= {"ecu": "engine", "code": "P1234-00", "status": "confirmed", "mil": True, "severity": 2}
    await put(connection, "diagnostics.code_episodes", vehicle_id=vehicle_id, titles={}, transitions=[], **row)
    await isolate(connection, [vehicle_id])
    found = "select isolation_id from diagnostics.isolations where vehicle_id = %s"
    isolated = await (await connection.execute(found.encode(), [vehicle_id])).fetchone()
    assert isolated is not None
    return UUID(str(isolated["isolation_id"]))


async def _allow(
    connection: Connection, vehicle_id: int, owner_id: str, kind: str, grantee: str, scopes: list[str], **changes: Any
) -> UUID:
    consent_id = uuid4()
    before = NOW - timedelta(days=9)
    row = {"given_at": before, "starts_at": before, "ends_at": NOW + timedelta(days=9), "grantee_kind": kind}
    row |= {"vehicle_id": vehicle_id, "owner_id": owner_id, "given_by": owner_id, "grantee": grantee}
    row |= {"scopes": "{" + ",".join(scopes) + "}"}
    await put(connection, "booking.consents", consent_id=consent_id, **row | changes)
    return consent_id


async def _find(connection: Connection, vehicle_id: int) -> UUID:
    finding_id, when = uuid4(), {"found_at": NOW - timedelta(days=1), "onset_at": NOW - timedelta(days=2)}
    what = {
        "kind": "battery_ageing",
        "component": "12 V battery",
        "severity": 2,
        "evidence": [],
        "texts": {"en": "Weak."},
    }
    await put(connection, "diagnostics.findings", finding_id=finding_id, vehicle_id=vehicle_id, **what, **when)
    return finding_id


async def _set_aside(connection: Connection) -> int:
    words = (
        "insert into telemetry.quarantine (vin, reason, disposition, detail, frames, received_at, payload, topic, "
        "content_type, boot_id, sequence) values (%s, 'undecodable', 'quarantined', 'x', 1, %s, 'x', %s, "
        "'application/x-protobuf', %s, 1) returning quarantine_id"
    )
    row = await (await connection.execute(words, [VIN, NOW, f"servicelane/v1/{VIN}/up/batches", BOOT])).fetchone()
    assert row is not None
    return int(row["quarantine_id"])


@pytest.fixture
async def world(pool: Pool, app: FastAPI) -> World:
    def rolled_back(name: str) -> Callable[[Request], AsyncIterator[Connection]]:
        async def connection_to(request: Request) -> AsyncIterator[Connection]:
            async with getattr(request.app.state, name).connection() as connection:
                yield connection
                await connection.rollback()

        return connection_to

    app.dependency_overrides |= {
        connection_of: rolled_back("pool"),
        planner_connection_of: rolled_back("planner_pool"),
        registry_connection_of: rolled_back("registry_pool"),
    }
    async with pool.connection() as connection:
        return await fill_world(connection)


class Matrix:
    """Asks everything and says what is not as the table says."""

    def __init__(self, clients: Clients, document: dict[str, Any], world: World) -> None:
        self._clients = clients
        self._document = document
        self._world = world
        self.asked = self.good = 0

    def unnamed(self) -> list[str]:
        """Paths and fields that nobody has put into the table, and rows of what is no more."""
        found = {name: self._fields(operation) for name, operation in self._operations()}
        advice = "tests/booking_api/access_table.py"
        missing = [
            f"{name} is not in {advice}: add a row that says who may use it in which situation, and what is hidden"
            for name in found.keys() - TABLE.keys()
        ]
        gone = [f"{name} is in {advice} but not in the API: remove its row" for name in TABLE.keys() - found.keys()]
        fields = [
            f"{name} answers with other fields than {advice} says ({', '.join(sorted(fields ^ named))}): name them "
            "there, and in `hidden` those that somebody may not see"
            for name, fields in found.items()
            if name in TABLE and fields != (named := set(TABLE[name].fields.split()))
        ]
        return [*missing, *gone, *fields]

    async def differences(self, *names: str) -> list[str]:
        """Of these paths, or of all."""
        found: list[str] = []
        async with AsyncExitStack() as stack:
            for situation, (subject, organisation) in CALLERS.items():
                for role in ROLES:
                    client = await stack.enter_async_context(self._clients(subject, role, organisation_id=organisation))
                    for name in names or TABLE:
                        found += await self._ask(client, name, role, situation)
        return found

    async def _ask(self, client: httpx.AsyncClient, name: str, role: str, situation: str) -> Iterator[str]:
        row, vin = TABLE[name], FLEET_VIN if situation == "fleet" else VIN
        answer = await client.request(name.split()[0], **self._request(name, vin, CALLERS[situation][1]))
        self.asked += 1
        wanted = _wanted(row, role, situation)
        found = _not_found_counts(answer, row, vin)
        said = f"{name} as {role} in the situation {situation}"
        if found != wanted:
            return iter([f"{said}: {found} {answer.text[:200] if found >= 400 else ''}, expected {wanted}"])
        self.good += found == row.good
        return (
            iter([]) if found >= 400 or found == 204 else _wrong_fields(said, _entry(answer, vin), row, role, situation)
        )

    def _request(self, name: str, vin: str, organisation: str) -> dict[str, Any]:
        """A request about this car that would do, were it allowed."""
        path = name.split()[1].format(
            vin=vin,
            consent_id=self._world.consents[vin],
            finding_id=self._world.findings[vin],
            booking_id=self._world.staged.get((vin, name), self._world.bookings[vin]),
            fault_id=self._world.faults[vin],
            workshop_id="workshop-1",
            quarantine_id=self._world.quarantine_id,
            boot_id=BOOT,
            sequence=1,
            claim_id=BOOT,
            webhook_id=BOOT,
            reminder_id=BOOT,
            resource_id=self._world.bay_id,
            entry_id=self._world.waits[vin],
            delivery_id=1,
        )
        place = organisation if organisation.startswith("workshop") else "workshop-2"
        visit = {"booking_id": str(self._world.visits[vin])}
        bodies = requests_about(vin, place, visit, self._world.quarantine_id)
        period = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z", "what": "findings", "format": "csv"}
        return {"url": path, **({"params": period} if path.endswith("/export") else {}), **bodies.get(name, {})}

    def _operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for path, methods in self._document["paths"].items():
            for method, operation in methods.items():
                if path in SECRET_ADDRESSES:
                    continue
                yield f"{method.upper()} {path}", operation

    def _fields(self, operation: dict[str, Any]) -> set[str]:
        """Of the good answer, or of one entry of it."""
        good = next(answer for status, answer in operation["responses"].items() if status < "300")
        schema = good.get("content", {}).get("application/json", {}).get("schema", {})
        schema = schema.get("items", schema)
        known = self._document["components"]["schemas"]
        kinds = [one for one in schema.get("anyOf", [schema]) if "$ref" in one]
        return {name for one in kinds for name in known[one["$ref"].rsplit("/", 1)[1]]["properties"]}


def _wanted(row: Row, role: str, situation: str) -> int:
    if role not in row.allowed:
        return 403
    return row.good if situation in row.allowed[role].split() else 404


def _not_found_counts(answer: httpx.Response, row: Row, vin: str) -> int:
    """The status; a list without this car counts as not found, for this caller sees no such car."""
    if row.shape == "list" and answer.status_code == 200 and vin not in {one["vin"] for one in answer.json()}:
        return 404
    return answer.status_code


def _entry(answer: httpx.Response, vin: str) -> dict[str, Any] | None:
    """None: not JSON, or an empty list."""
    if answer.headers["content-type"] != "application/json":
        return None
    body = answer.json()
    entries = [body] if isinstance(body, dict) else [one for one in body if one.get("vin", vin) == vin] or body
    return entries[0] if entries else None


def _wrong_fields(said: str, entry: dict[str, Any] | None, row: Row, role: str, situation: str) -> Iterator[str]:
    for name, hidden_from in row.hidden.items():
        is_hidden = situation in hidden_from.get(role, "").split()
        if entry is None or (entry[name] is None) != is_hidden:
            yield f"{said}: `{name}` should be {'null' if is_hidden else 'shown'}"


def _guards(dependant: Dependant) -> Iterator[Action]:
    if isinstance(dependant.call, access_to):
        yield dependant.call.action
    for one in dependant.dependencies:
        yield from _guards(one)


@pytest.fixture
def matrix(clients: Clients, app: FastAPI, world: World) -> Matrix:
    return Matrix(clients, app.openapi(), world)


@pytest.mark.timeout(360)  # some thousands of requests
async def test_no_wrong_allow_and_no_wrong_deny(matrix: Matrix) -> None:
    assert matrix.unnamed() == []
    assert await matrix.differences() == []
    assert matrix.asked == len(TABLE) * len(ROLES) * len(SITUATIONS)
    assert matrix.good == sum(len(situations.split()) for row in TABLE.values() for situations in row.allowed.values())


def test_every_path_has_one_guard(app: FastAPI) -> None:
    """Those that are in no document included."""
    found = [*app.routes, *(one for router in _included(app) for one in router.routes)]
    routes = [one for one in found if isinstance(one, APIRoute) and one.path not in PUBLIC | SECRET_ADDRESSES]
    assert len(routes) == len(TABLE)
    for route in routes:
        assert len(list(_guards(route.dependant))) == 1, f"{route.path}: give it Depends(access_to(Action.…))"
    others = {getattr(one, "path", "") for one in found if not isinstance(one, APIRoute)}
    assert others <= PUBLIC | {"/static-offline-docs", ""}


def _included(app: FastAPI) -> Iterator[APIRouter]:
    for one in app.routes:
        if router := getattr(one, "original_router", None):
            yield router


async def test_the_matrix_sees_a_policy_that_allows_too_much_and_one_that_allows_too_little(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_health = "GET /v1/vehicles/{vin}/health"
    allowed = dict(access_policy._ALLOWED)
    monkeypatch.setattr(access_policy, "_ALLOWED", {**allowed, Action.READ_HEALTH: (("technician", Relation.ANY),)})
    too_much_and_too_little = await matrix.differences(read_health)
    assert any("technician in the situation stranger: 200" in one for one in too_much_and_too_little)
    assert any("owner in the situation owner: 403" in one for one in too_much_and_too_little)
    monkeypatch.setattr(access_policy, "_ALLOWED", allowed)
    monkeypatch.setattr(access_policy, "_FIELD_NEEDS_SCOPE", {})
    assert any("`latest_state` should be null" in one for one in await matrix.differences(read_health))


def test_the_matrix_sees_a_path_and_a_field_that_nobody_has_named(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = TABLE["GET /v1/vehicles"]
    monkeypatch.delitem(TABLE, "GET /v1/vehicles")  # type: ignore[arg-type]
    assert [one.split(":")[0] for one in matrix.unnamed()] == [
        "GET /v1/vehicles is not in tests/booking_api/access_table.py"
    ]
    monkeypatch.setitem(TABLE, "GET /v1/vehicles", Row(row.allowed, "list", fields="vin"))  # type: ignore[arg-type]
    assert len(matrix.unnamed()) == 1
    assert "drivetrain" in matrix.unnamed()[0]


def test_the_situations_of_the_table_are_those_of_the_world() -> None:
    assert CALLERS.keys() == set(SITUATIONS) == set(EVERYWHERE.split())
