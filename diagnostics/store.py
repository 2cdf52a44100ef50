"""The tables of the schema `diagnostics`, and what is published of telemetry: one query for many cars each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from database.connection import Connection
from database.errors import translated
from database.queries import Queries
from diagnostics.cases import Case, Told
from diagnostics.findings import Finding, instant
from diagnostics.history import MOMENTS, EngineStart, Item, ParkedReading, Trip, moment_of
from diagnostics.samples import Floats
from diagnostics.spans import Span

_queries: Final = Queries(Path(__file__).parent / "queries")
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

Row = dict[str, Any]
CarSpan = tuple[int, Span]


async def fetch_cases(connection: Connection, vehicle_ids: Sequence[int], rules: str) -> list[Row]:
    return await _queries.all(connection, "fetch_cases", vehicle_ids=list(vehicle_ids), rules=rules)


async def fetch_driving(connection: Connection, spans: Sequence[CarSpan]) -> list[Floats | None]:
    """By span, shape (bins, 1 + samples.SIGNALS) with the instants first; None where there is nothing."""
    return await _bins(connection, "fetch_driving_bins", spans)


async def fetch_parked(connection: Connection, hours: Sequence[CarSpan]) -> list[Floats | None]:
    """By hour, shape (1, 1 + samples.PARKED_SIGNALS)."""
    return await _bins(connection, "fetch_parked_bins", hours)


async def fetch_parked_hours(connection: Connection, spans: Sequence[CarSpan]) -> list[tuple[int, float]]:
    if not spans:
        return []
    rows = await _queries.all(connection, "fetch_parked_hours", **_columns(spans))
    return [(row["vehicle_id"], row["hour"].timestamp()) for row in rows]


async def fetch_trips_near(connection: Connection, spans: Sequence[CarSpan]) -> dict[int, list[Trip]]:
    if not spans:
        return {}
    near: dict[int, list[Trip]] = {}
    for row in await _queries.all(connection, "fetch_trips_near", **_columns(spans)):
        trip = Trip(row["started_s"], row["ended_s"], json.loads(row["features"]))
        near.setdefault(row["vehicle_id"], []).append(trip)
    return near


async def fetch_moments(connection: Connection, spans: Sequence[CarSpan]) -> dict[int, list[Told]]:
    if not spans:
        return {}
    rows = await _queries.all(connection, "fetch_moments", **_columns(spans), kinds=list(MOMENTS))
    last = {(row["vehicle_id"], row["kind"], row["at_s"]): row["details"] for row in rows}
    found: dict[int, list[Told]] = {}
    for (vehicle_id, kind, at_s), details in last.items():
        found.setdefault(vehicle_id, []).append(Told(moment_of(kind, at_s, json.loads(details)), kind, details))
    return found


async def fetch_trip_ends(connection: Connection, spans: Sequence[CarSpan]) -> dict[int, float]:
    """By vehicle, where it told of any."""
    if not spans:
        return {}
    rows = await _queries.all(connection, "fetch_trip_ends", **_columns(spans))
    return {row["vehicle_id"]: row["over_s"] for row in rows}


async def fetch_items(connection: Connection, since_s: Mapping[int, float | None]) -> dict[int, list[Item]]:
    """By vehicle, what is complete at its instant or later; everything where that is None."""
    if not since_s:
        return {}
    since = [_EVER if one is None else instant(one) for one in since_s.values()]
    rows = await _queries.all(connection, "fetch_items", vehicle_ids=list(since_s), since=since)
    found: dict[int, list[Item]] = {}
    for row in rows:
        found.setdefault(row["vehicle_id"], []).append(_item(row))
    return found


def _item(row: Row) -> Item:
    told = json.loads(row["told"])
    if row["kind"] == "trip":
        return Trip(row["started_s"], row["at_s"], told)
    if row["kind"] == "parked":
        return ParkedReading(row["at_s"], told)
    return moment_of(row["kind"], row["at_s"], told)


async def fetch_weak_starts(
    connection: Connection, vehicle_ids: Sequence[int], below_v: float
) -> dict[int, list[EngineStart]]:
    """Starts at which the voltage fell below this, by vehicle."""
    found: dict[int, list[EngineStart]] = {}
    if not vehicle_ids:
        return found
    for row in await _queries.all(connection, "fetch_weak_starts", vehicle_ids=list(vehicle_ids), below_v=below_v):
        start = moment_of("engine_start", row["at_s"], json.loads(row["details"]))
        assert isinstance(start, EngineStart)
        found.setdefault(row["vehicle_id"], []).append(start)
    return found


async def fetch_findings(
    connection: Connection, since_s: Mapping[int, float | None], code_kinds: Sequence[str]
) -> list[Row]:
    since = [_EVER if one is None else instant(one) for one in since_s.values()]
    return await _queries.all(
        connection, "fetch_findings", vehicle_ids=list(since_s), since=since, code_kinds=list(code_kinds)
    )


async def fetch_code_findings(
    connection: Connection, vehicle_ids: Sequence[int], code_kinds: Sequence[str]
) -> list[Row]:
    return await _queries.all(
        connection, "fetch_code_findings", vehicle_ids=list(vehicle_ids), code_kinds=list(code_kinds)
    )


async def replace_trips(connection: Connection, cases: Sequence[Case]) -> None:
    """Those that are gone, then those that are new."""
    trips = [(case.vehicle_id, trip) for case in cases for trip in case.trips]
    kept = {(vehicle_id, trip.started_s) for vehicle_id, trip in trips}
    gone = [(case.vehicle_id, trip.started_s) for case in cases for trip in case.gone]
    if gone := [one for one in gone if one not in kept]:
        await _queries.run(
            connection,
            "delete_trips",
            vehicle_ids=[vehicle_id for vehicle_id, _ in gone],
            started_at=[instant(started_s) for _, started_s in gone],
        )
    if trips:
        await _queries.run(
            connection,
            "upsert_trips",
            vehicle_ids=[vehicle_id for vehicle_id, _ in trips],
            started_at=[instant(trip.started_s) for _, trip in trips],
            ended_at=[instant(trip.ended_s) for _, trip in trips],
            features=[json.dumps(trip.features) for _, trip in trips],
        )


async def upsert_parked_readings(connection: Connection, cases: Sequence[Case]) -> None:
    readings = [(case.vehicle_id, one) for case in cases for one in case.parked]
    if readings:
        await _queries.run(
            connection,
            "upsert_parked_readings",
            vehicle_ids=[vehicle_id for vehicle_id, _ in readings],
            recorded_at=[instant(one.at_s) for _, one in readings],
            features=[json.dumps(one.features) for _, one in readings],
        )


async def upsert_moments(connection: Connection, cases: Sequence[Case]) -> None:
    moments = [(case.vehicle_id, told) for case in cases for told in case.told]
    if moments:
        await _queries.run(
            connection,
            "upsert_moments",
            vehicle_ids=[vehicle_id for vehicle_id, _ in moments],
            kinds=[told.kind for _, told in moments],
            recorded_at=[instant(told.moment.at_s) for _, told in moments],
            details=[told.details for _, told in moments],
        )


def finding_rows(vehicle_id: int, findings: Iterable[Finding]) -> list[Row]:
    """As JSON holds them."""
    return [_finding_row(vehicle_id, finding) for finding in findings]


async def upsert_findings(connection: Connection, rows: Sequence[Row]) -> None:
    """Of `finding_rows`; those that say nothing new are not written."""
    if rows:
        await _queries.run(connection, "upsert_findings", findings=Jsonb(rows))


async def delete_findings(connection: Connection, finding_ids: Sequence[UUID]) -> None:
    if finding_ids:
        await _queries.run(connection, "delete_findings", finding_ids=list(finding_ids))


async def upsert_car_states(
    connection: Connection, cases: Sequence[tuple[Case, float, str | None]], rules: str
) -> dict[int, str]:
    """Of each case until when it is folded, and its judgement where that is another. Returns revisions by vehicle."""
    if not cases:
        return {}
    rows = await _queries.all(
        connection,
        "upsert_car_states",
        vehicle_ids=[case.vehicle_id for case, _, _ in cases],
        judged_until=[instant(case.mark_s) for case, _, _ in cases],
        folded_until=[instant(folded_until_s) for _, folded_until_s, _ in cases],
        judgements=[judgement for _, _, judgement in cases],
        rules=rules,
    )
    return {row["vehicle_id"]: row["revision"] for row in rows}


async def _bins(connection: Connection, name: str, spans: Sequence[CarSpan]) -> list[Floats | None]:
    """In the binary format: a third of the time that text takes."""
    found: list[Floats | None] = [None] * len(spans)
    if not spans:
        return found
    parameters = {"places": list(range(len(spans))), **_columns(spans)}
    with translated():
        async with connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            await cursor.execute(_queries.text(name), parameters)
            rows = np.array(await cursor.fetchall(), dtype=np.float64)
    if len(rows):
        edges = np.flatnonzero(np.diff(rows[:, 0])) + 1
        for part in np.split(rows, edges):
            found[int(part[0, 0])] = part[:, 1:]
    return found


def _columns(spans: Iterable[CarSpan]) -> dict[str, list[Any]]:
    listed = list(spans)
    return {
        "vehicle_ids": [vehicle_id for vehicle_id, _ in listed],
        "from_at": [instant(span.from_s) for _, span in listed],
        "to_at": [instant(span.to_s) for _, span in listed],
    }


def _finding_row(vehicle_id: int, finding: Finding) -> Row:
    alarm = finding.alarm
    return {
        "finding_id": str(finding.finding_id),
        "vehicle_id": vehicle_id,
        "kind": alarm.kind,
        "component": alarm.component,
        "severity": alarm.severity,
        "found_at": instant(alarm.found_s).isoformat(),
        "onset_at": instant(alarm.onset_s).isoformat(),
        "ended_at": None if alarm.ended_s is None else instant(alarm.ended_s).isoformat(),
        "evidence": finding.evidence,
        "texts": finding.texts,
    }
