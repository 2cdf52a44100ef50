"""Every query and every published view gives the same answer on TimescaleDB and on plain PostgreSQL 15 and 18."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any, Final, cast

import pytest

from database.connection import Pool, connect, open_pool
from ingest.aggregates import PlainAggregates, TimescaleAggregates
from servicelane.schema import PACKAGES
from telemetry_schema.topics import StreamTopic
from tests.postgres_fixtures import TestServer
from tests.timescale.seeding import BOOKING, BOOT, END_AT, OWNER, copy_database, seed
from tests.timescale_fixtures import OneAtATime

pytestmark = pytest.mark.timeout(300)
ROOT: Final = Path(__file__).parents[2]
PLAIN_ALONE: Final = {"refresh_aggregates"}
"""What a job calls on tables; TimescaleDB has its own procedure for it (`ingest/queries/timescale/`)."""

STAGED: Final = {"fetch_taken_spans"}
"""Reads a temporary table that another query makes."""

OF_THE_SERVER: Final = {"fetch_changed_resources", "fetch_changed_workshops", "fetch_events_end"}
"""Tells how far the server's own transactions are."""

VIEWS: Final = """
select c.oid::regclass::text as name from pg_class as c
where c.relkind = 'v' and c.relnamespace = 'published'::regnamespace order by 1
"""
STORED_APART: Final = re.compile(r"samples|positions|stored_frames|_by_(minute|hour|day)")
"""What names a hypertable or a continuous aggregate: there, an empty answer would prove nothing."""

VEHICLE_IDS: Final = [1, 2]

CHOICES: Final[dict[str, list[Any]]] = {
    "vehicle_id": [1, 2],
    "vehicle_ids": [VEHICLE_IDS],
    "places": [VEHICLE_IDS],
    "from_at": [END_AT - timedelta(days=3)],
    "to_at": [END_AT],
    "until_at": [END_AT + timedelta(days=9)],
    "since": [END_AT - timedelta(days=3), None],
    "now_at": [END_AT],
    "now_ats": [END_AT],
    "now": [END_AT + timedelta(days=9999)],
    "on": [(END_AT + timedelta(days=1)).date()],
    "signals": [["vehicle_speed_kmh", "system_voltage_v"]],
    "width": [timedelta(minutes=5)],
    "owner_id": [OWNER],
    "workshop_id": ["workshop-1"],
    "booking_id": [BOOKING],
    "subject": [OWNER],
    "key": ["key-1"],
    "boot_id": [BOOT],
    "boot_ids": [[BOOT]],
    "sequence": [1],
    "frame": [0, None],
    "maximum": [100],
    "before_id": [None],
    "reason": [None],
    "waiting": [None, True],
    "quarantine_id": [1],
    "quarantine_ids": [None, [1, 2]],
    "recommendation_ids": [None],
    "part": ["writer"],
    "group": ["somebody"],
    "topics": [[StreamTopic.BATCHES, StreamTopic.STORED]],
    "topic": [StreamTopic.EVENTS],
    "partitions": [[*range(16)]],
    "transaction_ids": [["0"] * 16],
    "ids": [[0] * 16],
    "maximum_bytes": [10**9],
    "only_partition": [None],
    "skipped_topics": [[]],
    "skipped_partitions": [[]],
    "channel": ["nobody"],
}
"""What each parameter is given, by its name; `vin` and `vins` come from the seed."""

CHOICES_OF: Final[dict[str, dict[str, list[Any]]]] = {
    "fetch_lag": {"partitions": [16]},
    "fetch_quarantine": {"sequence": [None]},
}
"""Where a name means something else in one query."""


@dataclass
class Answers:
    """The same rows in three databases; the one on TimescaleDB answers one connection at a time."""

    urls: dict[str, str]
    vins: list[str]


@pytest.fixture(scope="module")
def answers(postgres_15: TestServer, postgres_18: TestServer, timescale_url: str) -> Iterator[Answers]:
    urls = {"18": postgres_18.create_database(), "15": postgres_15.create_database(), "timescale": timescale_url}
    yield Answers(urls, asyncio.run(_fill(urls)))
    postgres_18.drop_database(urls["18"])
    postgres_15.drop_database(urls["15"])


async def _fill(urls: dict[str, str]) -> list[str]:
    async with open_pool(urls["18"]) as pool:
        vins = await seed(pool)
        async with pool.connection() as connection:  # as old as a database can be: readable on every server
            await connection.execute("update streaming.records set transaction_id = '10'")
            await connection.execute("delete from streaming.offsets where group_name <> 'diagnostics'")
            await connection.execute(
                "update streaming.offsets set transaction_id = '0', id = 0, group_name = 'somebody'"
            )
            await connection.execute(TOUCH_ALL)
    for name in ("15", "timescale"):
        async with await connect(urls["18"]) as source, await connect(urls[name]) as target:
            await copy_database(source, target)
    await _keep_aggregates(urls)
    return vins


TOUCH_ALL: Final = """
insert into telemetry.touched (step, vehicle_id, day_at, spans, due_at)
select distinct 'minute', vehicle_id, day_at, tstzmultirange(tstzrange(day_at, day_at + interval '24 hours')), now()
from (select vehicle_id, date_bin('1 day', recorded_at, 'epoch') as day_at from telemetry.samples) as days
"""


async def _keep_aggregates(urls: dict[str, str]) -> None:
    later = END_AT + timedelta(days=3650)
    for name in ("15", "18"):
        async with open_pool(urls[name]) as pool:
            for hours in (0, 2, 4):
                while await PlainAggregates(pool).refresh(later + timedelta(hours=hours)):
                    pass
    url = urls["timescale"]
    while await TimescaleAggregates(cast(Pool, OneAtATime(url)), url).refresh(later):
        pass


def reading_queries() -> list[Path]:
    """Of every package, what reads and writes nothing."""
    found = []
    for package in (*PACKAGES, "servicelane"):
        for path in sorted((ROOT / package / "queries").glob("*.sql")):
            statement = re.sub(r"--[^\n]*", "", path.read_text()).lower()
            writes = re.search(r"\b(insert into|update|delete from)\b", statement.replace("for update", ""))
            if statement.split()[0] in ("select", "with") and not writes:
                found.append(path)
    return [path for path in found if path.stem not in PLAIN_ALONE | STAGED | OF_THE_SERVER]


async def every_answer(url: str, statements: Sequence[tuple[str, dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    async with await connect(url) as connection:
        answers = []
        for statement, given in statements:
            answers.append(await (await connection.execute(statement.encode(), given)).fetchall())
        await connection.rollback()
    return answers


def same(one: Any, other: Any) -> bool:
    """Means of floating-point numbers depend on the order of the rows in their last digits; nothing else may differ."""
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-12, abs=1e-12)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    return bool(one == other)


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A statement without `order by` may give its rows in any order."""
    return sorted(rows, key=lambda row: repr([f"{v:.9g}" if isinstance(v, float) else v for v in row.values()]))


async def assert_same(answers: Answers, statements: Sequence[tuple[str, dict[str, Any]]]) -> list[int]:
    """And how many rows each statement gave."""
    wanted = await every_answer(answers.urls["18"], statements)
    for name in ("15", "timescale"):
        found = await every_answer(answers.urls[name], statements)
        for (statement, given), one, other in zip(statements, wanted, found, strict=True):
            assert same(in_order(one), in_order(other)), f"on {name}: {statement} {given}"
    return [len(rows) for rows in wanted]


async def test_every_published_view_shows_the_same(answers: Answers) -> None:
    async with await connect(answers.urls["18"]) as connection:
        names = [row["name"] for row in await (await connection.execute(VIEWS)).fetchall()]
    assert sum("_by_" in name for name in names) == 21
    counts = await assert_same(answers, [(f"select * from {name}", {}) for name in names])
    assert not [name for name, count in zip(names, counts, strict=True) if not count and STORED_APART.search(name)]


async def test_every_query_gives_the_same_answer(answers: Answers) -> None:
    statements = [
        (path.read_text(), given, path.stem) for path in reading_queries() for given in all_choices(path, answers.vins)
    ]
    counts = await assert_same(answers, [(text, given) for text, given, _ in statements])
    answered = {name for (_, _, name), count in zip(statements, counts, strict=True) if count}
    missing = {name for text, _, name in statements if STORED_APART.search(text)} - answered
    assert not missing, missing
    assert len(answered) > 50


def all_choices(path: Path, vins: list[str]) -> list[dict[str, Any]]:
    """Everything that a query is given here; null where nobody has said what."""
    text = path.read_text()
    names = sorted(set(re.findall(r"%\((\w+)\)s", text)))
    by_car = set(re.findall(r"%\((\w+)\)s::timestamptz\[\]", text))
    choices = CHOICES | {"vin": vins, "vins": [vins]} | CHOICES_OF.get(path.stem, {})
    given = [
        [[one] * len(VEHICLE_IDS) for one in choices[name]] if name in by_car else choices.get(name, [None])
        for name in names
    ]
    return [dict(zip(names, one, strict=True)) for one in product(*given)]
