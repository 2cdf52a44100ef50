"""Rows as the bytes of a file, piece by piece. They hold one row group, never the file."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from data_export.layout import CSV_ROWS, CSV_TITLE, METADATA_KEY, ExportColumn, ExportFormat
from data_export.models import Row

_CELLS_PER_GROUP: Final = 4_000_000
_ROWS_PER_GROUP: Final = 100_000
"""A row group of Parquet holds at most so much, about 30 MB before compression. What Parquet says of a group at the end
of the file has to be kept: some 100 bytes per column and group, below a byte per row of all signals."""


class Encoder(Protocol):
    """`begin`, `add` for each piece of the rows, `end`: each gives the bytes that are ready, maybe none.

    The first value of a row is its car's number, in whose place `keys` puts the car's key.
    """

    def begin(self) -> bytes: ...

    def add(self, keys: Mapping[int, str], rows: Sequence[Row]) -> bytes: ...

    def end(self) -> bytes: ...


def encoder_of(format_: ExportFormat, columns: Sequence[ExportColumn], metadata: Mapping[str, Any]) -> Encoder:
    return ParquetEncoder(columns, metadata) if format_ == "parquet" else CsvEncoder(columns, metadata)


class _Outbox(io.RawIOBase):
    """A file that is taken away while it is written."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class ParquetEncoder:
    def __init__(self, columns: Sequence[ExportColumn], metadata: Mapping[str, Any]) -> None:
        told = {METADATA_KEY: json.dumps(metadata, ensure_ascii=False).encode()}
        self._schema = pa.schema([column.field for column in columns], told)
        self._outbox = _Outbox()
        self._writer = pa.parquet.ParquetWriter(self._outbox, self._schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._rows_per_group = max(1, min(_ROWS_PER_GROUP, _CELLS_PER_GROUP // len(columns)))

    def begin(self) -> bytes:
        return self._outbox.take()

    def add(self, keys: Mapping[int, str], rows: Sequence[Row]) -> bytes:
        self._waiting.append(_batch(self._schema, keys, rows))
        self._waiting_rows += len(rows)
        if self._waiting_rows >= self._rows_per_group:
            self._write_group()
        return self._outbox.take()

    def end(self) -> bytes:
        self._write_group()
        self._writer.close()
        return self._outbox.take()

    def _write_group(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema), self._waiting_rows)
        self._waiting, self._waiting_rows = [], 0


class CsvEncoder:
    _OPTIONS: Final = pa.csv.WriteOptions(include_header=False, quoting_style="needed")

    def __init__(self, columns: Sequence[ExportColumn], metadata: Mapping[str, Any]) -> None:
        self._schema = pa.schema([column.field for column in columns])
        self._metadata = metadata
        self._rows = 0

    def begin(self) -> bytes:
        told = (f"# {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in self._metadata.items())
        return ("\n".join((CSV_TITLE, *told, ",".join(self._schema.names))) + "\n").encode()

    def add(self, keys: Mapping[int, str], rows: Sequence[Row]) -> bytes:
        self._rows += len(rows)
        sink = pa.BufferOutputStream()
        pa.csv.write_csv(_batch(self._schema, keys, rows), sink, self._OPTIONS)
        return bytes(sink.getvalue())

    def end(self) -> bytes:
        return f"{CSV_ROWS}{self._rows}\n".encode()


def _batch(schema: pa.Schema, keys: Mapping[int, str], rows: Sequence[Row]) -> pa.RecordBatch:
    vehicle_ids, *columns = zip(*rows, strict=True)
    values = ([keys[vehicle_id] for vehicle_id in vehicle_ids], *columns)
    arrays = [pa.array(column, type_) for type_, column in zip(schema.types, values, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
