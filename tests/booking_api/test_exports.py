"""Data out over HTTP: who gets what, as what, and how it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn

from booking_api.app import create_app
from booking_api.development_issuer import ISSUER, KEY_SET, issue_token
from booking_api.settings import BookingApiSettings
from data_export.reader import BrokenExportError, read_export
from database.connection import Connection, Pool
from servicelane.ports import free_port
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients
from vehicles import service as vehicles

T0 = NOW - timedelta(days=2)
PERIOD = {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00+01:00"}
EXPORT = f"/v1/vehicles/{VIN}/export"
FLEET = "/v1/fleet/export"
SAMPLES = """
insert into telemetry.samples (vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence, frame,
    clock_quality, late, odometer_km, ignition_state)
select %s, %s + number * interval '1 second', now(), gen_random_uuid(), 1, number, 0, 1, false, number, repeat('x', %s)
from generate_series(0, %s - 1) as number
"""


async def drive(connection: Connection, car: int, *, rows: int = 3, text_bytes: int = 2, at: Any = T0) -> None:
    await connection.execute(SAMPLES, [car, at, text_bytes, rows])  # type: ignore[arg-type]
    await connection.execute(
        "insert into telemetry.positions values (%s, %s, 1, gen_random_uuid(), 0, 0, 48.5, 11.5, null)", [car, at]
    )


@pytest.fixture
async def driven(pool: Pool, car: int) -> int:
    """VIN of owner-1 and OTHER_VIN of owner-2 have driven."""
    async with pool.connection() as connection:
        await drive(connection, car)
        await drive(connection, car + 1)
    return car


async def export(client: httpx.AsyncClient, path: str = EXPORT, **choices: str) -> httpx.Response:
    return await client.get(path, params={**PERIOD, **choices})


@pytest.mark.usefixtures("driven")
async def test_an_owner_takes_the_data_of_their_own_car(clients: Clients) -> None:
    answer = await export(clients())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="servicelane-signals-{VIN}-20260301-20260331.parquet"'
    )
    assert answer.headers["cache-control"] == "no-store"
    frame = read_export(answer.content)
    assert frame["odometer_km"].tolist() == [0, 1, 2]
    assert set(frame["vin"]) == {VIN}


@pytest.mark.usefixtures("driven")
async def test_csv_is_asked_for_by_name_or_by_media_type(clients: Clients) -> None:
    for answer in (
        await export(clients(), format="csv"),
        await clients().get(EXPORT, params=PERIOD, headers={"Accept": "text/csv, */*;q=0.1"}),
    ):
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.content.startswith(b"# servicelane export\n")
        assert len(read_export(answer.content)) == 3
    wanted = await clients().get(EXPORT, params={**PERIOD, "format": "parquet"}, headers={"Accept": "text/csv"})
    assert wanted.content.startswith(b"PAR1")


@pytest.mark.parametrize("what", ["signals", "events", "codes", "code_reports", "findings"])
@pytest.mark.usefixtures("driven")
async def test_every_table_can_be_taken(clients: Clients, what: str) -> None:
    frame = read_export((await export(clients(), what=what)).content)
    assert frame.attrs["what"] == what
    assert len(frame) == (3 if what == "signals" else 0)


@pytest.mark.usefixtures("driven")
async def test_another_owners_car_cannot_be_told_from_one_that_does_not_exist(clients: Clients) -> None:
    nobodys = "1M8GDM9A0KP999999"
    anothers, missing = [await export(clients(), f"/v1/vehicles/{vin}/export") for vin in (OTHER_VIN, nobodys)]
    assert (anothers.status_code, anothers.json()) == (404, missing.json())


@pytest.mark.usefixtures("driven")
async def test_the_fleet_is_for_operators_and_technicians_export_nothing(clients: Clients) -> None:
    operator = clients("operator-1", "operator")
    assert set(read_export((await export(operator, FLEET)).content)["vin"]) == {VIN, OTHER_VIN}
    assert set(read_export((await export(operator)).content)["vin"]) == {VIN}
    technician = clients("technician-1", "technician", organisation_id="workshop-1")
    for refused in (await export(clients(), FLEET), await export(technician), await export(technician, FLEET)):
        assert (refused.status_code, refused.json()["type"]) == (403, "not-allowed")
        assert VIN not in refused.text
    for path in (EXPORT, FLEET):
        assert (await export(clients(None), path)).status_code == 401


@pytest.mark.usefixtures("driven")
async def test_positions_are_for_the_owner_who_asks_for_them(clients: Clients) -> None:
    assert "latitude_deg" not in read_export((await export(clients())).content)
    frame = read_export((await export(clients(), positions="true")).content)
    assert frame["latitude_deg"].dropna().tolist() == [48.5]
    operator = clients("operator-1", "operator")
    for path in (EXPORT, FLEET):
        refused = await export(operator, path, positions="true")
        assert (refused.status_code, refused.json()["type"]) == (403, "not-allowed")
    refused = await export(operator, FLEET, signals="latitude_deg")
    assert (refused.status_code, refused.json()["type"]) == (422, "export-refused")


async def test_what_was_recorded_before_the_car_was_theirs_is_not_the_owners(
    clients: Clients, pool: Pool, driven: int
) -> None:
    async with pool.connection() as connection:
        await vehicles.register_owner(connection, "owner-3", display_name="owner-3")
        await drive(connection, driven, at=NOW + timedelta(days=2))
        await vehicles.assign_owner(connection, driven, "owner-3", since=date(2026, 3, 24))
    answer = await export(clients("owner-3"), positions="true")
    frame = read_export(answer.content)
    assert len(frame) == 3
    assert frame.index.min() == NOW + timedelta(days=2)
    assert frame.attrs["metadata"][0]["from_at"] == "2026-03-24T00:00:00+00:00"
    assert len(read_export((await export(clients("owner-3"), to="2026-03-20T00:00:00Z")).content)) == 0
    assert (await export(clients())).status_code == 404
    assert len(read_export((await export(clients("operator-1", "operator"))).content)) == 6


@pytest.mark.usefixtures("driven")
async def test_a_pseudonymous_export_names_no_car_and_each_has_other_keys(clients: Clients) -> None:
    operator = clients("operator-1", "operator")
    answers = [await export(operator, FLEET, pseudonymous="true", format="csv") for _ in range(2)]
    assert all(VIN not in answer.text for answer in answers)
    keys = [set(read_export(answer.content)["vehicle_key"]) for answer in answers]
    assert [len(one) for one in keys] == [2, 2]
    assert not keys[0] & keys[1]
    answer = await export(operator, pseudonymous="true")
    assert VIN not in str(answer.headers)


@pytest.mark.usefixtures("driven")
async def test_what_makes_no_sense_is_refused_with_what_to_do(clients: Clients) -> None:
    async def problem(**choices: str) -> dict[str, Any]:
        answer = await export(clients(), **choices)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        return json.loads(answer.text)  # type: ignore[no-any-return]

    unknown = await problem(signals="odometer_km,engine_sped_rpm")
    assert unknown["type"] == "unknown-signal"
    assert unknown["suggestions"]["engine_sped_rpm"][0] == "engine_speed_rpm"
    assert "ends before it begins" in (await problem(to="2026-02-01T00:00:00Z"))["detail"]
    assert "pseudonym" in (await problem(positions="true", pseudonymous="true"))["detail"]
    assert "not of events" in (await problem(what="events", signals="odometer_km"))["detail"]
    for choices in (
        {"from": "2026-03-01T00:00:00"},
        {"from": "2026-03-01"},
        {"to": "yesterday"},
        {"what": "owners"},
        {"format": "xlsx"},
        {"signals": "odometer_km;drop table"},
        {"signals": ""},
        {"positions": "1"},
        {"signal": "odometer_km"},
    ):
        named = await problem(**choices)
        assert named["type"] == "invalid-request"
        assert set(named["errors"][0]["location"]) & set(choices), choices
    missing = await clients().get(EXPORT)
    assert {error["location"][-1] for error in missing.json()["errors"]} == {"from", "to"}


@pytest.mark.usefixtures("driven")
async def test_refusals_are_told_in_chinese_too(clients: Clients) -> None:
    client = clients(language="zh")
    assert (await export(client, FLEET)).json()["title"] == "您的角色无权执行此操作"
    assert (await export(client, signals="qq")).json()["title"] == "未知的信号"
    assert (await export(client, to="2026-02-01T00:00:00Z")).json()["title"] == "无法导出"


@asynccontextmanager
async def serving(database_url: str, keys_folder: Path, **settings: Any) -> AsyncIterator[int]:
    """The API on a real port, which is given."""
    wanted = BookingApiSettings(database_url=database_url, issuer=ISSUER, jwks_file=keys_folder / KEY_SET, **settings)
    server = uvicorn.Server(uvicorn.Config(create_app(wanted), port=free_port(), log_config=None, access_log=False))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        yield server.config.port
    finally:
        server.should_exit = True
        await task


class Client:
    """Takes an export by hand, over a socket that holds little, and so can stop in the middle."""

    def __init__(self, port: int, keys_folder: Path) -> None:
        self._port = port
        token = issue_token(keys_folder, subject="operator-1", role="operator")
        path = f"{FLEET}?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z&format=csv"
        self._request = f"GET {path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\n\r\n".encode()

    async def __aenter__(self) -> Client:
        self.reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1024)
        self._writer.write(self._request)
        self.status = int((await self.reader.readuntil(b"\r\n")).split()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.transport.abort()

    async def rest(self) -> bytes:
        return await self.reader.read(-1)


async def running_exports(pool: Pool) -> int:
    query = "select count(*) as n from pg_stat_activity where application_name = %s and state <> 'idle'"
    async with pool.connection() as connection:
        row = await (await connection.execute(query, ["servicelane_data_export"])).fetchone()
    assert row is not None
    return int(row["n"])


async def until_exports(pool: Pool, wanted: int) -> None:
    for _ in range(200):
        if await running_exports(pool) == wanted:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"not {wanted} exports within ten seconds")


@pytest.fixture
async def large(pool: Pool, car: int) -> int:
    """Rows of 60 MB in CSV, more than sockets hold on their way."""
    async with pool.connection() as connection:
        await drive(connection, car, rows=6_000, text_bytes=10_000)
    return car


@pytest.mark.usefixtures("large")
async def test_a_client_that_goes_away_ends_its_query(pool: Pool, database_url: str, keys_folder: Path) -> None:
    async with serving(database_url, keys_folder) as port:
        async with Client(port, keys_folder) as client:
            assert client.status == 200
            await asyncio.sleep(0.5)
            assert await running_exports(pool) == 1
        await until_exports(pool, 0)


@pytest.mark.usefixtures("large")
async def test_a_client_that_takes_nothing_is_given_up_and_sees_no_end(
    pool: Pool, database_url: str, keys_folder: Path
) -> None:
    async with (
        serving(database_url, keys_folder, export_stall_seconds=0.5) as port,
        Client(port, keys_folder) as client,
    ):
        await until_exports(pool, 1)
        await until_exports(pool, 0)
        body = await client.rest()
        assert not body.endswith(b"0\r\n\r\n")
        assert b"# rows: " not in body


@pytest.mark.usefixtures("large")
async def test_an_export_ends_at_its_limit(pool: Pool, database_url: str, keys_folder: Path) -> None:
    async with (
        serving(database_url, keys_folder, export_limit_seconds=0.5) as port,
        Client(port, keys_folder) as client,
    ):
        await until_exports(pool, 1)
        await until_exports(pool, 0)
        assert not (await client.rest()).endswith(b"0\r\n\r\n")


@pytest.mark.usefixtures("large")
async def test_exports_that_fill_their_places_leave_the_rest_of_the_api_alone(
    pool: Pool, database_url: str, keys_folder: Path
) -> None:
    token = issue_token(keys_folder, subject="operator-1", role="operator")
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        serving(database_url, keys_folder, export_connections=1, connections=1) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as other,
        Client(port, keys_folder),
    ):
        await until_exports(pool, 1)
        refused = await other.get(FLEET, params=PERIOD)
        assert (refused.status_code, refused.json()["type"]) == (503, "exports-busy")
        assert refused.headers["retry-after"] == "30"
        assert (await other.get("/v1/vehicles")).status_code == 200


@pytest.mark.usefixtures("large")
async def test_a_database_that_fails_midway_leaves_a_file_that_cannot_be_taken_for_whole(
    pool: Pool, database_url: str, keys_folder: Path
) -> None:
    token = issue_token(keys_folder, subject="operator-1", role="operator")
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        serving(database_url, keys_folder) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as client,
    ):
        pieces: list[bytes] = []
        with pytest.raises(httpx.RemoteProtocolError):
            await _receive(client, pieces, database_url)
        with pytest.raises(BrokenExportError):
            read_export(b"".join(pieces))
        whole = await client.get(FLEET, params={**PERIOD, "signals": "odometer_km"})
        assert len(read_export(whole.content)) == 6_000


async def _receive(client: httpx.AsyncClient, pieces: list[bytes], url: str) -> None:
    """Ends the server's process for the export once the first piece is there."""
    async with client.stream("GET", FLEET, params={**PERIOD, "format": "csv"}) as answer:
        async for piece in answer.aiter_raw():
            if not pieces:
                await asyncio.to_thread(_end_exports, url)
            pieces.append(piece)


def _end_exports(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'servicelane_data_export' and state <> 'idle'"
        )
