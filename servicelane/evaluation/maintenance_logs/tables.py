"""CSV files with a line number for everything that is wrong with them. Read in pieces, kept as numbers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LINES_AT_ONCE: Final = 100_000
MOST_LINES: Final = 20_000_000
"""Of one file: about a gigabyte of numbers. Who has more gives a part of the machines or of the time."""

_AMERICAN: Final = "%m/%d/%Y %I:%M:%S %p"


class LogFileError(ValueError):
    """A file cannot be used. The message names the file, the line, what is wrong and what to do."""


Column = NDArray[Any]


def read_table(
    path: Path, times: Sequence[str], texts: Sequence[str], numbers: Sequence[str], form: str
) -> dict[str, Column]:
    """By column: `times` as int64 seconds since 1970 (no zone, as written), `texts` as str, `numbers` as float32.

    An empty number is missing (NaN). `form`: of the times, see `columns.Columns`. Raises LogFileError.
    """
    pieces: list[dict[str, Column]] = []
    first_line = 2
    for piece in _pieces(path, [*times, *texts, *numbers]):
        lines = first_line + np.arange(len(piece))
        first_line += len(piece)
        if first_line > MOST_LINES:
            raise LogFileError(
                f"{path.name}: more than {MOST_LINES:,} lines; give a part of the machines or of the time"
            )
        read = {name: _times(path, name, piece[name], lines, form) for name in times}
        read |= {name: _texts(path, name, piece[name], lines) for name in texts}
        read |= {name: _numbers(path, name, piece[name], lines) for name in numbers}
        pieces.append(read)
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _pieces(path: Path, needed: Sequence[str]) -> Iterator[pd.DataFrame]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            yield from _checked(path, needed)
    except pd.errors.ParserWarning as error:
        raise LogFileError(f"{path.name}, line 2: more fields than the head has columns") from error
    except OSError as error:
        raise LogFileError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LogFileError(f"{path.name}: not UTF-8 ({error.reason}); save it as CSV in UTF-8") from error
    except pd.errors.EmptyDataError as error:
        raise LogFileError(f"{path.name}: the file is empty") from error
    except pd.errors.ParserError as error:
        raise LogFileError(
            f"{path.name}: {str(error).removeprefix('Error tokenizing data. C error: ').strip()}"
        ) from error


def _checked(path: Path, needed: Sequence[str]) -> Iterator[pd.DataFrame]:
    with pd.read_csv(
        path,
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
        chunksize=LINES_AT_ONCE,
        encoding="utf-8-sig",
        index_col=False,
    ) as reader:
        for piece in reader:
            _check_columns(path, [str(name) for name in piece.columns], needed)
            yield piece


def _check_columns(path: Path, found: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in found]
    if missing:
        raise LogFileError(
            f"{path.name}, line 1: no column {', '.join(missing)}; there are {', '.join(found)}. "
            "Where yours are called otherwise, say so in a TOML: --columns FILE"
        )


def _times(path: Path, name: str, said: pd.Series[Any], lines: Column, form: str) -> Column:
    forms = [form] if form else ["ISO8601", _AMERICAN]
    read = next(
        (one for text in forms if not (one := pd.to_datetime(said, format=text, errors="coerce")).isna().all()),
        pd.to_datetime(said, format=forms[0], errors="coerce"),
    )
    if getattr(read.dtype, "tz", None) is not None:
        raise LogFileError(f"{path.name}, line {lines[0]}: {name} has an offset; write local times without one")
    _refuse(path, name, said, read.isna().to_numpy(), lines, "is no time such as 2015-01-31 06:00:00")
    seconds: Column = read.to_numpy().astype("datetime64[s]").astype(np.int64)
    return seconds


def _texts(path: Path, name: str, said: pd.Series[Any], lines: Column) -> Column:
    texts = said.fillna("").str.strip()
    _refuse(path, name, texts, (texts == "").to_numpy(), lines, "is empty")
    return texts.to_numpy(dtype=str)


def _numbers(path: Path, name: str, said: pd.Series[Any], lines: Column) -> Column:
    read = pd.to_numeric(said, errors="coerce").to_numpy(dtype=np.float32)
    empty = (said.fillna("").str.strip() == "").to_numpy()
    _refuse(path, name, said, ~np.isfinite(read) & ~empty, lines, "is no number")
    return read


def _refuse(path: Path, name: str, said: pd.Series[Any], wrong: Column, lines: Column, why: str) -> None:
    if wrong.any():
        at = int(np.argmax(wrong))
        more = int(wrong.sum()) - 1
        others = f" (and {more:,} more in the lines near it)" if more else ""
        raise LogFileError(f"{path.name}, line {lines[at]}: {name} {str(said.iloc[at])!r} {why}{others}")


def known_machines(path: Path, said: Column, numbers: Mapping[str, int]) -> Column:
    """The number of each line's machine. Raises LogFileError for one that the file of machines does not have."""
    names, inverse = np.unique(said, return_inverse=True)
    for at, name in enumerate(names):
        if name not in numbers:
            line = int(np.argmax(inverse == at)) + 2
            raise LogFileError(
                f"{path.name}, line {line}: machine {str(name)!r} is not in the file of machines; add it there, or "
                "take its lines out"
            )
    found: Column = np.array([numbers[str(name)] for name in names], dtype=np.int32)[inverse]
    return found
