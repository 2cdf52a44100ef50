"""The COPY stream, field by field, against a plain loop over rows."""

from __future__ import annotations

import struct
import tracemalloc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.binary_copy import Column, CopyColumn, TextColumn, copy_bytes, numbers

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)


def row_by_row(whole: list[int | None], texts: list[bytes | None]) -> bytes:
    """What PostgreSQL's documentation of COPY asks for: a count of fields, then length and bytes of each."""
    written = HEADER
    for number, text in zip(whole, texts, strict=True):
        written += struct.pack(">h", 2)
        written += struct.pack(">i", -1) if number is None else struct.pack(">iq", 8, number)
        written += struct.pack(">i", -1) if text is None else struct.pack(">i", len(text)) + text
    return written + b"\xff\xff"


def number_column(whole: list[int | None]) -> CopyColumn:
    present = np.array([number is not None for number in whole])
    return numbers("number", np.array([number or 0 for number in whole]), ">i8", present)


@given(st.lists(st.tuples(st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.binary(max_size=9)), min_size=1))
def test_nulls_and_texts_of_any_length_are_written_as_a_loop_would(rows: list[tuple[int | None, bytes | None]]) -> None:
    whole, texts = [row[0] for row in rows], [row[1] for row in rows]
    assert copy_bytes([number_column(whole), TextColumn("text", texts)]) == row_by_row(whole, texts)


def test_a_long_text_pads_only_the_rows_around_it() -> None:
    whole: list[int | None] = [None if n % 3 == 0 else n for n in range(5000)]
    texts: list[bytes | None] = [None if n % 7 == 0 else b"%d" % n for n in range(5000)]
    texts[10] = texts[4999] = b"x" * 100_000
    columns: list[Column] = [number_column(whole), TextColumn("text", texts)]
    tracemalloc.start()
    written = copy_bytes(columns)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written == row_by_row(whole, texts)
    assert peak_bytes < 5000 * 100_000
