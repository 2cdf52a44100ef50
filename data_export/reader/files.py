"""Exported files as Arrow tables with their metadata."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from data_export.layout import (
    CSV_ROWS,
    CSV_TITLE,
    FORMAT_VERSION,
    INDEX,
    METADATA_KEY,
    PSEUDONYM_COLUMN,
    TYPES,
    VIN_COLUMN,
)

Source = str | PathLike[str] | bytes | BinaryIO
"""A path, the bytes of a file (the body of an HTTP answer), or a file that is open for reading bytes."""

_PARQUET: Final = b"PAR1"
_LONGEST_LAST_LINE: Final = 64
_CUT_OFF: Final = "its end is missing, so the transfer was cut off. Fetch it again."


class BrokenExportError(ValueError):
    """Not an export of Servicelane, or only the first part of one."""


def read_table(source: Source, columns: Sequence[str] | None = None) -> tuple[pa.Table, dict[str, Any]]:
    """The rows and the metadata. Of `columns`, those that the file has, beside the car and the instant; None: all.

    Raises BrokenExportError.
    """
    file, name = _opened(source)
    with file:
        if file.read(len(_PARQUET)) == _PARQUET:
            return _read_parquet(file, name, columns)
        file.seek(0)
        return _read_csv(file, name, columns)


def read_file_metadata(source: Source) -> dict[str, Any]:
    """Without the rows."""
    file, name = _opened(source)
    with file:
        if file.read(len(_PARQUET)) == _PARQUET:
            return _metadata_of(_parquet(file, name).schema_arrow, name)
        file.seek(0)
        return _read_head(file, name)[0]


def _opened(source: Source) -> tuple[BinaryIO, str]:
    """The file at its beginning, and what to call it in an error."""
    if isinstance(source, bytes):
        return io.BytesIO(source), "the export"
    if isinstance(source, str | PathLike):
        return Path(source).open("rb"), str(source)
    return io.BytesIO(source.read()), str(getattr(source, "name", "the export"))


def _parquet(file: BinaryIO, name: str) -> pa.parquet.ParquetFile:
    try:
        return pa.parquet.ParquetFile(file)
    except pa.ArrowInvalid as error:
        raise BrokenExportError(f"{name}: {_CUT_OFF}") from error


def _read_parquet(file: BinaryIO, name: str, columns: Sequence[str] | None) -> tuple[pa.Table, dict[str, Any]]:
    parquet = _parquet(file, name)
    metadata = _metadata_of(parquet.schema_arrow, name)
    return parquet.read(columns=_wanted(metadata, columns)), metadata


def _metadata_of(schema: pa.Schema, name: str) -> dict[str, Any]:
    told = (schema.metadata or {}).get(METADATA_KEY)
    if told is None:
        raise BrokenExportError(f"{name} is Parquet, but not an export of Servicelane.")
    return _checked(json.loads(told), name)


def _wanted(metadata: dict[str, Any], columns: Sequence[str] | None) -> list[str]:
    always = {VIN_COLUMN, PSEUDONYM_COLUMN, INDEX[metadata["what"]]}
    return [name for name in metadata["columns"] if columns is None or name in always or name in columns]


def _checked(metadata: dict[str, Any], name: str) -> dict[str, Any]:
    if metadata["format_version"] > FORMAT_VERSION:
        raise BrokenExportError(
            f"{name} was made by {metadata['made_by']}, which is newer than this reader. Update it."
        )
    return metadata


def _read_csv(file: BinaryIO, name: str, columns: Sequence[str] | None) -> tuple[pa.Table, dict[str, Any]]:
    metadata, names = _read_head(file, name)
    body = file.read()
    rows, end = _read_end(body, name)
    types = {column: TYPES[told["type"]] for column, told in metadata["columns"].items()}
    wanted = _wanted(metadata, columns)
    table = _read_body(pa.py_buffer(body)[:end], names, types, wanted) if rows else _empty(types, wanted)
    if table.num_rows != rows:
        raise BrokenExportError(f"{name} says that it has {rows} rows and has {table.num_rows}. Fetch it again.")
    return table, metadata


def _read_head(file: BinaryIO, name: str) -> tuple[dict[str, Any], list[str]]:
    """The metadata and the names of the columns; leaves the file at the first row."""
    if file.readline().decode(errors="replace").rstrip() != CSV_TITLE:
        raise BrokenExportError(f"{name} is not an export of Servicelane.")
    metadata: dict[str, Any] = {}
    try:
        while (line := file.readline().decode()).startswith("# "):
            key, _, value = line[2:].partition(": ")
            metadata[key] = json.loads(value)
    except ValueError as error:
        raise BrokenExportError(f"{name}: {_CUT_OFF}") from error
    if not line.endswith("\n") or "columns" not in metadata:
        raise BrokenExportError(f"{name}: {_CUT_OFF}")
    return _checked(metadata, name), line.rstrip("\n").split(",")


def _read_end(body: bytes, name: str) -> tuple[int, int]:
    """How many rows there are, and where they end."""
    last = body.rfind(CSV_ROWS.encode(), max(0, len(body) - _LONGEST_LAST_LINE))
    digits = body[last + len(CSV_ROWS) : -1] if last >= 0 else b""
    if not (digits.isdigit() and body.endswith(b"\n") and body[:last][-1:] in (b"", b"\n")):
        raise BrokenExportError(f"{name}: {_CUT_OFF}")
    return int(digits), last


def _read_body(body: pa.Buffer, names: Sequence[str], types: dict[str, pa.DataType], wanted: Sequence[str]) -> pa.Table:
    """Values may hold line ends and commas; only what was written without quotes can be no value."""
    return pa.csv.read_csv(
        pa.BufferReader(body),
        pa.csv.ReadOptions(column_names=list(names)),
        pa.csv.ParseOptions(newlines_in_values=True),
        pa.csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            include_columns=list(wanted),
        ),
    )


def _empty(types: dict[str, pa.DataType], wanted: Sequence[str]) -> pa.Table:
    return pa.schema([(name, types[name]) for name in wanted]).empty_table()
