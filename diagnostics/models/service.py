"""Trains models on what is stored, puts them in service, and hands them to whoever judges. The caller owns the
transaction.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from typing import Final

import structlog

from database.connection import Connection
from diagnostics.models import drift, store
from diagnostics.models.artefact import Artefact, ArtefactError, read, require
from diagnostics.models.drift import Drift
from diagnostics.models.in_service import FleetModels, Service
from diagnostics.models.regimes import REGIMES
from diagnostics.models.training import ALARMS_PER_CAR_YEAR, by_regime, train

_log: Final = structlog.get_logger("diagnostics.models")
_MOST_KNOWN: Final = 256
_known: OrderedDict[str, Artefact | None] = OrderedDict()
"""By hash, so that a document is read once by a process; None for one that does not fit this version."""


async def fleet_models(connection: Connection, vehicle_models: Collection[str]) -> dict[str, FleetModels]:
    """By model of car, what judges it and since when. An artefact that does not fit this version judges nothing."""
    rows = await store.fetch_services(connection, vehicle_models)
    missing = sorted({row["artefact_id"] for row in rows if row["artefact_id"]} - _known.keys())
    for artefact_id, document in (await store.fetch_documents(connection, missing)).items():
        _learn(artefact_id, document)
    services: dict[str, list[Service]] = {}
    for row in rows:
        artefact = _known.get(row["artefact_id"]) if row["artefact_id"] else None
        services.setdefault(row["vehicle_model"], []).append(Service(row["from_s"], artefact))
    return {model: FleetModels(tuple(of_model)) for model, of_model in services.items()}


def _learn(artefact_id: str, document: str) -> None:
    try:
        artefact: Artefact | None = read(document)
        assert artefact is not None
        require(artefact)
    except ArtefactError as error:
        _log.error("an artefact in service is refused", artefact=artefact_id, why=str(error))
        artefact = None
    _known[artefact_id] = artefact
    while len(_known) > _MOST_KNOWN:
        _known.popitem(last=False)


async def train_model(
    connection: Connection,
    vehicle_model: str,
    *,
    seed: int = 1,
    since_s: float | None = None,
    until_s: float | None = None,
    alarms_per_car_year: float = ALARMS_PER_CAR_YEAR,
) -> Artefact:
    """Raises training.TrainingError where the fleet tells too little."""
    fleet = [history async for history in store.fetch_fleet(connection, vehicle_model, since_s)]
    return train(
        vehicle_model,
        fleet,
        seed=seed,
        since_s=since_s,
        until_s=until_s,
        alarms_per_car_year=alarms_per_car_year,
    )


async def put_in_service(connection: Connection, artefact: Artefact, now_s: float) -> None:
    """Judges from now on. Raises ArtefactError where it does not fit this version."""
    require(artefact)
    await store.insert_service(connection, artefact.vehicle_model, now_s, artefact)


async def take_out_of_service(connection: Connection, vehicle_model: str, now_s: float) -> None:
    await store.insert_service(connection, vehicle_model, now_s, None)


async def measure_drift(
    connection: Connection, artefact: Artefact, since_s: float, until_s: float | None = None
) -> list[Drift]:
    """The fleet of today against that of the training. Raises ArtefactError where the two cannot be compared."""
    require(artefact)
    fleet = [history async for history in store.fetch_fleet(connection, artefact.vehicle_model, since_s)]
    kept = {car.vin: [one for one in car.items() if until_s is None or one.at_s < until_s] for car in fleet}
    seen = by_regime({car.vin: car.car for car in fleet}, kept)
    told = artefact.about["regimes"]
    comparisons = sum(len(told[name]["references"]) for name in artefact.normals)
    return [
        found
        for name, normal in artefact.normals.items()
        for found in drift.compare(REGIMES[name], normal, told[name]["references"], seen[name], comparisons)
    ]
