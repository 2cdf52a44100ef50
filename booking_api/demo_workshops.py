"""Invented workshops, for the demo and for trying the API out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from booking_api import store
from database.connection import Connection

_FILE: Final = Path(__file__).parent / "demo_workshops.toml"


async def register_demo_workshops(connection: Connection) -> None:
    """Registers them with bays, technicians and hours. The same again changes nothing."""
    for described in tomllib.loads(_FILE.read_text())["workshops"]:
        await _register(connection, described)


async def _register(connection: Connection, described: dict[str, Any]) -> None:
    workshop_id = described["workshop_id"]
    lists = {name: described.pop(name, []) for name in ("hours", "closed_on", "resources")}
    await store.upsert_workshop(connection, described)
    hours = [{"workshop_id": workshop_id, **row} for one in lists["hours"] for row in _hours(one)]
    await store.upsert_opening_hours(connection, hours)
    closed = [{"workshop_id": workshop_id, "closed_on": on} for on in lists["closed_on"]]
    await store.insert_closed_days(connection, closed)
    resources = [{"workshop_id": workshop_id, "skills": [], **one} for one in lists["resources"]]
    await store.upsert_resources(connection, resources)


def _hours(one: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return ({"weekday": day, "opens": one["opens"], "closes": one["closes"]} for day in one["weekdays"])
