"""Trains models on what is stored, puts them in service and measures drift. The caller owns the transaction."""

from __future__ import annotations

from database.connection import Connection
from diagnostics.models import drift, store
from diagnostics.models.artefact import Artefact, require
from diagnostics.models.drift import Drift
from diagnostics.models.regimes import REGIMES
from diagnostics.models.training import ALARMS_PER_CAR_YEAR, by_regime, train


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
