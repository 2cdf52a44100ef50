"""Trains models of what is normal for a fleet, checks and compares them, and puts them in service.

Exit status: 0 done, 1 the answer is no (does not fit, has drifted, nothing trained), 2 not possible as asked for.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec

from rich.console import Console
from rich.table import Table

from database.connection import Connection, open_pool
from diagnostics.models import artefact as artefacts
from diagnostics.models import service, store
from diagnostics.models.artefact import MOST_BYTES, Artefact, ArtefactError, mismatches
from diagnostics.models.card import card
from diagnostics.models.drift import Drift
from diagnostics.models.training import TrainingError
from servicelane.state_file import read_state
from servicelane.summary import write_json

_RECENT_S: Final = 30 * 86_400.0
_Rest = ParamSpec("_Rest")
_Command = Callable[Concatenate[Console, _Rest], Coroutine[Any, Any, int]]


class NotPossibleError(RuntimeError):
    """It cannot be done as it was asked for; the message says what to do."""


def _answering(command: _Command[_Rest]) -> _Command[_Rest]:
    """Errors as words and exit status."""

    @wraps(command)
    async def answer(console: Console, /, *given: _Rest.args, **named: _Rest.kwargs) -> int:
        try:
            return await command(console, *given, **named)
        except (ArtefactError, TrainingError) as error:
            console.print(str(error), style="red", markup=False, soft_wrap=True)
            return 1
        except (NotPossibleError, OSError) as error:
            console.print(str(error), markup=False, soft_wrap=True)
            return 2

    return answer


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """`vehicle_models`: every model that cars are enrolled as where it is empty. Unix seconds."""

    vehicle_models: Sequence[str]
    since_s: float | None
    until_s: float | None
    out: Path
    seed: int
    alarms_per_car_year: float


@dataclass(frozen=True, slots=True)
class DriftOptions:
    """Without `since_s` the thirty days before `until_s`, or before now."""

    named: str
    since_s: float | None
    until_s: float | None
    json: Path | None


@_answering
async def train(console: Console, data_folder: Path, options: TrainOptions) -> int:
    async with _database(data_folder) as connection:
        known = await store.fetch_vehicle_models(connection)
        wanted = list(options.vehicle_models) or list(known)
        if unknown := [one for one in wanted if one not in known]:
            raise NotPossibleError(
                f"No car is enrolled as {unknown[0]!r}; there are: {', '.join(known) or 'none yet'}."
            )
        written = [await _train_one(console, connection, one, options) for one in wanted]
    if not any(written):
        console.print("Nothing was trained.")
    return 0 if any(written) else 1


async def _train_one(console: Console, connection: Connection, vehicle_model: str, options: TrainOptions) -> bool:
    try:
        made = await service.train_model(
            connection,
            vehicle_model,
            seed=options.seed,
            since_s=options.since_s,
            until_s=options.until_s,
            alarms_per_car_year=options.alarms_per_car_year,
        )
    except TrainingError as error:
        console.print(f"Not trained: {error}.", markup=False, soft_wrap=True)
        return False
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"{re.sub(r'[^A-Za-z0-9._-]', '_', vehicle_model)}-{made.short_id}.json"
    path.write_text(made.text(), encoding="utf-8")
    path.with_suffix(".md").write_text(card(made), encoding="utf-8")
    regimes = ", ".join(made.normals)
    console.print(f"{vehicle_model}: {made.about['cars']} cars, {made.about['trips']} trips; {regimes}.", markup=False)
    console.print(f"  {path}\n  `servicelane models enable {path}` puts it in service.", markup=False, soft_wrap=True)
    return True


@_answering
async def list_models(console: Console, data_folder: Path, folder: Path) -> int:
    table = Table("model of car", "artefact", "trained to", "fits", "where", box=None)
    for path in sorted(folder.glob("*.json")):
        try:
            _add(table, _read_file(path), str(path))
        except ArtefactError as error:
            table.add_row("", "", "", "no", str(error))
    try:
        async with _database(data_folder) as connection:
            for vehicle_model, made, from_s in await _in_service(connection):
                since = datetime.fromtimestamp(from_s, UTC).isoformat(timespec="seconds")
                _add(table, made, f"in service for {vehicle_model} since {since}")
    except NotPossibleError as error:
        console.print(f"{error} What is in service is not listed.", markup=False, soft_wrap=True)
    console.print(table if table.row_count else f"No artefacts in {folder}, none in service.")
    return 0


@_answering
async def show(console: Console, data_folder: Path, named: str) -> int:
    console.print(card(await _find(data_folder, named)), markup=False, highlight=False, soft_wrap=True)
    return 0


@_answering
async def check(console: Console, data_folder: Path, named: str) -> int:
    made = await _find(data_folder, named)
    artefacts.require(made)
    console.print(f"Artefact {made.short_id} of {made.vehicle_model} is whole and fits this version.", markup=False)
    return 0


@_answering
async def enable(console: Console, data_folder: Path, named: str) -> int:
    made = await _find(data_folder, named)
    async with _database(data_folder) as connection:
        await service.put_in_service(connection, made, time.time())
    console.print(f"{made.short_id} judges {made.vehicle_model} from now on.", markup=False)
    return 0


@_answering
async def disable(console: Console, data_folder: Path, vehicle_model: str) -> int:
    async with _database(data_folder) as connection:
        if vehicle_model not in {one for one, _, _ in await _in_service(connection)}:
            raise NotPossibleError(f"No artefact judges {vehicle_model}: `servicelane models list`.")
        await service.take_out_of_service(connection, vehicle_model, time.time())
    console.print(f"Nothing compares {vehicle_model} with its fleet from now on.", markup=False)
    return 0


@_answering
async def drift(console: Console, data_folder: Path, options: DriftOptions) -> int:
    made = await _find(data_folder, options.named)
    since_s = options.since_s
    if since_s is None:
        since_s = (time.time() if options.until_s is None else options.until_s) - _RECENT_S
    async with _database(data_folder) as connection:
        found = await service.measure_drift(connection, made, since_s, options.until_s)
    if options.json:
        write_json({"artefact_id": made.artefact_id, "drift": [asdict(one) for one in found]}, options.json)
    return _print_drift(console, made, found)


def _print_drift(console: Console, made: Artefact, found: Sequence[Drift]) -> int:
    table = Table("regime", "quantity", "cars", "PSI", "p", "shift of the median", "", box=None)
    for one in found:
        row = (one.regime, one.name, str(one.cars), f"{one.psi:.2f}", f"{one.p_value:.1g}")
        table.add_row(*row, f"{one.shift:+.3g} {one.unit}", one.verdict)
    console.print(table)
    moved = [one for one in found if one.verdict == "moved"]
    if not found or all(one.verdict == "too few cars" for one in found):
        console.print("Too few cars have told anything in this time: nothing can be said.")
        return 1
    if not moved:
        console.print(f"Artefact {made.short_id}: the fleet is as it was in training.", markup=False)
        return 0
    for one in moved:
        what = "is driven otherwise" if one.is_condition else "reads otherwise under the same conditions"
        console.print(f"{one.regime}: {one.name} {what} ({one.shift:+.3g} {one.unit}).", markup=False)
    console.print(f"Train again: `servicelane models train --vehicle-model {made.vehicle_model}`", markup=False)
    return 1


def _add(table: Table, made: Artefact, where: str) -> None:
    fits = "; ".join(mismatches(made)) or "yes"
    table.add_row(made.vehicle_model, made.short_id, made.about["period"]["until_s"][:10], fits, where)


async def _in_service(connection: Connection) -> list[tuple[str, Artefact, float]]:
    """By model of car, what judges it now and since when."""
    last = {row["vehicle_model"]: row for row in await store.fetch_services(connection)}
    wanted = [row["artefact_id"] for row in last.values() if row["artefact_id"]]
    documents = await store.fetch_documents(connection, wanted)
    return [
        (model, artefacts.read(documents[row["artefact_id"]]), row["from_s"])
        for model, row in last.items()
        if row["artefact_id"]
    ]


async def _find(data_folder: Path, named: str) -> Artefact:
    """A file of this name, or the one artefact of the database whose hash begins so."""
    if Path(named).is_file():
        return _read_file(Path(named))
    if not re.fullmatch(r"[0-9a-f]{4,64}", named):
        raise NotPossibleError(f"{named} is no file and no beginning of a hash: `servicelane models list`.")
    async with _database(data_folder) as connection:
        found = await store.find_documents(connection, named)
    if len(found) != 1:
        raise NotPossibleError(f"{len(found)} artefacts begin with {named}: `servicelane models list`.")
    return artefacts.read(*found.values())


def _read_file(path: Path) -> Artefact:
    if path.stat().st_size > MOST_BYTES:
        raise ArtefactError(f"{path} is larger than {MOST_BYTES >> 20} MB: no artefact of ours.")
    try:
        return artefacts.read(path.read_bytes())
    except ArtefactError as error:
        raise ArtefactError(f"{path}: {error}") from error


@asynccontextmanager
async def _database(data_folder: Path) -> AsyncIterator[Connection]:
    """That of the running stack, or of DATABASE_URL."""
    state = read_state(data_folder)
    url = state.database_url if state else os.environ.get("DATABASE_URL")
    if url is None:
        raise NotPossibleError(
            f"No stack runs with {data_folder}. `servicelane up` starts one; DATABASE_URL names another."
        )
    async with open_pool(url, maximum=1) as pool, pool.connection() as connection:
        yield connection
