"""Cells of one column to values of a signal: unit, storage type, blanks, and what cannot be read."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulator.columns import ColumnRule
from simulator.columns_time import Mask
from telemetry_schema.catalogue import Storage
from telemetry_schema.frames import SignalColumn
from telemetry_schema.vin import InvalidVin, Vin

_TRUE: Final = frozenset(("1", "1.0", "true", "on", "yes"))
_FALSE: Final = frozenset(("0", "0.0", "false", "off", "no"))

Values = npt.NDArray[Any]


def read_values(cells: pd.Series, rule: ColumnRule, decimal: str) -> tuple[Values, Mask, Mask]:
    """Values in the signal's type, shape (n,), which of them are present, and which rows can be read.

    A blank is readable and not present. Whole-number signals are rounded after the unit is converted.
    """
    blank = cells.isna().to_numpy(dtype=bool)
    storage = rule.signal.storage
    if storage is Storage.TEXT:
        return cells.fillna("").to_numpy(dtype=object), ~blank, np.ones(len(cells), dtype=bool)
    if storage is Storage.BOOLEAN:
        words = cells.str.strip().str.lower()
        truth = words.isin(_TRUE).to_numpy(dtype=bool)
        return truth, ~blank, blank | truth | words.isin(_FALSE).to_numpy(dtype=bool)
    values, readable = _to_storage(_numbers(cells, decimal) * rule.factor + rule.offset, storage.dtype)
    return values, ~blank, blank | readable


def column_of(values: Values, present: Mask) -> SignalColumn | None:
    """The column without its blanks; None where nothing is left."""
    if present.all():
        return SignalColumn(values)
    at = np.flatnonzero(present)
    return SignalColumn(values[at], at) if len(at) else None


def read_vins(cells: pd.Series) -> tuple[Values, Mask]:
    texts = cells.fillna("").str.strip().str.upper().to_numpy(dtype=object)
    valid = {text: _is_vin(text) for text in set(texts.tolist())}
    return texts, np.fromiter((valid[text] for text in texts.tolist()), dtype=bool, count=len(texts))


def _is_vin(text: str) -> bool:
    try:
        Vin(text, require_check_digit=False)
    except InvalidVin:
        return False
    return True


def _numbers(cells: pd.Series, decimal: str) -> npt.NDArray[np.float64]:
    """pandas has read clean columns as numbers; a column with a word in it comes as text and is read cell by cell."""
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        return cells.to_numpy(dtype=np.float64, na_value=np.nan)
    texts = cells.astype(object).where(cells.notna(), "").astype(str).str.strip()
    if decimal != ".":
        texts = texts.str.replace(".", "#").str.replace(decimal, ".")
    return pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _to_storage(numbers: npt.NDArray[np.float64], dtype: np.dtype[Any]) -> tuple[Values, Mask]:
    readable = np.isfinite(numbers)
    if dtype.kind == "i":
        readable &= np.abs(numbers) < np.iinfo(dtype).max
        return np.rint(np.where(readable, numbers, 0)).astype(dtype), readable
    with np.errstate(over="ignore"):  # too large for 4 bytes becomes infinite: admission sets it aside and says so
        return np.where(readable, numbers, 0).astype(dtype), readable
