"""Work that was done, from a file somebody kept: our own CSV, or what LubeLogger exports. Pure.

Ours has the columns `item`, `performed_on`, `odometer` and, if wanted, `note`. LubeLogger's service, repair and upgrade
records have `Date`, `Odometer`, `Description`, `Notes`, `Cost`, `Tags`; the item is found in tags and words. Columns
are known by their names, in any order and case, and others are passed over. A line that cannot be taken is told with
its number, its column and what to do; all other lines are taken. The same file again changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from maintenance_planner.history_words import item_in
from maintenance_planner.models import ServiceRecord, Texts
from maintenance_planner.odometer_series import KM_PER_MILE

OTHER_WORK: Final = "other_"
"""Work that is in no plan is kept with its words: it closes nothing, and its odometer counts."""

MOST_BYTES: Final = 5_000_000
MOST_LINES: Final = 20_000
FIRST_DAY: Final = date(1980, 1, 1)
MOST_KM: Final = 3_000_000.0

Unit = Literal["km", "mi"]
DayOrder = Literal["dmy", "mdy"]
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "day": ("performed_on", "date"),
    "odometer": ("odometer", "odometer_km", "mileage"),
    "item": ("item",),
    "words": ("description", "note", "notes"),
    "tags": ("tags",),
}
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_PARTS: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T].*)?")


class HistoryFileError(ValueError):
    """The file as a whole cannot be read. Nothing of it was taken; the message says what to do."""


@dataclass(frozen=True, slots=True)
class LineError:
    """`line` as an editor counts it, the head being line 1."""

    line: int
    column: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """`items`: one line may name several pieces of work."""

    line: int
    records: tuple[ServiceRecord, ...]
    note: str


@dataclass(frozen=True, slots=True)
class History:
    lines: tuple[ImportedLine, ...]
    errors: tuple[LineError, ...]


class _LineProblem(ValueError):
    def __init__(self, column: str, en: str, zh: str) -> None:
        super().__init__(en)
        self.column, self.texts = column, Texts(en=en, zh=zh)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How lines are read. `columns`: our name to the file's."""

    columns: Mapping[str, str]
    known_items: frozenset[str]
    unit: Unit
    day_order: DayOrder | None
    today: date


def read_history(
    content: bytes, known_items: frozenset[str], today: date, unit: Unit = "km", day_order: DayOrder | None = None
) -> History:
    """Raises HistoryFileError.

    `today`: nothing was done later. `day_order` None: as the days of the file make clear.
    """
    rows = _rows(content)
    columns = _columns(rows.fieldnames or [])
    lines: list[ImportedLine] = []
    errors: list[LineError] = []
    try:
        read = [(rows.line_num, row) for row in rows]
    except csv.Error as error:
        raise HistoryFileError(f"line {rows.line_num} cannot be read as CSV ({error}); export it anew") from error
    if len(read) > MOST_LINES:
        raise HistoryFileError(f"the file has {len(read):,} lines; send at most {MOST_LINES:,} at once")
    order = day_order or _day_order([row.get(columns["day"]) or "" for _, row in read])
    reading = _Reading(columns, known_items, unit, order, today)
    for number, row in read:
        try:
            lines.append(_line(number, row, reading))
        except _LineProblem as problem:
            errors.append(LineError(number, problem.column, problem.texts))
    return History(tuple(lines), tuple(errors))


def _rows(content: bytes) -> csv.DictReader[str]:
    if len(content) > MOST_BYTES:
        raise HistoryFileError(f"the file has {len(content):,} bytes; send at most {MOST_BYTES:,} at once")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HistoryFileError(f"the file is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise HistoryFileError("the file is no text; export it as CSV")
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=head.count)
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)


def _columns(names: Sequence[str | None]) -> dict[str, str]:
    known = {(name or "").strip().lower(): name or "" for name in names}
    found = {}
    for ours, theirs in _COLUMNS.items():
        name = next((known[one] for one in theirs if one in known), None)
        if name is not None:
            found[ours] = name
    if "day" not in found or not {"item", "words"} & found.keys():
        raise HistoryFileError(
            "the first line has to name the columns: item, performed_on, odometer, note; or, of LubeLogger, "
            f"Date, Odometer, Description; found: {', '.join(known) or 'nothing'}"
        )
    return found


def _line(number: int, row: Mapping[str, str | None], reading: _Reading) -> ImportedLine:
    texts = {ours: (row.get(theirs) or "").strip() for ours, theirs in reading.columns.items()}
    performed_on = _day(texts["day"], reading)
    odometer_km = _odometer(texts.get("odometer", ""), reading)
    note = texts.get("words", "")
    items = _items(texts, reading.known_items)
    records = tuple(ServiceRecord(item, performed_on, odometer_km, "import") for item in items)
    return ImportedLine(number, records, note)


def _day(text: str, reading: _Reading) -> date:
    column = reading.columns["day"]
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _PARTS.fullmatch(text):
        if reading.day_order is None:
            raise _LineProblem(
                column,
                f"{text!r} may be day/month or month/day; say which (day order dmy or mdy), or write 2026-03-31",
                f"{text!r} 的日月顺序不明；请指定 dmy 或 mdy，或写成 2026-03-31",
            )
        first, second, year = (int(part) for part in match.groups())
        day, month = (first, second) if reading.day_order == "dmy" else (second, first)
    else:
        raise _LineProblem(column, f"{text!r} is no day; write 2026-03-31", f"{text!r} 不是日期；请写成 2026-03-31")
    try:
        found = date(year, month, day)
    except ValueError:
        raise _LineProblem(column, f"there is no day {text!r}", f"日期 {text!r} 不存在") from None
    if not FIRST_DAY <= found <= reading.today:
        raise _LineProblem(
            column, f"{found} is in the future, or before 1980; correct it", f"{found} 在将来或早于 1980 年；请更正"
        )
    return found


def _day_order(texts: Sequence[str]) -> DayOrder | None:
    """A first or second number above 12 tells; None where none does, or where they contradict one another."""
    pairs = [(int(match[1]), int(match[2])) for text in texts if (match := _PARTS.fullmatch(text.strip()))]
    day_first, month_first = any(first > 12 for first, _ in pairs), any(second > 12 for _, second in pairs)
    if any("." in text for text in texts if _PARTS.fullmatch(text.strip())) and not month_first:
        return "dmy"
    if day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"


def _odometer(text: str, reading: _Reading) -> float | None:
    """Empty and 0 mean that nobody wrote it down."""
    if not text:
        return None
    bare = re.sub(r"\s|(?<=\d)[,'](?=\d{3}(?:\D|$))", "", text)
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(km|mi|miles)?", bare, re.IGNORECASE)
    column = reading.columns["odometer"]
    if match is None:
        raise _LineProblem(column, f"{text!r} is no odometer reading; write 60000", f"{text!r} 不是里程；请写成 60000")
    unit = (match[2] or reading.unit).lower()
    km = float(match[1]) * (1.0 if unit == "km" else KM_PER_MILE)
    if km > MOST_KM:
        raise _LineProblem(
            column, f"{text!r} is more than any car drives; correct it", f"{text!r} 超出合理里程；请更正"
        )
    return round(km, 1) or None


def _items(texts: Mapping[str, str], known: frozenset[str]) -> list[str]:
    """From the column `item`, else from tags, else from words; what is none of ours is kept as other work."""
    if named := texts.get("item"):
        if named not in known:
            raise _LineProblem(
                "item",
                f"{named!r} is no item of this car's plan; known are {', '.join(sorted(known))}",
                f"{named!r} 不是该车保养计划中的项目；已知项目：{', '.join(sorted(known))}",
            )
        return [named]
    if tagged := sorted(known.intersection(re.split(r"[\s,;]+", texts.get("tags", "").lower()))):
        return tagged
    words = texts.get("words", "")
    if not words:
        raise _LineProblem("description", "it does not say what was done", "未说明所做的工作")
    digest = hashlib.sha256(words.encode()).hexdigest()[:8]
    return sorted(known & item_in(words)) or [f"{OTHER_WORK}{digest}"]
