"""Instants of a logged file: local times, ISO texts or epoch numbers to Unix milliseconds, UTC."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulator.columns import EPOCH_MS, EPOCH_S, ISO, TIME_OF_DAY, TimeRule
from simulator.columns_check import ColumnMapError

_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 86_400_000
_MIDNIGHT_DROP_MS: Final = 12 * 60 * _MINUTE_MS  # a clock that falls this far back has passed midnight
_SUMMER_TIME_DROP_MS: Final = 30 * _MINUTE_MS  # less than that is jitter of the logger, more the end of summer time
_TIME_OF_DAY: Final = r"[0-2]?\d:[0-5]\d(:[0-5]\d([.,]\d+)?)?"

Milliseconds = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class InstantReader:
    """Reads the time column of one file, block by block: midnight and the end of summer time need what came before."""

    def __init__(self, rule: TimeRule, file_name: str, source: Path) -> None:
        self._rule = rule
        self._day_ms = 0 if rule.has_date else _day_of(rule, file_name, source)
        self._last_local_ms: int | None = None
        self._after_summer_time = False

    def read(self, texts: pd.Series) -> tuple[Milliseconds, Mask]:
        """Unix milliseconds of shape (n,) and the mask of those that could be read."""
        if self._rule.format in (EPOCH_S, EPOCH_MS):
            return _from_epoch(texts, 1000 if self._rule.format == EPOCH_S else 1)
        if self._rule.format == ISO:
            return self._from_iso(texts)
        return self._from_local(self._local(texts))

    def _local(self, texts: pd.Series) -> pd.Series:
        """Local times as datetime64; with the day at 1970-01-01 where the column has none. NaT = not readable."""
        if self._rule.format == TIME_OF_DAY:
            return _times_of_day(texts)
        parsed = pd.to_datetime(texts.str.strip(), format=self._rule.format, errors="coerce")
        return parsed if self._rule.has_date else pd.Timestamp(0) + (parsed - parsed.dt.normalize())

    def _from_iso(self, texts: pd.Series) -> tuple[Milliseconds, Mask]:
        """Texts with an offset or Z are instants; texts without are local times of the zone."""
        clean = texts.str.strip()
        aware = clean.str.fullmatch(r".*[T ].*(Z|z|[+-]\d\d:?(\d\d)?)").fillna(False).to_numpy(dtype=bool)
        if aware.all():
            return _milliseconds(pd.to_datetime(clean, format="ISO8601", utc=True, errors="coerce"))
        local, read = self._from_local(pd.to_datetime(clean.where(~aware), format="ISO8601", errors="coerce"))
        if aware.any():
            instants, fixed = _milliseconds(
                pd.to_datetime(clean.where(aware), format="ISO8601", utc=True, errors="coerce")
            )
            return np.where(aware, instants, local), np.where(aware, fixed, read)
        return local, read

    def _from_local(self, local: pd.Series) -> tuple[Milliseconds, Mask]:
        if local.dt.tz is not None:  # the pattern had %z
            return _milliseconds(local)
        if self._rule.zone is None:
            return np.zeros(len(local), dtype=np.int64), np.zeros(len(local), dtype=bool)
        milliseconds, read = _milliseconds(local)
        if not read.any():
            return milliseconds, read
        milliseconds[read], second_pass = self._follow(milliseconds[read])
        index = pd.DatetimeIndex(milliseconds[read].astype("datetime64[ms]"))
        zoned = index.tz_localize(self._rule.zone, ambiguous=~second_pass, nonexistent="NaT")
        milliseconds[read], read[read] = _milliseconds(pd.Series(zoned))
        return milliseconds, read

    def _follow(self, local: Milliseconds) -> tuple[Milliseconds, Mask]:
        """Local times with their day, and whether each stands behind the step back that ends summer time."""
        before = np.concatenate(([local[0] if self._last_local_ms is None else self._last_local_ms], local[:-1]))
        drops = before - local
        self._last_local_ms = int(local[-1])
        if not self._rule.has_date:
            midnights: Milliseconds = np.cumsum(drops > _MIDNIGHT_DROP_MS) - np.cumsum(drops < -_MIDNIGHT_DROP_MS)
            days = self._day_ms + midnights * _DAY_MS
            self._day_ms = int(days[-1])
            local = local + days
        falls = (drops > _SUMMER_TIME_DROP_MS) & (drops <= _MIDNIGHT_DROP_MS)
        second_pass = np.logical_or.accumulate(falls) | self._after_summer_time
        self._after_summer_time = bool(second_pass[-1])
        return local, second_pass


def _times_of_day(texts: pd.Series) -> pd.Series:
    """Times on 1970-01-01. Whole blocks of hh:mm:ss.fff, the usual case, go ten times faster as ISO texts."""
    try:
        fast = pd.to_datetime("1970-01-01T" + texts, format="ISO8601", errors="coerce")
        if fast.dt.tz is None and fast.notna().all() and texts.str.len().min() >= len("hh:mm:ss"):
            return fast
    except ValueError:
        pass  # some carry an offset: none of ours
    clean = texts.str.strip().str.replace(",", ".", regex=False)
    clean = clean.where(clean.str.fullmatch(_TIME_OF_DAY).fillna(False))
    spans = pd.to_timedelta(clean.where(clean.str.count(":") != 1, clean + ":00"), errors="coerce")
    return pd.Timestamp(0) + spans.where(spans < pd.Timedelta(days=1))


def _from_epoch(texts: pd.Series, factor: int) -> tuple[Milliseconds, Mask]:
    numbers = (
        pd.to_numeric(texts.str.replace(",", ".", regex=False), errors="coerce").to_numpy(dtype=np.float64) * factor
    )
    read = np.isfinite(numbers) & (np.abs(numbers) < 8.64e15)
    return np.rint(np.where(read, numbers, 0)).astype(np.int64), read


def _milliseconds(times: pd.Series) -> tuple[Milliseconds, Mask]:
    read = np.array(times.notna(), dtype=bool)  # a copy: pandas hands out read-only arrays
    if times.dt.tz is not None:
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    values = times.to_numpy().astype("datetime64[ms]").astype(np.int64)
    return np.where(read, values, 0), read


def _day_of(rule: TimeRule, file_name: str, source: Path) -> int:
    """Unix milliseconds of the midnight that starts the day in the file's name, zone left aside."""
    assert rule.date_pattern is not None
    advice = f"{source}, key 'time.date_from_file_name': correct the pattern or rename the file"
    match = rule.date_pattern.search(file_name)
    if match is None:
        raise ColumnMapError(f"{file_name}: the name holds no date that {rule.date_pattern.pattern!r} finds; {advice}")
    try:
        day = date(*(int(match[part]) for part in ("year", "month", "day")))
    except ValueError as error:
        raise ColumnMapError(f"{file_name}: {match[0]!r} is no date ({error}); {advice}") from error
    return (day - date(1970, 1, 1)).days * _DAY_MS
