"""Models on a real database: trained on what diagnostics keeps, in service, judging, refused, compared with today."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from database.connection import Connection, Pool, open_pool
from diagnostics.cases import Touched
from diagnostics.findings import instant
from diagnostics.history import EngineStart, History, moment_features
from diagnostics.models import artefacts_in_service, service
from diagnostics.models.artefact import Artefact, ArtefactError, read
from diagnostics.models.training import train
from diagnostics.open_trips import OpenTrips
from diagnostics.service import diagnose
from diagnostics.spans import Span
from servicelane import models_command
from servicelane.models_command import DriftOptions, TrainOptions
from servicelane.state_file import StackState, write_state
from tests.diagnostics.models.fleet import (
    CARS,
    DAY_S,
    DAYS,
    MODEL,
    SPECIFICATION,
    T0_S,
    artefact,
    car,
    fleet,
    lean,
    trips_only,
)
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

NEW = CARS + 50
FINDINGS = "select finding_id, kind, component, severity, found_at, ended_at, evidence, texts from diagnostics.findings"


async def put(connection: Connection, cars: Sequence[History], model: str = MODEL) -> list[int]:
    """Enrolled, with the trips and starts that diagnostics would have kept of them."""
    numbers = []
    for one in cars:
        request = EnrolmentRequest(
            one.vin, model, "Servicelane", "Handmade", 2022, "petrol", date(2022, 1, 1), SPECIFICATION
        )
        numbers.append((await vehicles.enrol(connection, request)).vehicle_id)
        trips = [(numbers[-1], *map(instant, (t.started_s, t.ended_s)), json.dumps(t.features)) for t in one.trips]
        starts = [(numbers[-1], instant(s.at_s), json.dumps(told_on_wire(s))) for s in one.starts]
        async with connection.cursor() as cursor:
            await cursor.executemany("insert into diagnostics.trips values (%s, %s, %s, %s)", trips)
            await cursor.executemany("insert into diagnostics.moments values (%s, 'engine_start', %s, %s)", starts)
    return numbers


def told_on_wire(start: EngineStart) -> dict[str, Any]:
    told = moment_features(start)
    return {
        "crank_minimum_voltage_v": told["minimum_v"],
        "rest_voltage_v": told["rest_v"],
        "battery_temperature_c": told["temperature_c"],
    }


async def judged(pool: Pool, vehicle_id: int) -> list[dict[str, Any]]:
    """What a worker with no more than its rights says when the car has told something."""
    touched = {vehicle_id: Touched(events=[Span(T0_S, T0_S + 1)], newest_s=T0_S + (DAYS + 400) * DAY_S)}
    async with open_pool(pool.conninfo, role="servicelane_diagnostics") as own, own.connection() as connection:
        await diagnose(connection, touched, OpenTrips())
    async with pool.connection() as connection:
        return await (await connection.execute(f"{FINDINGS} order by found_at".encode())).fetchall()


async def put_in_service(pool: Pool, made: Artefact, day: float) -> None:
    async with pool.connection() as connection:
        await service.put_in_service(connection, made, T0_S + day * DAY_S)


async def test_the_worker_says_what_the_artefact_in_service_says_from_then_on(pool: Pool) -> None:
    async with pool.connection() as connection:
        lean_car, sound_car = await put(connection, [car(NEW, lean(30.0)), car(NEW + 1)])
    assert await judged(pool, lean_car) == []
    await put_in_service(pool, artefact(), 50)
    await refold(pool)
    (found,) = await judged(pool, lean_car)
    assert (found["kind"], found["severity"]) == ("fleet_anomaly", 1)
    assert found["component"] == f"city@{artefact().short_id}"
    assert found["found_at"] > instant(T0_S + 50 * DAY_S)
    assert {"fleet_trim_percent"} <= {one["signal"] for one in found["evidence"]}
    assert all(
        {"value", "healthy_low", "healthy_high", "threshold", "unit", "words"} <= one.keys()
        for one in found["evidence"]
    )
    await refold(pool)
    assert await judged(pool, lean_car) == [found]
    assert await judged(pool, sound_car) == [found]


async def refold(pool: Pool) -> None:
    """As after an update: the car is judged anew."""
    async with pool.connection() as connection:
        await connection.execute("delete from diagnostics.car_states")


async def test_an_artefact_in_service_that_does_not_fit_any_more_is_silent_and_the_worker_lives(pool: Pool) -> None:
    async with pool.connection() as connection:
        (lean_car,) = await put(connection, [car(NEW, lean(30.0))])
    await put_in_service(pool, artefact(), 50)
    async with pool.connection() as connection:
        changed = "update diagnostics.models set document = replace(document, '\"seed\":1', '\"seed\":2')"
        await connection.execute(changed.encode())
    artefacts_in_service._known.clear()
    try:
        assert await judged(pool, lean_car) == []
    finally:
        artefacts_in_service._known.clear()


async def test_what_is_trained_in_the_database_is_what_its_histories_give(pool: Pool) -> None:
    cars = trips_only(fleet(faulty=2)[:9])
    async with pool.connection() as connection:
        await put(connection, cars)
        await put(connection, [car(NEW)], model="another-model")
        made = await service.train_model(connection, MODEL)
        again = await service.train_model(connection, MODEL)
    assert made.text() == again.text() == train(MODEL, cars).text()


@pytest.fixture
async def folder(tmp_path: Path, pool: Pool, database_url: str) -> Path:
    """Of a stack with a small fleet."""
    write_state(tmp_path, StackState(os.getpid(), database_url, "127.0.0.1", 1, "http://127.0.0.1:1", {}))
    async with pool.connection() as connection:
        await put(connection, trips_only([car(number) for number in range(9)]))
    return tmp_path


def paper() -> tuple[Console, StringIO]:
    text = StringIO()
    return Console(file=text, width=300), text


async def test_the_commands_from_training_to_service_and_out_of_it(folder: Path, pool: Pool) -> None:
    console, text = paper()
    options = TrainOptions([], None, None, folder / "models", 1, 0.02)
    assert await models_command.train(console, folder, options) == 0
    (path,) = (folder / "models").glob("*.json")
    made = read(path.read_text())
    assert path.name == f"{MODEL}-{made.short_id}.json"
    assert made.artefact_id in path.with_suffix(".md").read_text()
    assert await models_command.check(console, folder, str(path)) == 0
    assert await models_command.enable(console, folder, str(path)) == 0
    for named in (str(path), made.short_id):
        assert await models_command.show(console, folder, named) == 0
    assert await models_command.list_models(console, folder, folder / "models") == 0
    assert f"in service for {MODEL} since" in text.getvalue()
    assert await models_command.disable(console, folder, MODEL) == 0
    assert await models_command.disable(console, folder, MODEL) == 2
    async with pool.connection() as connection:
        services = (await artefacts_in_service.fleet_models(connection, [MODEL]))[MODEL].services
    assert [one.artefact and one.artefact.short_id for one in services] == [made.short_id, None]


async def test_a_tampered_file_is_refused_by_every_command_and_nothing_enters_service(folder: Path, pool: Pool) -> None:
    console, text = paper()
    path = folder / "tampered.json"
    path.write_text(artefact().text().replace('"seed":1', '"seed":2'))
    drift = DriftOptions(str(path), None, None, None)
    assert await models_command.check(console, folder, str(path)) == 1
    assert await models_command.enable(console, folder, str(path)) == 1
    assert await models_command.show(console, folder, str(path)) == 1
    assert await models_command.drift(console, folder, drift) == 1
    assert text.getvalue().count("was changed after it was trained") == 4
    async with pool.connection() as connection:
        assert await artefacts_in_service.fleet_models(connection, [MODEL]) == {}
        with pytest.raises(ArtefactError):
            await service.put_in_service(connection, read(path.read_text()), T0_S)


async def test_drift_is_told_where_the_fleet_has_moved_and_not_where_it_has_not(folder: Path, pool: Pool) -> None:
    console, text = paper()
    path = folder / "known.json"
    path.write_text(artefact().text())
    since_s, until_s = T0_S + 40 * DAY_S, T0_S + DAYS * DAY_S
    told = folder / "drift.json"
    assert await models_command.drift(console, folder, DriftOptions(str(path), since_s, until_s, told)) == 0
    assert "the fleet is as it was in training" in text.getvalue()
    assert {one["verdict"] for one in json.loads(told.read_text())["drift"]} == {"steady"}
    async with pool.connection() as connection:
        await connection.execute(
            """update diagnostics.trips set features = features || jsonb_build_object(
                   'charging_v', (features ->> 'charging_v')::float8 - 0.6)"""
        )
    assert await models_command.drift(console, folder, DriftOptions(str(path), since_s, until_s, None)) == 1
    assert "fleet_charging_v reads otherwise under the same conditions" in text.getvalue()
    assert f"servicelane models train --vehicle-model {MODEL}" in text.getvalue()
    late = DriftOptions(str(path), T0_S + 900 * DAY_S, None, None)
    assert await models_command.drift(console, folder, late) == 1
    assert "Too few cars" in text.getvalue()


async def test_what_cannot_be_done_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    console, text = paper()
    strange = TrainOptions(["no-such-model"], None, None, folder / "models", 1, 0.02)
    assert await models_command.train(console, folder, strange) == 2
    early = TrainOptions([MODEL], None, T0_S, folder / "models", 1, 0.02)
    assert await models_command.train(console, folder, early) == 1
    assert await models_command.show(console, folder, "nothing.json") == 2
    assert await models_command.show(console, folder, "abcdef") == 2
    assert await models_command.check(console, tmp_path / "nowhere", "abcdef") == 2
    for words in (
        "No car is enrolled as 'no-such-model'; there are: petrol-handmade",
        "Nothing was trained",
        "no file",
    ):
        assert words in text.getvalue()
    assert "0 artefacts begin with abcdef" in text.getvalue()
