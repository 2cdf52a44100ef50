"""What the buffer keeps, what it gives up first, and what it does when the disk fails it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from head_unit.buffer import EVENT, TELEMETRY, Buffer, BufferUnavailableError, Draft, Message
from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from telemetry_schema.batches import decode_batch
from telemetry_schema.events import decode_event
from telemetry_schema.frames import DropReport, Identity, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Up
from tests.head_unit.conftest import VIN

T0 = 1_780_000_000_000
ALWAYS = 2**40
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def open_buffer(tmp_path: Path) -> Iterator[Callable[..., Buffer]]:
    """Opens the buffer of one car, as each start of the head unit does."""
    opened: list[Buffer] = []

    def make(maximum_bytes: int = ALWAYS, path: Path | None = None) -> Buffer:
        given = {"maximum_bytes": maximum_bytes, "keep_ledger": True, "durable": False}
        opened.append(Buffer(path or tmp_path / "buffer.sqlite", VIN, **given))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for buffer in opened:
        buffer.close()


def draft(number: int, priority: int = TELEMETRY, size: int = 100) -> Draft:
    """A message of one frame at T0 + number seconds that holds `size` bytes, its number first."""
    instant = T0 + 1000 * number
    payload = number.to_bytes(4, "big").ljust(size, b".")
    return Draft(Up.EVENTS if priority else Up.BATCHES, priority, 1, instant, instant, lambda _: payload)


def numbers(buffer: Buffer) -> list[int]:
    return [int.from_bytes(message.payload[:4], "big") for message in buffer.after(0, 10_000)]


def drops(buffer: Buffer) -> list[DropReport]:
    """What is to be told, and is told with this."""
    found: list[DropReport] = []

    def tell(reports: tuple[DropReport, ...]) -> Draft:
        found.extend(reports)
        return Draft(Up.EVENTS, EVENT, 1, T0, T0, lambda _: b"", reports)

    buffer.tell_drops(tell)
    return sorted(found, key=lambda report: report.priority)


def test_the_bound_drops_the_oldest_telemetry_first_and_no_event_before_all_of_it(
    open_buffer: Callable[..., Buffer],
) -> None:
    buffer = open_buffer(maximum_bytes=600)
    for number, priority in enumerate([EVENT, TELEMETRY, TELEMETRY, EVENT, TELEMETRY, TELEMETRY]):
        buffer.add([draft(number, priority)])
    buffer.add([draft(6, EVENT)])
    assert numbers(buffer) == [0, 2, 3, 4, 5, 6]
    buffer.add([draft(7), draft(8)])
    assert numbers(buffer) == [0, 3, 5, 6, 7, 8]
    for number in (9, 10, 11):
        buffer.add([draft(number, EVENT)])
    assert numbers(buffer) == [0, 3, 6, 9, 10, 11]
    buffer.add([draft(12, EVENT)])
    assert numbers(buffer) == [3, 6, 9, 10, 11, 12], "only events are left: the oldest of them goes"
    buffer.add([draft(13)])
    assert numbers(buffer) == [3, 6, 9, 10, 11, 12], "telemetry takes no event's place"
    assert (buffer.count, buffer.bytes) == (6, 600)


def test_what_was_dropped_is_named_by_reason_priority_frames_and_span(open_buffer: Callable[..., Buffer]) -> None:
    buffer = open_buffer(maximum_bytes=200)
    for number in range(5):
        buffer.add([draft(number)])
    for number in range(5, 8):
        buffer.add([draft(number, EVENT)])
    assert drops(buffer) == [
        DropReport("buffer_full", "event", 1, T0 + 5000, T0 + 5000),
        DropReport("buffer_full", "telemetry", 5, T0, T0 + 4000),
    ]
    assert drops(buffer) == []


def test_a_report_that_is_dropped_itself_is_told_again(open_buffer: Callable[..., Buffer]) -> None:
    buffer = open_buffer(maximum_bytes=200)
    buffer.add([draft(0), draft(1), draft(2)])
    told = DropReport("buffer_full", "telemetry", 1, T0, T0)
    buffer.tell_drops(lambda reports: Draft(Up.EVENTS, EVENT, 1, T0, T0, lambda _: bytes(100), reports))
    buffer.add([draft(3, EVENT), draft(4, EVENT)])
    both = drops(buffer)
    assert DropReport("buffer_full", "event", 1, T0, T0) in both
    (telemetry,) = [report for report in both if report.priority == "telemetry"]
    assert telemetry == DropReport("buffer_full", "telemetry", 3, told.from_recorded_at_ms, T0 + 2000)


PRIORITIES = st.lists(st.tuples(st.sampled_from([TELEMETRY, EVENT]), st.integers(4, 300)), max_size=30)


@settings(max_examples=60)
@given(PRIORITIES, st.integers(0, 1000))
def test_every_message_is_held_or_told_as_dropped_and_the_bound_holds(given: Any, bound: int) -> None:
    buffer = Buffer(Path(":memory:"), VIN, maximum_bytes=bound, keep_ledger=False, durable=False)
    for number, (priority, size) in enumerate(given):
        buffer.add([draft(number, priority, size)])
        held = buffer.after(0, 100)
        assert buffer.bytes == sum(len(message.payload) for message in held) <= bound
        assert buffer.count == len(held)
        assert [message.sequence for message in held] == sorted(message.sequence for message in held)
    told = {report.priority: report.frames for report in drops(buffer)}
    for priority, name in ((TELEMETRY, "telemetry"), (EVENT, "event")):
        kept = [message for message in held if message.kind == (Up.EVENTS if priority else Up.BATCHES)] if given else []
        assert len(kept) + told.get(name, 0) == sum(one[0] == priority for one in given)
    buffer.close()


def unit_of(path: Path, **changes: Any) -> HeadUnit:
    """A head unit that is not connected."""
    return HeadUnit(HeadUnitSettings(VIN, path, "unused", durable=False, **{"batch_frames": 5, **changes}))


def record(unit: HeadUnit, frames: int, start: int) -> None:
    values = np.arange(start, start + frames)
    unit.record_frames(T0 + 1000 * values, {1: SignalColumn(values.astype(np.float32))})


def recorded(messages: list[Message]) -> list[int]:
    batches = [decode_batch(message.payload) for message in messages if message.kind == Up.BATCHES]
    return [round(value) for batch in batches for value in batch.columns[1].values]


def test_a_head_unit_tells_upstream_what_its_buffer_dropped(tmp_path: Path) -> None:
    unit = unit_of(tmp_path / "b.sqlite", buffer_bytes=2_000)
    for start in range(0, 500, 5):
        record(unit, 5, start)
    unit.record_event(wire.Event(recorded_at_ms=T0, engine_start=wire.EngineStart(succeeded=True)))
    held = unit.buffer.after(0, 1000)
    reports = [
        drop
        for message in held
        if message.kind == Up.EVENTS
        for drop in decode_event(message.payload).buffer_drops.drops
        if drop.priority == "telemetry"
    ]
    assert reports
    assert {drop.reason for drop in reports} == {"buffer_full"}
    waiting = [report.frames for report in drops(unit.buffer) if report.priority == "telemetry"]
    assert sum(drop.frames for drop in reports) + sum(waiting) + len(recorded(held)) == 500
    assert recorded(held) == list(range(500 - len(recorded(held)), 500)), "the newest telemetry is what is kept"
    unit.close()


def test_no_sequence_is_used_twice_and_boots_are_counted(open_buffer: Callable[..., Buffer]) -> None:
    used: list[tuple[UUID, int, int]] = []

    def encode(identity: Identity) -> bytes:
        used.append((identity.boot_id, identity.boot_number, identity.sequence))
        return b"x"

    for boot in range(1, 5):
        buffer = open_buffer()
        assert buffer.boot_number == boot
        for _ in range(3):
            buffer.add([Draft(Up.BATCHES, TELEMETRY, 1, T0, T0, encode)])
        buffer.release([(used[-1][0], used[-1][2], "stored")])
        buffer.close()
    assert len({(boot_id, sequence) for boot_id, _, sequence in used}) == len(used) == 12
    assert [number for _, number, _ in used] == [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3
    assert len({boot_id for boot_id, _, _ in used}) == 4


def test_a_sequence_goes_on_after_its_message_was_released(open_buffer: Callable[..., Buffer]) -> None:
    buffer = open_buffer()
    buffer.add([draft(0), draft(1)])
    buffer.release([(buffer.boot_id, 1, "stored"), (buffer.boot_id, 2, "stored")])
    buffer.add([draft(2)])
    assert [message.sequence for message in buffer.after(0, 10)] == [3]


def test_an_answer_for_what_is_not_held_changes_nothing(open_buffer: Callable[..., Buffer]) -> None:
    buffer = open_buffer()
    buffer.add([draft(0)])
    buffer.release([(UUID(int=1), 1, "stored"), (buffer.boot_id, 9, "stored"), (buffer.boot_id, 1, "stored")])
    buffer.release([(buffer.boot_id, 1, "stored")])
    assert (buffer.count, buffer.bytes) == (0, 0)


def spoil_header(path: Path) -> None:
    path.write_bytes(b"no database" + path.read_bytes()[11:])


def spoil_pages(path: Path) -> None:
    """The first page, with the schema, stays sound: the damage shows only when rows are read."""
    content = bytearray(path.read_bytes())
    for at in range(4096, len(content), 4096):
        content[at : at + 200] = b"\xaa" * 200
    path.write_bytes(content)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("spoil", [spoil_header, spoil_pages, cut_off])
def test_an_unreadable_file_is_set_aside_and_told_and_the_car_goes_on(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    path = tmp_path / "b.sqlite"
    unit = unit_of(path)
    record(unit, 500, 0)
    unit.close()
    for copy in (1, 2):
        spoil(path)
        spoilt = path.read_bytes()
        unit = unit_of(path)
        assert unit.pending == 0
        assert (tmp_path / f"b.sqlite.unreadable-{copy}").read_bytes() == spoilt
        record(unit, 5, 0)
        batch, event = unit.buffer.after(0, 10)
        (drop,) = decode_event(event.payload).buffer_drops.drops
        assert (drop.reason, drop.priority) == ("buffer_unreadable", "telemetry")
        assert recorded([batch]) == list(range(5))
        record(unit, 500, 5)
        unit.close()


def test_a_folder_that_cannot_be_written_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(BufferUnavailableError, match=r"folder\.sqlite"):
        unit_of(tmp_path / "folder.sqlite")


def allow_pages(unit: HeadUnit, count: int) -> None:
    """A small disk: SQLite takes no more than so many pages of 4 KiB."""
    unit.buffer._database.execute(f"pragma max_page_count = {count}")


def test_a_full_disk_loses_nothing_and_takes_every_frame_once_it_has_room(tmp_path: Path) -> None:
    unit = unit_of(tmp_path / "b.sqlite", keep_ledger=True)
    allow_pages(unit, 20)
    given, failures = 0, 0
    while failures < 3:
        try:
            record(unit, 4, given)
            given += 4
        except BufferUnavailableError:
            failures += 1
            with pytest.raises(BufferUnavailableError):
                record(unit, 100, given)
            before = unit.buffer.after(0, 10_000)
            assert (unit.buffer.count, unit.buffer.bytes) == (len(before), sum(len(one.payload) for one in before))
    allow_pages(unit, 1000)
    record(unit, 4, given)
    unit.flush()
    held = unit.buffer.after(0, 10_000)
    assert recorded(held) == list(range(given + 4))
    assert [message.sequence for message in held] == list(range(1, len(held) + 1)), "a failed attempt uses no sequence"
    unit.close()


def test_a_message_that_is_replaced_while_the_disk_is_full_stays(open_buffer: Callable[..., Buffer]) -> None:
    """A batch that the broker finds too large is cut in one transaction: never gone in between."""
    buffer = open_buffer()
    buffer.add([draft(0)])
    (message,) = buffer.after(0, 1)
    (pages,) = buffer._database.execute("pragma page_count").fetchone()
    buffer._database.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(BufferUnavailableError):
        buffer.replace(message, [draft(1), draft(2, size=50_000)])
    assert (numbers(buffer), buffer.count, buffer.bytes) == ([0], 1, 100)


FILL = """
import resource, sys
from tests.head_unit.test_buffer import *
unit = unit_of(Path(sys.argv[1]), keep_ledger=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
given = 0
try:
    for given in range(0, 100_000, 5):
        record(unit, 5, given)
except BufferUnavailableError:
    pass
held = unit.buffer.after(0, 100_000)
for message in held[:-1]:
    for attempt in range(3):  # an answer that could not be taken comes again
        try:
            unit.buffer.release([(message.boot_id, message.sequence, "stored")])
            break
        except BufferUnavailableError:
            continue
assert 0 < given < 100_000 and unit.pending == 1, (given, unit.pending)
record(unit, 5, given)
print(given, recorded(held)[-1], *recorded(unit.buffer.after(0, 10)))
"""


def test_on_a_disk_that_takes_no_byte_more_acknowledged_messages_still_make_room(tmp_path: Path) -> None:
    """The operating system's own refusal, in a process of its own; journal and file are bounded alike."""
    path = tmp_path / "b.sqlite"
    ended = subprocess.run(
        [sys.executable, "-c", FILL, str(path)], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    given, last, *left = map(int, ended.stdout.split())
    assert last == given - 1
    assert left == list(range(given - 5, given + 5))
    unit = unit_of(path)
    assert recorded(unit.buffer.after(0, 10)) == left, "and it is all there after the next start"
    unit.close()
