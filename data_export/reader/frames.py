"""Exported files as pandas DataFrames."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from data_export.layout import INDEX, PSEUDONYM_COLUMN, VIN_COLUMN
from data_export.reader.files import Source, read_file_metadata, read_table

_NULLABLE: Final = {
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(),
}
"""Where a float says NaN for no value, these have a value of their own for it; large integers stay exact."""


def read_export(*sources: Source, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """One export, or several of the same kind one below the other, as a DataFrame.

    A source is a path, the bytes of a file, or an open file; Parquet and CSV read the same. The index is the instant of
    each row in UTC (`recorded_at`; of codes `first_seen_at`, of findings `found_at`). `columns` names those to read
    beside the car and the instant. Columns of JSON hold dicts and lists. Floats say NaN where there is no value.

    `frame.attrs` holds `what`, `units` and `vss_paths` by column, `catalogue_version`, and `metadata`: all that each
    file says of itself, in the order of the sources. Raises BrokenExportError for what is cut off or no export,
    ValueError for exports that do not belong below each other.
    """
    if not sources:
        raise ValueError("Name at least one export.")
    tables, metadata = zip(*(read_table(source, columns) for source in sources), strict=True)
    told = _told_columns(metadata)
    if missing := set(columns or ()) - set(told):
        raise ValueError(f"No such column: {', '.join(sorted(missing))}. There are {', '.join(told)}.")
    frame = _frame(pa.concat_tables(tables, promote_options="default"), told, INDEX[metadata[0]["what"]])
    frame.attrs.update(_attributes(metadata, {name: told[name] for name in frame.columns}))
    return frame


def read_metadata(source: Source) -> dict[str, Any]:
    """What an export says of itself, without reading its rows."""
    return read_file_metadata(source)


def _told_columns(metadata: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What is told of each column. Raises ValueError where the exports do not mean the same."""
    for name in ("what", "pseudonymous"):
        if len(found := {str(one[name]) for one in metadata}) > 1:
            raise ValueError(f"The exports differ in `{name}` ({', '.join(sorted(found))}). Read them one by one.")
    columns: dict[str, Mapping[str, Any]] = {}
    for name, told in ((name, told) for one in metadata for name, told in one["columns"].items()):
        known = columns.setdefault(name, told)
        if (known["type"], known.get("unit")) != (told["type"], told.get("unit")):
            raise ValueError(f"{name} means something else in one of the exports. Read them one by one.")
    return columns


def _frame(table: pa.Table, told: Mapping[str, Mapping[str, Any]], index: str) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=_NULLABLE.get)
    for name in frame.columns:
        if told[name]["type"] == "json":
            frame[name] = [None if pd.isna(text) else json.loads(text) for text in frame[name]]
    key = VIN_COLUMN if VIN_COLUMN in frame else PSEUDONYM_COLUMN
    frame[key] = frame[key].astype("category")
    return frame.set_index(index)


def _attributes(metadata: Sequence[Mapping[str, Any]], columns: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    versions = sorted({one["catalogue_version"] for one in metadata})
    return {
        "what": metadata[0]["what"],
        "catalogue_version": versions[-1],
        "units": {name: told["unit"] for name, told in columns.items() if "unit" in told},
        "vss_paths": {name: told["vss_path"] for name, told in columns.items() if "vss_path" in told},
        "metadata": list(metadata),
    }
