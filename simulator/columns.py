"""The column map: a TOML file that says what the columns of a logger's CSV mean.

[vehicle]
vin = "WVWZZZ1KZAW000000"            # or: column = "VIN"

[time]
column = "Time"                      # one spelling or a list of them
format = "time-of-day"               # time-of-day, iso, epoch-s, epoch-ms, or a pattern such as "%d.%m.%Y %H:%M:%S"
zone = "Europe/Berlin"               # IANA; needed unless the instants carry their own offset
date_from_file_name = '^(?P<year>\\d{4})-(?P<month>\\d{2})-(?P<day>\\d{2})'   # where the column has no date

[[columns]]
header = ["Coolant [°C]", "Coolant"]  # accepted spellings
signal = "coolant_temperature_c"      # name in the signal catalogue
unit = "°F"                           # optional: converted where we know how, or say it yourself:
factor = 1.0                          # signal = column × factor + offset
offset = 0.0

[file]                                # optional
separator = ","
decimal = "."
encoding = "utf-8"
missing = ["", "NaN", "-"]            # what stands for "no value", blanks always do
ignore = ["Device"]                   # columns that are left out on purpose, not reported as unmapped
"""

from __future__ import annotations

import codecs
import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from simulator.columns_check import ColumnMapError, Section, open_section
from simulator.columns_units import conversion, known_units
from telemetry_schema.catalogue import Signal, Storage, signals_by_name
from telemetry_schema.vin import InvalidVin, Vin

TIME_OF_DAY: Final = "time-of-day"
ISO: Final = "iso"
EPOCH_S: Final = "epoch-s"
EPOCH_MS: Final = "epoch-ms"
FORMATS: Final = (TIME_OF_DAY, ISO, EPOCH_S, EPOCH_MS)
DEFAULT_MISSING: Final = ("", "NaN", "nan", "NA", "N/A", "n/a", "null", "NULL", "None", "-", "--")
_NO_ZONE_NEEDED: Final = (EPOCH_S, EPOCH_MS)


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One column of the file: signal value = column value × factor + offset."""

    headers: tuple[str, ...]
    signal: Signal
    factor: float
    offset: float


@dataclass(frozen=True, slots=True)
class TimeRule:
    headers: tuple[str, ...]
    format: str
    zone: ZoneInfo | None  # None: instants carry their offset, or count from the epoch
    date_pattern: re.Pattern[str] | None  # with groups year, month and day, searched in the file's name

    @property
    def has_date(self) -> bool:
        """Whether the column itself says the day."""
        if self.format in FORMATS:
            return self.format != TIME_OF_DAY
        return re.search(r"%[djxcD]", self.format) is not None


@dataclass(frozen=True, slots=True)
class FileRule:
    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8-sig"
    missing: tuple[str, ...] = DEFAULT_MISSING
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What a CSV means. Exactly one of `vin` and `vin_headers` is set, unless the caller gives the VIN."""

    path: Path
    time: TimeRule
    columns: tuple[ColumnRule, ...]
    file: FileRule
    vin: Vin | None
    vin_headers: tuple[str, ...]


def load_column_map(path: Path) -> ColumnMap:
    """The map in `path`. Raises ColumnMapError, which names file, line, key and what to do."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ColumnMapError(f"{path}: not readable as UTF-8 text ({error}); give a column map") from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ColumnMapError(f"{path}: not TOML: {error}; correct the line that is named") from error
    root = open_section(path, text, content)
    root.allow("vehicle", "time", "columns", "file")
    vin, vin_headers = _vehicle(root.table("vehicle"))
    return ColumnMap(
        path=path,
        time=_time(root.table("time", required=True)),
        columns=_columns(root.tables("columns")),
        file=_file(root.table("file")),
        vin=vin,
        vin_headers=vin_headers,
    )


def _vehicle(section: Section) -> tuple[Vin | None, tuple[str, ...]]:
    section.allow("vin", "column")
    text, headers = section.text("vin", ""), section.texts("column", ())
    if text and headers:
        raise section.error("vin", "stands beside 'column'; keep one of the two")
    return (read_vin(text, section) if text else None), headers


def read_vin(text: str, section: Section) -> Vin:
    """European numbers need no check digit, so its place is not checked here."""
    try:
        return Vin(text, require_check_digit=False)
    except InvalidVin as error:
        raise section.error("vin", f"is not a VIN: {error}; write the 17 characters") from error


def _time(section: Section) -> TimeRule:
    section.allow("column", "format", "zone", "date_from_file_name")
    rule = TimeRule(
        headers=section.texts("column"),
        format=_time_format(section),
        zone=_zone(section),
        date_pattern=_date_pattern(section),
    )
    if not rule.has_date and rule.date_pattern is None:
        raise section.error("date_from_file_name", "is needed, as the column has no date; give a regular expression")
    if rule.zone is None and rule.format not in _NO_ZONE_NEEDED and rule.format != ISO and "%z" not in rule.format:
        raise section.error("zone", "is needed for local times; give an IANA name such as 'Europe/Berlin' or 'UTC'")
    return rule


def _time_format(section: Section) -> str:
    value = section.text("format")
    if value not in FORMATS and "%" not in value:
        raise section.error("format", f"is {value!r}; use one of {', '.join(FORMATS)} or a pattern with % codes")
    return value


def _zone(section: Section) -> ZoneInfo | None:
    name = section.text("zone", "")
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError) as error:
        raise section.error("zone", f"{name!r} is no IANA zone; use a name such as 'Europe/Berlin'") from error


def _date_pattern(section: Section) -> re.Pattern[str] | None:
    text = section.text("date_from_file_name", "")
    if not text:
        return None
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise section.error("date_from_file_name", f"is no regular expression: {error}; correct it") from error
    if missing := {"year", "month", "day"} - set(pattern.groupindex):
        raise section.error("date_from_file_name", f"lacks the named groups {sorted(missing)}; write (?P<year>…)")
    return pattern


def _columns(sections: list[Section]) -> tuple[ColumnRule, ...]:
    rules: list[ColumnRule] = []
    seen: set[str] = set()
    for section in sections:
        rule = _column(section)
        if twice := seen & set(rule.headers):
            raise section.error("header", f"{sorted(twice)[0]!r} stands in two [[columns]]; keep one of them")
        seen.update(rule.headers)
        rules.append(rule)
    return tuple(rules)


def _column(section: Section) -> ColumnRule:
    section.allow("header", "signal", "unit", "factor", "offset")
    signal = catalogue_signal(section, "signal")
    factor, offset = read_scale(section, signal)
    return ColumnRule(section.texts("header"), signal, factor, offset)


def catalogue_signal(section: Section, key: str) -> Signal:
    """The signal that `key` names."""
    name = section.text(key)
    if (signal := signals_by_name().get(name)) is None:
        raise section.error(key, f"{name!r} is not in the signal catalogue{_similar(name)}")
    return signal


def read_scale(section: Section, signal: Signal) -> tuple[float, float]:
    """Factor and offset, by `unit` or as they are written."""
    unit, own = section.text("unit", ""), {"factor", "offset"} & section.values.keys()
    if signal.storage in (Storage.TEXT, Storage.BOOLEAN) and own:
        raise section.error(sorted(own)[0], f"makes no sense for {signal.storage} values; take it out")
    if own or not unit:
        return section.number("factor", 1.0), section.number("offset", 0.0)
    known = conversion(unit, signal.unit)
    if known is None:
        units = ", ".join(repr(name) for name in known_units(signal.unit))
        raise section.error(
            "unit", f"{unit!r} does not convert to {signal.unit!r}; use one of {units}, or give factor and offset"
        )
    return known


def _similar(name: str) -> str:
    close = get_close_matches(name, signals_by_name(), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else "; see docs/signals.md for the names"


def _file(section: Section) -> FileRule:
    section.allow("separator", "decimal", "encoding", "missing", "ignore")
    encoding = section.text("encoding", "utf-8")
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise section.error("encoding", f"{encoding!r} is unknown; use utf-8, utf-16, cp1252 or another") from error
    separator, decimal = section.text("separator", ","), section.text("decimal", ".")
    if len(separator) != 1 or len(decimal) != 1 or separator == decimal:
        raise section.error("separator", "and decimal are one character each, and differ")
    return FileRule(
        separator=separator,
        decimal=decimal,
        encoding="utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding,
        missing=("", *section.texts("missing", DEFAULT_MISSING)),
        ignored=frozenset(section.texts("ignore", ())),
    )
