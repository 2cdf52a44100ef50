from __future__ import annotations

import sqlite3
from pathlib import Path

from servicelane.counting import FrameCounts, LedgerEntry, MessageKey, StoredMessage, compare, read_ledgers

ONE = MessageKey("VIN", "boot", 1)
TWO = MessageKey("VIN", "boot", 2)


def test_a_settled_run_balances() -> None:
    counts = compare([LedgerEntry(ONE, 10, "stored")], {ONE: StoredMessage(10, 10)}, {})
    assert counts == FrameCounts(sent=10, acknowledged=10, stored=10, lost=0, repeated=0, quarantined=0)
    assert counts.balanced


def test_an_acknowledged_frame_that_is_not_in_the_database_is_lost() -> None:
    counts = compare([LedgerEntry(ONE, 10, "stored")], {ONE: StoredMessage(9, 9)}, {})
    assert counts.lost == 1
    assert not counts.balanced


def test_a_frame_stored_twice_is_repeated_and_hides_no_loss() -> None:
    ledger = [LedgerEntry(ONE, 10, "stored"), LedgerEntry(TWO, 10, "stored")]
    counts = compare(ledger, {ONE: StoredMessage(20, 10)}, {})
    assert (counts.repeated, counts.lost) == (10, 10)
    assert not counts.balanced


def test_a_quarantined_batch_is_neither_lost_nor_stored() -> None:
    counts = compare([LedgerEntry(ONE, 10, "quarantined")], {}, {ONE: 10})
    assert (counts.quarantined, counts.lost, counts.stored) == (10, 0, 0)
    assert counts.balanced


def test_what_was_never_acknowledged_is_not_lost_but_not_settled() -> None:
    counts = compare([LedgerEntry(ONE, 10, None)], {}, {})
    assert (counts.sent, counts.acknowledged, counts.lost) == (10, 0, 0)
    assert not counts.balanced


def test_ledgers_are_read_by_the_vin_of_their_file(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "VIN.sqlite") as ledger:
        ledger.execute("create table ledger (boot_id text, sequence int, kind text, frames int, disposition text)")
        ledger.execute("insert into ledger values ('boot', 1, 'batch', 10, 'stored'), ('boot', 2, 'event', 1, null)")
    assert read_ledgers(tmp_path) == [LedgerEntry(ONE, 10, "stored"), LedgerEntry(TWO, 1, None)]


def test_what_a_buffer_gave_up_was_not_sent_unless_it_had_arrived() -> None:
    ledger = [LedgerEntry(ONE, 10, "dropped"), LedgerEntry(TWO, 5, "dropped")]
    counts = compare(ledger, {TWO: StoredMessage(5, 5)}, {})
    assert (counts.sent, counts.acknowledged, counts.stored, counts.lost) == (5, 5, 5, 0)
    assert counts.balanced
