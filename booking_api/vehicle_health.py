"""What is known of a car: what is wrong, what is due. Of many cars in as many queries as of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from booking_api import store
from booking_api.health_texts import health_sentence
from booking_api.languages import Text
from database.connection import Connection


@dataclass(frozen=True, slots=True)
class VehicleHealth:
    """Rows as published by diagnostics and ingest; no `latest_state` where the car was never heard of."""

    vin: str
    sentence: Text
    findings: list[store.Row]
    codes: list[store.Row]
    latest_state: store.Row | None


async def health(connection: Connection, vehicle: store.Row) -> VehicleHealth:
    """Of a car that `access.find_vehicle` has found."""
    return (await health_of_each(connection, [vehicle]))[vehicle["vehicle_id"]]


async def health_of_each(connection: Connection, vehicles: Sequence[store.Row]) -> Mapping[int, VehicleHealth]:
    """By the number of the car."""
    wanted = numbers(vehicles)
    findings = by_vehicle(vehicles, await store.fetch_findings(connection, wanted))
    codes = by_vehicle(vehicles, await store.fetch_active_codes(connection, wanted))
    states = by_vehicle(vehicles, await store.fetch_latest_states(connection, wanted))
    return {
        number: _health(one["vin"], findings[number], codes[number], states[number])
        for number, one in zip(wanted, vehicles, strict=True)
    }


def _health(vin: str, findings: list[store.Row], codes: list[store.Row], states: Sequence[store.Row]) -> VehicleHealth:
    severities = [row["severity"] for row in (*findings, *codes) if row["severity"]]
    state = states[0] if states else None
    return VehicleHealth(vin, health_sentence(severities, has_reported=state is not None), findings, codes, state)


async def due(connection: Connection, vehicle: store.Row) -> list[store.Row]:
    """What is recommended for the car, the most urgent first."""
    return (await due_of_each(connection, [vehicle]))[vehicle["vehicle_id"]]


async def due_of_each(connection: Connection, vehicles: Sequence[store.Row]) -> Mapping[int, list[store.Row]]:
    """By the number of the car."""
    return by_vehicle(vehicles, await store.fetch_recommendations(connection, numbers(vehicles)))


def numbers(vehicles: Iterable[store.Row]) -> list[int]:
    return [one["vehicle_id"] for one in vehicles]


def by_vehicle(vehicles: Iterable[store.Row], rows: Iterable[store.Row]) -> dict[int, list[store.Row]]:
    """The rows of each car in their order, a list for every car."""
    sorted_out: dict[int, list[store.Row]] = {one: [] for one in numbers(vehicles)}
    for row in rows:
        sorted_out[row["vehicle_id"]].append(row)
    return sorted_out
