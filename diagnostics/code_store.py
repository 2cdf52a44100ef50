"""The tables of trouble codes: reports as they came, episodes as they follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from psycopg.types.json import Jsonb

from database.connection import Connection
from database.queries import Queries
from diagnostics.code_catalogue import describe, severity_of
from diagnostics.code_episodes import CodeEpisode, CodeReport, code_text
from diagnostics.findings import instant

_queries: Final = Queries(Path(__file__).parent / "queries")

Row = dict[str, Any]


async def fetch_code_reports(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, list[CodeReport]]:
    """By vehicle, in the car's order; a car without any is left out."""
    found: dict[int, list[CodeReport]] = {}
    for row in await _queries.all(connection, "fetch_code_reports", vehicle_ids=list(vehicle_ids)):
        vehicle_id = row.pop("vehicle_id")
        report = CodeReport(**row | {"codes": {int(one["code"]): one for one in row["codes"]}})
        found.setdefault(vehicle_id, []).append(report)
    return found


async def replace_code_episodes(connection: Connection, episodes: Mapping[int, Sequence[CodeEpisode]]) -> None:
    """By vehicle, all that it has."""
    await _queries.run(connection, "delete_code_episodes", vehicle_ids=list(episodes))
    rows = [_row(vehicle_id, episode) for vehicle_id, of_car in episodes.items() for episode in of_car]
    if rows:
        await _queries.many(connection, "insert_code_episode", rows)


def _row(vehicle_id: int, episode: CodeEpisode) -> Row:
    text = code_text(episode.code)
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
        "severity": severity_of(text),
        "titles": Jsonb(describe(text).languages()),
        "freeze_frame": Jsonb(dict(episode.freeze_frame)) if episode.freeze_frame else None,
        "transitions": Jsonb([[instant(at_s).isoformat(), status] for at_s, status in episode.transitions]),
    }


def _possible(unix_s: float | None) -> datetime | None:
    return None if unix_s is None else instant(unix_s)
