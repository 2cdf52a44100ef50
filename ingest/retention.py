"""Deletes what is older than wanted: on TimescaleDB whole chunks by its policies, elsewhere a few rows at a time.

Works with the rights of the database's owner, as only the owner may drop chunks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from database.connection import Connection
from database.timescale import has_timescale
from ingest import retention_store as store
from ingest.aggregate_spans import DAY, bucket_start
from ingest.aggregate_store import fetch_groups
from ingest.retention_settings import RetentionSettings
from observability.metrics import RETENTION_DELETED, RETENTION_UNRESOLVED

SMALL_TABLES: Final = ("events", "dtc_reports", "command_results", "drops", "sample_collisions", "quarantine")
"""Found by an index on their instant, on every server."""

STEPS: Final = ("by_minute", "by_hour", "by_day")
_log = structlog.get_logger(__name__)


async def delete_old(connection: Connection, settings: RetentionSettings, now: datetime) -> dict[str, int]:
    """Deletes what is due and returns how many rows of each table went. Commits as it goes.

    On TimescaleDB samples, positions and aggregates are left to its policies, which are brought to these settings.
    """
    groups = await fetch_groups(connection)
    deleted: dict[str, int] = {}
    if await has_timescale(connection):
        await _set_policies(connection, settings, groups)
    else:
        for table, kept in _tables_of_cars(settings, groups).items():
            if kept:
                deleted[table] = await _delete_of_cars(connection, table, bucket_start(now - kept, DAY))
    for table in SMALL_TABLES:
        if kept := settings.kept(table):
            deleted[table] = await _delete_of_table(connection, table, bucket_start(now - kept, DAY))
    for table, rows in deleted.items():
        RETENTION_DELETED.labels(table=table).inc(rows)
    return deleted


def _tables_of_cars(settings: RetentionSettings, groups: list[str]) -> dict[str, timedelta | None]:
    """Tables whose key is (car, instant), which are hypertables on TimescaleDB, and how long they are kept."""
    aggregates = {f"{group}_{step}": settings.kept(step) for step in STEPS for group in groups}
    return {name: settings.kept(name) for name in ("samples", "positions")} | aggregates


async def _delete_of_cars(connection: Connection, table: str, before: datetime) -> int:
    total, after = 0, store.BEFORE_EVERY_CAR
    while True:
        last, deleted = await store.delete_old_of_cars(connection, table, before, after)
        await connection.commit()
        if last is None:
            return total
        total += deleted
        after = after if deleted else last


async def _delete_of_table(connection: Connection, table: str, before: datetime) -> int:
    total = 0
    while True:
        deleted, unresolved = await store.delete_old_rows(connection, table, before)
        await connection.commit()
        if unresolved:
            RETENTION_UNRESOLVED.inc(unresolved)
            _log.warning("quarantine_deleted_unresolved", messages=unresolved, received_before=before.isoformat())
        total += deleted
        if not deleted:
            return total


async def _set_policies(connection: Connection, settings: RetentionSettings, groups: list[str]) -> None:
    """One at a time: a transaction over many would deadlock with the workers that run them."""
    known = await store.fetch_retention_policies(connection)
    for table, kept in _tables_of_cars(settings, groups).items():
        if known.get(table) != kept:
            await store.set_retention_policy(connection, table, kept)
            await connection.commit()
    await connection.commit()
