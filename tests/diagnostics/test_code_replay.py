"""The same reports in any order, any number of times, with a restart in the middle: the same rows, byte for byte."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database.connection import Connection, Pool, open_pool
from diagnostics.code_episodes import CodeEpisode, CodeLives, in_order, lives_of
from diagnostics.code_reports import CodeReport
from diagnostics.code_rows import rows_of
from diagnostics.code_suppression import explain
from diagnostics.history import EngineStart
from diagnostics.worker import GROUP, TOPICS, DiagnosticsWorker
from ingest.telemetry_writer import GROUP as WRITER_GROUP
from ingest.telemetry_writer import TOPICS as WRITER_TOPICS
from ingest.telemetry_writer import TelemetryWriter
from streaming.contract import OutgoingRecord, Record
from streaming.postgres import PostgresStream
from telemetry_schema.events import encode_event
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import StreamTopic
from tests.diagnostics.conftest import T0_S, VIN
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

REQUEST = EnrolmentRequest(VIN, "m", "make", "model", 2020, "petrol", date(2020, 1, 1))
BOOT = UUID("00000000-0000-4000-8000-000000000001")
CODES = (0x017100, 0x017400, 0x030000, 0x030200, 0xC10000, 0xC12100, 0xC14000, 0xC00100, 0x064100, 0x010700, 110 << 5)
STATUSES = (0x00, 0x27, 0x28, 0x2F, 0x50, 0xAC, 0xAE, 0xAF)
ANY_LISTS = [("uds", "memory"), ("uds", "permanent"), ("obd", "pending"), ("obd", "confirmed"), ("obd", "permanent")]
TRUCK_LISTS = [("j1939", "active"), ("j1939", "previously_active"), ("j1939", "pending")]
TABLES = ("code_episodes", "code_transitions", "code_events", "findings")
WEAK = [EngineStart(T0_S + hour * 3600 - 20, 8.0, 12.0, 0.0) for hour in range(0, 40, 4)]


@st.composite
def readings(draw: st.DrawFn) -> list[CodeReport]:
    frozen = st.fixed_dictionaries({"recorded_at_ms": st.integers(0, 4), "values": st.just([])})
    told = st.fixed_dictionaries(
        {"status": st.sampled_from(STATUSES)}, optional={"freeze_frame": frozen, "occurrences": st.integers(0, 9)}
    )
    count = draw(st.integers(1, 12))
    return [
        CodeReport(
            T0_S + 3600 * draw(st.integers(0, 40)),
            draw(st.sampled_from(["ECM", "TCM"])),
            draw(st.booleans()),
            draw(st.sampled_from([False, False, False, True])),
            draw(st.dictionaries(st.sampled_from(CODES), told, max_size=4)),
            *draw(st.sampled_from(ANY_LISTS + TRUCK_LISTS)),
            order=(1, str(BOOT), sequence),
        )
        for sequence in range(count)
    ]


def stored(reports: Sequence[CodeReport]) -> str:
    """Everything that would be stored, as one text."""
    lives = lives_of(reports)
    return json.dumps(rows_of(VIN, lives, explain(in_order(lives), WEAK)), default=str)


@given(reports=readings(), data=st.data())
@settings(max_examples=80)
def test_any_order_and_any_number_of_times_gives_the_same_rows(reports: list[CodeReport], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(reports), max_size=6))
    assert stored(data.draw(st.permutations(reports + again))) == stored(reports)


@given(reports=readings())
@settings(max_examples=80)
def test_codes_that_are_followed_are_those_that_are_read_at_once(reports: list[CodeReport]) -> None:
    followed = CodeLives()
    for at_s in sorted({one.at_s for one in reports}):
        followed.take([one for one in reports if one.at_s == at_s])
    assert followed.in_order() == lives_of(reports)


@given(reports=readings())
@settings(max_examples=80)
def test_lives_are_in_themselves_consistent(reports: list[CodeReport]) -> None:
    lives = lives_of(reports)
    for life in lives:
        assert _replayed(life.transitions) == life.status
        for earlier, later in pairwise(life.episodes):
            assert earlier.ended_s is not None
            assert earlier.ended_s <= later.first_seen_s
    episodes = in_order(lives)
    assert all(_is_consistent(episode) for episode in episodes)
    explained = explain(episodes, WEAK)
    grouped = [id(member) for event in explained.groups for member in event.members]
    assert len(grouped) == len(set(grouped))
    assert all(one.reasons["en"] and one.reasons["zh"] for one in explained.suppressed.values())


def _replayed(transitions: Sequence[Any]) -> int:
    status = 0
    for one in transitions:
        assert bool(status >> one.bit & 1) != one.is_set
        status ^= 1 << one.bit
    return status


def _is_consistent(episode: CodeEpisode) -> bool:
    ends = episode.ended_s if episode.ended_s is not None else float("inf")
    within = [at_s for at_s in (episode.confirmed_s, episode.healed_s) if at_s is not None]
    return all(episode.first_seen_s <= at_s <= ends for at_s in within) and (episode.is_open == (not episode.ended_by))


class Site:
    """The writer and the worker; each call of `write_and_diagnose` is another process, with nothing in memory, or a
    worker that is given.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool, self._stream = pool, PostgresStream(pool)

    def worker(self) -> DiagnosticsWorker:
        return DiagnosticsWorker(self._stream)

    async def write_and_diagnose(
        self, messages: Sequence[OutgoingRecord], worker: DiagnosticsWorker | None = None
    ) -> None:
        await self._stream.produce(messages)
        consumer = self._stream.consumer(WRITER_TOPICS, WRITER_GROUP, maximum_records=500)
        while await consumer.step(TelemetryWriter(self._stream).handle):
            pass
        async with open_pool(self._pool.conninfo, role="servicelane_diagnostics") as own:
            stream = PostgresStream(own)
            consumer = stream.consumer(TOPICS, GROUP)
            while await consumer.step((worker or DiagnosticsWorker(stream)).handle):
                pass

    async def rows(self) -> dict[str, list[str]]:
        async with self._pool.connection() as connection:
            asked = {name: f"select one::text as row from diagnostics.{name} as one order by 1" for name in TABLES}
            return {
                name: [row["row"] for row in await (await connection.execute(query.encode())).fetchall()]
                for name, query in asked.items()
            }

    async def forget(self) -> None:
        async with self._pool.connection() as connection:
            for name in TABLES:
                await connection.execute(b"truncate diagnostics." + name.encode())


@pytest.fixture
async def site(pool: Pool) -> Site:
    async with pool.connection() as connection:
        await vehicles.enrol(connection, REQUEST)
    return Site(pool)


def messages(seed: int) -> Iterator[OutgoingRecord]:
    """Weeks of a car with weak starts and readings of two ECUs, as it sends them."""
    chance = random.Random(seed)
    for sequence in range(1, 31):
        at_ms = round((T0_S + chance.randrange(40) * 3600) * 1000)
        event = wire.Event(vin=VIN, boot_id=BOOT.bytes, boot_number=1, sequence=sequence, recorded_at_ms=at_ms)
        if sequence % 5 == 0:
            event.recorded_at_ms -= 20_000
            event.engine_start.crank_minimum_voltage_v = 8.0
        else:
            event.dtc_report.CopyFrom(_report(chance, at_ms))
        headers = {"content-type": "application/x-protobuf", "received-at": "2026-06-01T00:00:00+00:00", "vin": VIN}
        yield OutgoingRecord(StreamTopic.EVENTS, VIN, encode_event(event), headers)


def _report(chance: random.Random, at_ms: int) -> wire.DtcReport:
    system, scope = chance.choice([(0, 0), (0, 0), (1, 1), (1, 2), (1, 3), (2, 4), (2, 5)])
    report = wire.DtcReport(ecu=chance.choice(["ECM", "TCM"]), complete=chance.random() < 0.5)
    report.system, report.scope = wire.CodeSystem.ValueType(system), wire.CodeScope.ValueType(scope)
    for code in chance.sample(CODES, 3):
        frame = wire.FreezeFrame(recorded_at_ms=at_ms - 1000, values=[wire.SignalValue(signal=60, value=812.25)])
        report.codes.add(code=code, status=chance.choice(STATUSES), freeze_frame=frame, occurrences=2**32 - 1)
    return report


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_stored_rows_are_the_same_after_replays_and_restarts(site: Site, seed: int) -> None:
    life = list(messages(seed))
    await site.write_and_diagnose(life)
    once = await site.rows()
    assert all(once.values())
    await site.write_and_diagnose(life)
    assert await site.rows() == once
    await site.forget()
    await site.write_and_diagnose(life[:1])
    assert await site.rows() == once


@pytest.mark.parametrize("seed", [1, 2])
async def test_one_worker_that_hears_late_reports_leaves_what_a_new_one_leaves(site: Site, seed: int) -> None:
    life, worker = list(messages(seed)), site.worker()
    random.Random(seed).shuffle(life)
    for start in range(0, len(life), 6):
        await site.write_and_diagnose(life[start : start + 6], worker)
    kept = await site.rows()
    await site.forget()
    await site.write_and_diagnose(life[:1])
    assert await site.rows() == kept


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_shuffled_life_in_pieces_leaves_what_order_leaves(site: Site, pool: Pool, seed: int) -> None:
    life = list(messages(seed))
    shuffled = life + life[::3]
    random.Random(seed).shuffle(shuffled)
    for start in range(0, len(shuffled), 10):
        await site.write_and_diagnose(shuffled[start : start + 10])
    pieces = await site.rows()
    await site.forget()
    await site.write_and_diagnose(life[:1])
    assert await site.rows() == pieces
    async with pool.connection() as connection:
        rows = await (await connection.execute(b"select * from published.suppressed_codes")).fetchall()
        assert all(row["reasons"]["en"] and row["reasons"]["zh"] for row in rows)
        assert len(rows) > 0


def reading(sequence: int, day: int, codes: Sequence[int]) -> OutgoingRecord:
    """Everything that an ECU has, on a day of its own."""
    at_ms = round((T0_S + day * 86_400) * 1000)
    event = wire.Event(vin=VIN, boot_id=BOOT.bytes, boot_number=1, sequence=sequence, recorded_at_ms=at_ms)
    report = wire.DtcReport(ecu="ECM", complete=True)
    for code in codes:
        report.codes.add(code=code, status=0x2F)
    event.dtc_report.CopyFrom(report)
    headers = {"content-type": "application/x-protobuf", "received-at": "2026-06-01T00:00:00+00:00", "vin": VIN}
    return OutgoingRecord(StreamTopic.EVENTS, VIN, encode_event(event), headers)


async def test_a_report_writes_what_is_new_and_leaves_the_rest_as_it_lies(site: Site, pool: Pool) -> None:
    """A life of codes that come and go would else be written anew with each of them."""
    tables, worker = ("findings", "code_episodes", "isolations", "code_transitions"), site.worker()
    for day, codes in enumerate([[0x012800], [], [0x044200], [], [0x050600], [], [0x070000]]):
        await site.write_and_diagnose([reading(day + 1, day, codes)], worker)
    before = await versions(pool, tables)
    await site.write_and_diagnose([reading(8, 7, [0x042000])], worker)
    after = await versions(pool, tables)
    for name in tables[:3]:
        assert (len(before[name]), len(after[name])) == (4, 5)
        assert len(before[name] - after[name]) == 1  # the one that ended
    assert before["code_transitions"] < after["code_transitions"]


async def versions(pool: Pool, tables: Sequence[str]) -> dict[str, set[str]]:
    """Where each row lies, and which transaction wrote it."""
    async with pool.connection() as connection:
        asked = {name: f"select ctid::text || xmin::text as row from diagnostics.{name}" for name in tables}
        return {
            name: {row["row"] for row in await (await connection.execute(query.encode())).fetchall()}
            for name, query in asked.items()
        }


class FallingWorker(DiagnosticsWorker):
    """Falls over after its work and before the commit, where it is told to."""

    falls = False

    async def handle(self, records: Sequence[Record], connection: Connection) -> None:
        await super().handle(records, connection)
        if self.falls:
            self.falls = False
            raise RuntimeError


async def test_a_batch_that_is_rolled_back_is_written_by_the_next(site: Site, pool: Pool) -> None:
    """What a worker remembers of its own writing counts only where the car's row says that it was written."""
    worker = FallingWorker(PostgresStream(pool))
    await site.write_and_diagnose([reading(1, 0, CODES[:1])], worker)
    worker.falls = True
    with pytest.raises(RuntimeError):
        await site.write_and_diagnose([reading(2, 1, CODES[1:3])], worker)
    await site.write_and_diagnose([reading(3, 2, CODES[3:4])], worker)
    kept = await site.rows()
    await site.forget()
    await site.write_and_diagnose([reading(1, 0, CODES[:1])])
    assert await site.rows() == kept
