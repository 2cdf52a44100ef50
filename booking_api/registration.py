"""Stores what is described of a workshop. The same again changes nothing; what is no longer described is out of use."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from booking_api import workshop_store
from booking_api.workshop_description import DescribedResource, Span, WorkshopDescription
from database.connection import Connection

_LISTS = {"hours", "closed_on", "resources", "services", "parts"}


class DescriptionError(ValueError):
    """A file that describes workshops is wrong; the message names each place and what is wrong there."""


def read_workshops(text: str, name: str) -> list[WorkshopDescription]:
    """`[[workshops]]` of a TOML file called `name`. Raises DescriptionError, after which nothing has been stored."""
    try:
        tables = tomllib.loads(text).get("workshops", [])
        return [WorkshopDescription.model_validate(one) for one in tables]
    except tomllib.TOMLDecodeError as error:
        raise DescriptionError(f"{name} is no TOML: {error}") from error
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, one['loc'])) or 'workshop'}: {one['msg']}" for one in error.errors())
        raise DescriptionError(f"{name}, {error.title}:\n  " + "\n  ".join(lines)) from error


async def register_file(connection: Connection, path: Path) -> None:
    for described in read_workshops(path.read_text(encoding="utf-8"), path.name):
        await register(connection, described)


async def register(connection: Connection, described: WorkshopDescription) -> None:
    """In the caller's transaction, all of it or nothing."""
    workshop_id = described.workshop_id
    await workshop_store.upsert_workshop(connection, described.model_dump(exclude=_LISTS))
    await workshop_store.forget_schedule(connection, workshop_id)
    hours = [row | {"workshop_id": workshop_id} for one in described.hours for row in _rows(one, "opens", "closes")]
    await workshop_store.upsert_opening_hours(connection, hours)
    closed = [{"workshop_id": workshop_id, "closed_on": on} for on in sorted(set(described.closed_on))]
    await workshop_store.insert_closed_days(connection, closed)
    await _register_resources(connection, workshop_id, described.resources)
    services = [one.model_dump() | {"workshop_id": workshop_id} for one in described.services]
    await workshop_store.insert_services(connection, services)
    parts = [one.model_dump() | {"workshop_id": workshop_id} for one in described.parts]
    await workshop_store.insert_stock(connection, parts)


async def _register_resources(connection: Connection, workshop_id: str, resources: Iterable[DescribedResource]) -> None:
    rows, breaks, absences = [], [], []
    for one in resources:
        named = {"workshop_id": workshop_id, "name": one.name}
        rows.append(named | {"kind": one.kind, "skills": [*one.skills, *one.serves]})
        breaks += [named | row for pause in one.breaks for row in _rows(pause, "starts", "ends")]
        absences += [named | {"from_at": away.from_, "until_at": away.until} for away in one.absences]
    await workshop_store.upsert_resources(connection, rows)
    await workshop_store.insert_breaks(connection, breaks)
    await workshop_store.insert_absences(connection, absences)


def _rows(span: Span, first: str, last: str) -> list[dict[str, Any]]:
    return [{"weekday": day, first: begin, last: end} for day, begin, end in span.rows()]
