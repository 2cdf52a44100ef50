"""Messages on disk until Servicelane has them: bounded, and safe against being killed at any instant.

A message exists when its transaction is committed; only then may it be published. It ends when `down/ack` names it, or
when the bound drops it: the oldest telemetry first, events last, and what was dropped is told upstream.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from telemetry_schema.frames import DropReport, Identity

TELEMETRY: Final = 0
EVENT: Final = 1
_PRIORITY_NAMES: Final = {TELEMETRY: "telemetry", EVENT: "event"}
_SCHEMA: Final = """
create table if not exists meta (name text primary key, value integer not null);
create table if not exists messages (
    id integer primary key autoincrement,
    boot_id text not null, boot_number integer not null, sequence integer not null,
    kind text not null, priority integer not null, payload blob not null, frames integer not null,
    from_ms integer not null, to_ms integer not null, reports text not null,
    unique (boot_id, sequence)
);
create index if not exists messages_by_priority on messages (priority, id);
create table if not exists ledger (
    boot_id text not null, sequence integer not null, kind text not null, frames integer not null, disposition text,
    primary key (boot_id, sequence)
) without rowid;
create table if not exists drops (
    reason text not null, priority text not null, frames integer not null,
    from_ms integer not null, to_ms integer not null,
    primary key (reason, priority)
);
create table if not exists commands_seen (command_id text primary key);
"""


class BufferUnavailableError(RuntimeError):
    """The disk does not take the message (full, or read only). Nothing that was stored before is lost; try again."""


@dataclass(frozen=True, slots=True)
class Message:
    """One stored message. `kind` is the last word of its topic."""

    id: int
    boot_id: UUID
    sequence: int
    kind: str
    payload: bytes
    frames: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that has no sequence yet; `encode` gives its payload once it has one."""

    kind: str
    priority: int
    frames: int
    from_ms: int
    to_ms: int
    encode: Callable[[Identity], bytes]
    reports: tuple[DropReport, ...] = ()


class Buffer:
    """The buffer of one car. Safe to use from two threads."""

    def __init__(self, path: Path, vin: str, *, maximum_bytes: int, keep_ledger: bool, durable: bool) -> None:
        self._vin = vin
        self._maximum_bytes = maximum_bytes
        self._keep_ledger = keep_ledger
        self._lock = threading.RLock()
        self._database, set_aside = _open(path, durable)
        self.boot_id = uuid4()
        self.boot_number = self._next_boot()
        self._sequence = 0
        self._bytes: int
        self._count: int
        (self._bytes,) = self._database.execute("select coalesce(sum(length(payload)), 0) from messages").fetchone()
        (self._count,) = self._database.execute("select count(*) from messages").fetchone()
        if set_aside:
            self.remember_drop("buffer_unreadable", TELEMETRY, 0, 0, 0)

    @property
    def count(self) -> int:
        """Messages that wait for `down/ack`, as the disk has it."""
        with self._lock:
            return self._count

    @property
    def bytes(self) -> int:
        return self._bytes

    def add(self, drafts: Sequence[Draft]) -> None:
        """Stores messages with the next sequences, in one transaction. Raises BufferUnavailableError."""
        with self._transaction():
            self._insert_all(drafts)

    def after(self, last_id: int, limit: int) -> list[Message]:
        """The next messages in the order of their sequences."""
        with self._lock:
            rows = self._database.execute(
                "select id, boot_id, sequence, kind, payload, frames from messages where id > ? order by id limit ?",
                (last_id, limit),
            ).fetchall()
        return [Message(row[0], UUID(row[1]), *row[2:]) for row in rows]

    def holds(self, message_id: int) -> bool:
        with self._lock:
            return self._database.execute("select 1 from messages where id = ?", (message_id,)).fetchone() is not None

    def release(self, answers: Iterable[tuple[UUID, int, str]]) -> None:
        """Ends the messages that were answered: (boot_id, sequence, disposition). Unknown ones are ignored.

        Raises BufferUnavailableError, and then has ended none.
        """
        with self._transaction():
            for boot_id, sequence, disposition in answers:
                key = (str(boot_id), sequence)
                ended = self._database.execute(
                    "delete from messages where boot_id = ? and sequence = ? returning length(payload)", key
                ).fetchone()
                if ended:
                    self._bytes -= ended[0]
                    self._count -= 1
                    self._write_off(*key, disposition)

    def replace(self, message: Message, drafts: Sequence[Draft]) -> None:
        """Puts others in the place of a message that cannot be sent as it is: all of them, or none."""
        with self._transaction():
            self._forget(message.id)
            self._insert_all(drafts)

    def drop(self, message: Message, reason: str) -> None:
        """Gives one message up and remembers to tell."""
        with self._transaction():
            self._drop(message.id, reason)

    def remember_drop(self, reason: str, priority: int, frames: int, from_ms: int, to_ms: int) -> None:
        """Adds to what is to be told upstream; drops of one reason and priority are told together."""
        with self._transaction():
            self._remember(DropReport(reason, _PRIORITY_NAMES[priority], frames, from_ms, to_ms))

    def tell_drops(self, tell: Callable[[tuple[DropReport, ...]], Draft]) -> None:
        """Stores what is to be told, if there is anything, as the message that `tell` makes with it as `reports`."""
        with self._lock:
            rows = self._database.execute("select reason, priority, frames, from_ms, to_ms from drops").fetchall()
            if rows:
                self.add([tell(tuple(DropReport(*row) for row in rows))])

    def first_time(self, command_id: str) -> bool:
        """True once for each command."""
        with self._transaction():
            return self._database.execute("insert or ignore into commands_seen values (?)", (command_id,)).rowcount == 1

    def close(self) -> None:
        with self._lock:
            self._database.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of it or nothing, what is counted beside the disk included. Raises BufferUnavailableError."""
        with self._lock:
            before = self._sequence, self._bytes, self._count
            try:
                with self._database:
                    yield
            except BaseException as error:
                self._sequence, self._bytes, self._count = before
                if isinstance(error, sqlite3.OperationalError):
                    self._make_log_short()
                    raise BufferUnavailableError(f"the buffer's disk takes nothing now: {error}") from error
                raise

    def _make_log_short(self) -> None:
        """A full disk must not keep acknowledged messages from being deleted: their deletion needs room in the log."""
        with contextlib.suppress(sqlite3.OperationalError):
            self._database.execute("pragma wal_checkpoint(truncate)")

    def _next_boot(self) -> int:
        with self._database:
            row = self._database.execute(
                "insert into meta values ('boot_number', 1) on conflict (name) do update set value = value + 1"
                " returning value"
            ).fetchone()
        number: int = row[0]
        return number

    def _insert_all(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            self._insert(draft)
        self._make_room()

    def _insert(self, draft: Draft) -> None:
        sequence = self._sequence + 1
        payload = draft.encode(Identity(self._vin, self.boot_id, self.boot_number, sequence))
        boot_id = str(self.boot_id)
        reports = json.dumps([_report_fields(report) for report in draft.reports])
        fields = (boot_id, self.boot_number, sequence, draft.kind, draft.priority, payload, draft.frames)
        self._database.execute(
            "insert into messages"
            " (boot_id, boot_number, sequence, kind, priority, payload, frames, from_ms, to_ms, reports)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*fields, draft.from_ms, draft.to_ms, reports),
        )
        if self._keep_ledger:
            entry = (boot_id, sequence, draft.kind, draft.frames)
            self._database.execute("insert into ledger values (?, ?, ?, ?, null)", entry)
        for report in draft.reports:
            told = (report.reason, report.priority)
            self._database.execute("delete from drops where reason = ? and priority = ?", told)
        self._sequence = sequence
        self._bytes += len(payload)
        self._count += 1

    def _make_room(self) -> None:
        while self._bytes > self._maximum_bytes:
            row = self._database.execute("select id from messages order by priority, id limit 1").fetchone()
            if row is None:
                return
            self._drop(row[0], "buffer_full")

    def _drop(self, message_id: int, reason: str) -> None:
        gone = self._forget(message_id, "dropped")
        if gone is None:
            return
        priority, frames, from_ms, to_ms, reports = gone
        self._remember(DropReport(reason, _PRIORITY_NAMES[priority], frames, from_ms, to_ms))
        for fields in json.loads(reports):
            self._remember(DropReport(*fields))

    def _forget(self, message_id: int, disposition: str | None = None) -> tuple[int, int, int, int, str] | None:
        row = self._database.execute(
            "delete from messages where id = ?"
            " returning boot_id, sequence, length(payload), priority, frames, from_ms, to_ms, reports",
            (message_id,),
        ).fetchone()
        if row is None:
            return None
        self._bytes -= row[2]
        self._count -= 1
        if disposition:
            self._write_off(row[0], row[1], disposition)
        elif self._keep_ledger:
            self._database.execute("delete from ledger where boot_id = ? and sequence = ?", (row[0], row[1]))
        return row[3], row[4], row[5], row[6], row[7]

    def _write_off(self, boot_id: str, sequence: int, disposition: str) -> None:
        if self._keep_ledger:
            self._database.execute(
                "update ledger set disposition = ? where boot_id = ? and sequence = ?", (disposition, boot_id, sequence)
            )

    def _remember(self, report: DropReport) -> None:
        self._database.execute(
            "insert into drops values (?, ?, ?, ?, ?) on conflict (reason, priority) do update set"
            " frames = frames + excluded.frames, from_ms = min(from_ms, excluded.from_ms),"
            " to_ms = max(to_ms, excluded.to_ms)",
            _report_fields(report),
        )


def _report_fields(report: DropReport) -> tuple[str, str, int, int, int]:
    return report.reason, report.priority, report.frames, report.from_recorded_at_ms, report.to_recorded_at_ms


def _open(path: Path, durable: bool) -> tuple[sqlite3.Connection, bool]:
    """The database, and whether an unreadable one had to be set aside (it is kept beside it for a workshop)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connect(path, durable), False
    except sqlite3.OperationalError as error:
        raise BufferUnavailableError(f"{path} cannot be opened: {error}") from error
    except sqlite3.DatabaseError:
        _set_aside(path)
        return _connect(path, durable), True


def _connect(path: Path, durable: bool) -> sqlite3.Connection:
    """Raises sqlite3.DatabaseError where any page of the file is damaged, not only its first."""
    database = sqlite3.connect(path, check_same_thread=False, timeout=30)
    try:
        database.execute("pragma journal_mode = wal")
        database.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
        (health,) = database.execute("pragma quick_check(1)").fetchone()
        if health != "ok":
            raise sqlite3.DatabaseError(health)
        database.executescript(_SCHEMA)
    except BaseException:
        database.close()
        raise
    return database


def _set_aside(path: Path) -> None:
    number = 1
    while (aside := path.with_name(f"{path.name}.unreadable-{number}")).exists():
        number += 1
    for suffix in ("", "-wal"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
