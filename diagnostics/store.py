"""The tables of the schema `diagnostics`, and what is published of telemetry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from diagnostics.code_catalogue import describe_code
from diagnostics.code_episodes import CodeEpisode, CodeReport, code_text
from diagnostics.findings import Finding, instant
from diagnostics.history import EngineStart, ParkedReading
from diagnostics.samples import Samples
from diagnostics.trips import Trip

_queries: Final = Queries(Path(__file__).parent / "queries")

Row = dict[str, Any]


async def fetch_vehicles(connection: Connection, vehicle_ids: Sequence[int]) -> list[Row]:
    return await _queries.all(connection, "fetch_vehicles", vehicle_ids=list(vehicle_ids))


async def fetch_newest_at(connection: Connection, vehicle_id: int) -> datetime | None:
    row = await _queries.one(connection, "fetch_newest", vehicle_id=vehicle_id)
    return row["newest_at"] if row else None


async def widen_span(
    connection: Connection, vehicle_id: int, from_at: datetime, to_at: datetime
) -> tuple[datetime, datetime]:
    row = await _queries.one(connection, "widen_span", vehicle_id=vehicle_id, from_at=from_at, to_at=to_at)
    assert row is not None  # an aggregate has one row
    return row["from_at"], row["to_at"]


async def fetch_driving(connection: Connection, vehicle_id: int, from_at: datetime, to_at: datetime) -> Samples:
    span = {"vehicle_id": vehicle_id, "from_at": from_at, "to_at": to_at}
    return _samples(await _queries.all(connection, "fetch_driving_bins", **span))


async def fetch_parked(connection: Connection, vehicle_id: int, from_at: datetime, to_at: datetime) -> Samples:
    span = {"vehicle_id": vehicle_id, "from_at": from_at, "to_at": to_at}
    return _samples(await _queries.all(connection, "fetch_parked_bins", **span))


async def replace_trips(
    connection: Connection, vehicle_id: int, from_at: datetime, to_at: datetime, trips: Sequence[Trip]
) -> None:
    await _queries.run(connection, "delete_trips", vehicle_id=vehicle_id, from_at=from_at, to_at=to_at)
    rows = [
        {
            "vehicle_id": vehicle_id,
            "started_at": instant(trip.started_s),
            "ended_at": instant(trip.ended_s),
            "features": Jsonb(dict(trip.features)),
        }
        for trip in trips
    ]
    await _many(connection, "insert_trip", rows)


async def upsert_parked_readings(connection: Connection, vehicle_id: int, readings: Iterable[ParkedReading]) -> None:
    rows = [
        {"vehicle_id": vehicle_id, "recorded_at": instant(one.at_s), "p20_kpa": Jsonb(dict(one.p20_kpa))}
        for one in readings
    ]
    await _many(connection, "upsert_parked_reading", rows)


async def fetch_trips(connection: Connection, vehicle_id: int, since: datetime) -> list[Trip]:
    rows = await _queries.all(connection, "fetch_trips", vehicle_id=vehicle_id, since=since)
    return [Trip(**row) for row in rows]


async def fetch_parked_readings(connection: Connection, vehicle_id: int, since: datetime) -> list[ParkedReading]:
    rows = await _queries.all(connection, "fetch_parked_readings", vehicle_id=vehicle_id, since=since)
    return [ParkedReading(**row) for row in rows]


async def fetch_starts(connection: Connection, vehicle_id: int, since: datetime) -> list[EngineStart]:
    rows = await _queries.all(connection, "fetch_starts", vehicle_id=vehicle_id, since=since)
    return [_start(row["at_s"], row["details"]) for row in rows]


async def fetch_code_reports(connection: Connection, vehicle_id: int) -> list[CodeReport]:
    rows = await _queries.all(connection, "fetch_code_reports", vehicle_id=vehicle_id)
    return [CodeReport(**row | {"codes": {int(one["code"]): one for one in row["codes"]}}) for row in rows]


async def fetch_findings(connection: Connection, vehicle_id: int, since: datetime) -> list[Row]:
    return await _queries.all(connection, "fetch_findings", vehicle_id=vehicle_id, since=since)


async def upsert_findings(connection: Connection, vehicle_id: int, findings: Sequence[Finding]) -> None:
    await _many(connection, "upsert_finding", [_finding_row(vehicle_id, finding) for finding in findings])


async def delete_findings(connection: Connection, finding_ids: Sequence[UUID]) -> None:
    if finding_ids:
        await _queries.run(connection, "delete_findings", finding_ids=list(finding_ids))


async def replace_code_episodes(connection: Connection, vehicle_id: int, episodes: Sequence[CodeEpisode]) -> None:
    await _queries.run(connection, "delete_code_episodes", vehicle_id=vehicle_id)
    await _many(connection, "insert_code_episode", [_episode_row(vehicle_id, episode) for episode in episodes])


async def _many(connection: Connection, name: str, rows: Sequence[Row]) -> None:
    if rows:
        await _queries.many(connection, name, rows)


def _samples(rows: Sequence[Row]) -> Samples:
    names = [name for name in rows[0] if name != "at_s"] if rows else []
    columns = {name: np.array([row[name] for row in rows], dtype=np.float64) for name in names}
    return Samples(np.array([row["at_s"] for row in rows], dtype=np.float64), columns)


def _start(at_s: float, details: Mapping[str, Any]) -> EngineStart:
    temperature_c = details.get("battery_temperature_c", details.get("ambient_temperature_c"))
    return EngineStart(
        at_s=at_s,
        minimum_v=details.get("crank_minimum_voltage_v"),
        rest_v=details.get("rest_voltage_v"),
        temperature_c=temperature_c,
    )


def _finding_row(vehicle_id: int, finding: Finding) -> Row:
    alarm = finding.alarm
    return {
        "finding_id": finding.finding_id,
        "vehicle_id": vehicle_id,
        "kind": alarm.kind,
        "component": alarm.component,
        "severity": alarm.severity,
        "found_at": instant(alarm.found_s),
        "onset_at": instant(alarm.onset_s),
        "ended_at": _possible(alarm.ended_s),
        "evidence": Jsonb(finding.evidence),
        "texts": Jsonb(finding.texts),
    }


def _episode_row(vehicle_id: int, episode: CodeEpisode) -> Row:
    text = code_text(episode.code)
    meaning = describe_code(text)
    return {
        "vehicle_id": vehicle_id,
        "ecu": episode.ecu,
        "code": text,
        "first_seen_at": instant(episode.first_seen_s),
        "last_seen_at": instant(episode.last_seen_s),
        "status": episode.status,
        "confirmed_at": _possible(episode.confirmed_s),
        "healed_at": _possible(episode.healed_s),
        "ended_at": _possible(episode.ended_s),
        "occurrences": episode.occurrences,
        "recurred": episode.recurred,
        "mil": episode.lamp,
        "severity": meaning.severity,
        "titles": Jsonb(dict(meaning.titles)),
        "freeze_frame": Jsonb(dict(episode.freeze_frame)) if episode.freeze_frame else None,
        "transitions": Jsonb([[instant(at_s).isoformat(), status] for at_s, status in episode.transitions]),
    }


def _possible(unix_s: float | None) -> datetime | None:
    return None if unix_s is None else instant(unix_s)
