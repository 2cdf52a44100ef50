"""Diagnoses cars anew from what is stored of them. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from database.connection import Connection
from diagnostics import store
from diagnostics.code_episodes import CodeEpisode, episodes_of
from diagnostics.detectors import DETECTORS
from diagnostics.findings import Finding, finding_of, instant
from diagnostics.history import History, ParkedReading
from diagnostics.samples import WHEELS, Samples
from diagnostics.trips import describe, p20_kpa, split_trips

HISTORY_DAYS: Final = 180
"""How far back detectors look from the newest instant of the car; older findings stay as they are."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What is new of one car: the span of it, and whether samples are among it."""

    from_at: datetime
    to_at: datetime
    samples: bool


@dataclass(frozen=True, slots=True)
class News:
    """Findings that are new or over, and (vin, finding_id) of those that late data no longer support."""

    findings: list[Finding] = field(default_factory=list)
    withdrawn: list[tuple[str, UUID]] = field(default_factory=list)


async def diagnose(connection: Connection, touched: Mapping[int, Touched]) -> News:
    """Brings trips, code episodes and findings of these cars up to date."""
    news = News()
    for vehicle in await store.fetch_vehicles(connection, sorted(touched)):
        vehicle_id = vehicle["vehicle_id"]
        if touched[vehicle_id].samples:
            await _refresh_features(connection, vehicle, touched[vehicle_id])
        await _refresh_findings(connection, vehicle, news)
    return news


async def _refresh_features(connection: Connection, vehicle: store.Row, touched: Touched) -> None:
    """Derives the trips again that the new samples belong to, or join."""
    vehicle_id = vehicle["vehicle_id"]
    from_at, to_at = await store.widen_span(connection, vehicle_id, touched.from_at, touched.to_at)
    driving = await store.fetch_driving(connection, vehicle_id, from_at, to_at)
    trips = [describe(trip, vehicle["drivetrain"], vehicle["specification"]) for trip in split_trips(driving)]
    await store.replace_trips(connection, vehicle_id, from_at, to_at, trips)
    parked = await store.fetch_parked(connection, vehicle_id, touched.from_at, touched.to_at)
    await store.upsert_parked_readings(connection, vehicle_id, _parked_readings(parked))


def _parked_readings(parked: Samples) -> list[ParkedReading]:
    kpa = {wheel: p20_kpa(parked, wheel) for wheel in WHEELS}
    return [
        ParkedReading(
            float(at_s), {wheel: round(float(kpa[wheel][place]), 2) for wheel in WHEELS if kpa[wheel][place] > 0}
        )
        for place, at_s in enumerate(parked.at_s)
    ]


async def _refresh_findings(connection: Connection, vehicle: store.Row, news: News) -> None:
    vehicle_id = vehicle["vehicle_id"]
    newest_at = await store.fetch_newest_at(connection, vehicle_id)
    if newest_at is None:
        return
    since = newest_at - timedelta(days=HISTORY_DAYS)
    history = await _history(connection, vehicle, since)
    await store.replace_code_episodes(connection, vehicle_id, history.episodes)
    await _settle(connection, vehicle, findings_of(history), since, news)


def findings_of(history: History) -> list[Finding]:
    return [finding_of(history.vin, alarm) for detect in DETECTORS.values() for alarm in detect(history)]


async def _history(connection: Connection, vehicle: Mapping[str, Any], since: datetime) -> History:
    vehicle_id = vehicle["vehicle_id"]
    episodes: Sequence[CodeEpisode] = episodes_of(await store.fetch_code_reports(connection, vehicle_id))
    return History(
        vin=vehicle["vin"],
        drivetrain=vehicle["drivetrain"],
        specification=vehicle["specification"],
        trips=await store.fetch_trips(connection, vehicle_id, since),
        starts=await store.fetch_starts(connection, vehicle_id, since),
        parked=await store.fetch_parked_readings(connection, vehicle_id, since),
        episodes=episodes,
    )


async def _settle(
    connection: Connection, vehicle: store.Row, derived: Sequence[Finding], since: datetime, news: News
) -> None:
    """Writes the difference, and notes it: what is no longer derived from the stored rows goes."""
    vehicle_id = vehicle["vehicle_id"]
    known = {row["finding_id"]: row for row in await store.fetch_findings(connection, vehicle_id, since)}
    current = {finding.finding_id: finding for finding in derived if instant(finding.alarm.found_s) >= since}
    gone = sorted(known.keys() - current.keys())
    await store.delete_findings(connection, gone)
    await store.upsert_findings(connection, vehicle_id, list(current.values()))
    news.findings.extend(finding for number, finding in current.items() if _is_news(finding, known.get(number)))
    news.withdrawn.extend((vehicle["vin"], finding_id) for finding_id in gone)


def _is_news(finding: Finding, known: store.Row | None) -> bool:
    return known is None or (finding.alarm.ended_s is None) != (known["ended_at"] is None)
