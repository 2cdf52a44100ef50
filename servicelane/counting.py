"""Counts frames on both sides: what senders wrote down before they published, and what the database holds.

The meanings are those of `docs/architecture.md`: a frame is one (vin, boot_id, sequence, frame); lost = acknowledged
but neither stored nor quarantined; repeated = stored provenance beyond one per frame.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from database.connection import Connection
from database.queries import Queries

DROPPED: Final = "dropped"
_queries: Final = Queries(Path(__file__).parent / "queries")


class MessageKey(NamedTuple):
    vin: str
    boot_id: str
    sequence: int


class LedgerEntry(NamedTuple):
    """One message as its sender wrote it down; `disposition` is None until the head unit released it."""

    key: MessageKey
    frames: int
    disposition: str | None


class StoredMessage(NamedTuple):
    rows: int
    frames: int


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """Frames, where an event counts as one."""

    sent: int
    acknowledged: int
    stored: int
    lost: int
    repeated: int
    quarantined: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)

    @property
    def balanced(self) -> bool:
        """Nothing is lost, nothing is there twice, and everything sent is accounted for."""
        return self.lost == 0 and self.repeated == 0 and self.sent == self.stored + self.quarantined


def compare(
    ledger: Iterable[LedgerEntry],
    stored: Mapping[MessageKey, StoredMessage],
    quarantined: Mapping[MessageKey, int],
) -> FrameCounts:
    """The counts over all messages, message by message, so that one loss cannot hide behind one repeat.

    A message that is stored is counted there alone, though the quarantine may keep another copy of it (a car that came
    again after it was enrolled).
    What a bounded buffer gave up was not sent, unless it had arrived before; the car reports it (telemetry.drops).
    """
    withheld = {key: frames for key, frames in quarantined.items() if key not in stored}
    sent = acknowledged = lost = 0
    for entry in ledger:
        kept = stored.get(entry.key, StoredMessage(0, 0)).frames + withheld.get(entry.key, 0)
        if entry.disposition == DROPPED and not kept:
            continue
        sent += entry.frames
        if entry.disposition is not None:
            acknowledged += entry.frames
            lost += max(0, entry.frames - kept)
    return FrameCounts(
        sent=sent,
        acknowledged=acknowledged,
        stored=sum(message.frames for message in stored.values()),
        lost=lost,
        repeated=sum(message.rows - message.frames for message in stored.values()),
        quarantined=sum(withheld.values()),
    )


def read_ledgers(folder: Path) -> list[LedgerEntry]:
    """The ledgers of every head unit whose buffer lies in `folder`, named `<vin>.sqlite`."""
    entries: list[LedgerEntry] = []
    for path in sorted(folder.glob("*.sqlite")):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30) as ledger:
            rows = ledger.execute("select boot_id, sequence, frames, disposition from ledger").fetchall()
        ledger.close()
        entries += [
            LedgerEntry(MessageKey(path.stem, boot_id, seq), frames, done) for boot_id, seq, frames, done in rows
        ]
    return entries


async def count_frames(connection: Connection, folder: Path) -> FrameCounts:
    """Compares the ledgers in `folder` with what the database behind `connection` holds of their boots."""
    ledger = read_ledgers(folder)
    boot_ids = sorted({entry.key.boot_id for entry in ledger})
    stored = await _queries.all(connection, "count_stored_messages", boot_ids=boot_ids)
    quarantined = await _queries.all(connection, "count_quarantined_messages", boot_ids=boot_ids)
    return compare(
        ledger,
        {_key(row): StoredMessage(row["rows"], row["frames"]) for row in stored},
        {_key(row): int(row["frames"]) for row in quarantined},
    )


def _key(row: Mapping[str, Any]) -> MessageKey:
    return MessageKey(row["vin"], row["boot_id"], row["sequence"])
