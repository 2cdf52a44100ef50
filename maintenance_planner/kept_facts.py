"""What earlier plannings of cars have kept, read for many cars in shared queries and without their samples."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from database.connection import Connection
from maintenance_planner import store
from maintenance_planner.campaigns import Campaign, load_campaigns
from maintenance_planner.models import FirstSight
from maintenance_planner.planning import CarFacts
from maintenance_planner.settings import MaintenancePlannerSettings
from maintenance_planner.usage import NOT_SEEN
from maintenance_planner.wear.artefact import DEFAULT, Artefact, load
from maintenance_planner.wear.predicting import predict


async def kept_facts(
    connection: Connection, first: Mapping[int, FirstSight], now: Mapping[int, datetime]
) -> AsyncIterator[CarFacts]:
    """Of cars that were planned before, by their first sight and the instant as of which each is to be planned."""
    vehicle_ids = list(now)
    vehicles = await store.fetch_vehicles_by_id(connection, vehicle_ids)
    days = await store.fetch_days(connection, now)
    usage = await store.fetch_usage(connection, vehicle_ids)
    findings = await store.fetch_findings(connection, vehicle_ids)
    records = await store.fetch_service_records(connection, vehicle_ids)
    codes = await store.fetch_codes(connection, vehicle_ids)
    told = await store.fetch_told(connection, vehicle_ids)
    predictions = predict(wear_models(), await store.fetch_wear(connection, vehicle_ids))
    running = campaigns()
    for vehicle in vehicles:
        key = vehicle.vehicle_id
        yield CarFacts(
            vehicle,
            now[key],
            first[key],
            days.get(key, []),
            usage.get(key, NOT_SEEN),
            findings.get(key, []),
            records.get(key, []),
            codes.get(key, []),
            running,
            predictions.get(key, {}),
            told=told.get(key, {}),
        )


def wear_models() -> Artefact:
    """Those that settings name, or else those that come along. Raises ArtefactError."""
    return load(MaintenancePlannerSettings().wear_models or DEFAULT)


def campaigns() -> tuple[Campaign, ...]:
    """Those of the operator's folder. Raises PlanError."""
    return load_campaigns(MaintenancePlannerSettings().campaigns)
