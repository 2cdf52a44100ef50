"""The bus map: a TOML file that says what the messages of a logged CAN mean.

[vehicle]
vin = "1HGCM82633A004352"

[dbc]
files = ["truck.dbc"]          # beside this file, or with a path
length_byte = false            # true: the DBC counts the bytes of an ISO-TP message from its length

[[signals]]
message = "EEC1"               # names in the DBC
signal = "EngineSpeed"
becomes = "engine_speed_rpm"   # name in the signal catalogue
unit = "rpm"                   # optional: converted where we know how, or say it yourself:
factor = 1.0                   # catalogue = DBC × factor + offset
offset = 0.0
source = "00"                  # optional: of this J1939 address alone

[[ecus]]                       # optional
identifier = "7BB"             # of the answers of a control unit outside of 7E8 to 7EF, or a J1939 address
name = "climate"               # what its code reports call it; the identifier by default

[frames]                       # optional
every_ms = 100                 # values of this long make one frame, the last of each signal counts; 1 by default
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from can_bus.dbc_signals import DbcError, DbcSignals, load_dbc
from can_bus.decoder import BusPlan, SignalRule
from can_bus.messages import EXTENDED
from simulator.columns import catalogue_signal, read_scale, read_vin
from simulator.columns_check import ColumnMapError, Section, open_section
from telemetry_schema.catalogue import Storage
from telemetry_schema.vin import Vin

MAXIMUM_EVERY_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class BusMap:
    """What a bus means."""

    path: Path
    vin: Vin
    plan: BusPlan
    every_ms: int


def load_bus_map(path: Path) -> BusMap:
    """The map in `path`. Raises ColumnMapError, which names file, line, key and what to do."""
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ColumnMapError(f"{path}: not readable as UTF-8 text ({error}); give a bus map") from error
    except tomllib.TOMLDecodeError as error:
        raise ColumnMapError(f"{path}: not TOML: {error}; correct the line that is named") from error
    root = open_section(path, text, content)
    root.allow("vehicle", "dbc", "signals", "ecus", "frames")
    vehicle = root.table("vehicle", required=True)
    vehicle.allow("vin")
    return BusMap(path, read_vin(vehicle.text("vin"), vehicle), _plan(root, content), _every_ms(root.table("frames")))


def _plan(root: Section, content: dict[str, Any]) -> BusPlan:
    section = root.table("dbc")
    section.allow("files", "length_byte")
    dbc = _dbc(section)
    ecus = _ecus(root.tables("ecus")) if "ecus" in content else {}
    rules: dict[tuple[str, str], tuple[SignalRule, ...]] = {}
    for one in root.tables("signals") if "signals" in content else []:
        key, rule = _signal(one, dbc)
        rules[key] = (*rules.get(key, ()), rule)
    return BusPlan(
        dbc=dbc,
        rules=rules,
        responses=frozenset(key for key in ecus if key > 0xFF),
        names={key: name for key, name in ecus.items() if name},
        length_byte=section.flag("length_byte", False),
    )


def _dbc(section: Section) -> DbcSignals:
    try:
        return load_dbc(section.path.parent / name for name in section.texts("files", ()))
    except DbcError as error:
        raise section.error("files", str(error)) from error


def _signal(section: Section, dbc: DbcSignals) -> tuple[tuple[str, str], SignalRule]:
    section.allow("message", "signal", "becomes", "unit", "factor", "offset", "source")
    message, name = section.text("message"), section.text("signal")
    described = {one.name: one for one in dbc.database.messages}.get(message)
    if described is None:
        raise section.error("message", f"{message!r} is in none of the DBC files; see their BO_ lines")
    if name not in [one.name for one in described.signals]:
        raise section.error("signal", f"{message} has no {name!r} in the DBC; see its SG_ lines")
    becomes = catalogue_signal(section, "becomes")
    if becomes.storage is Storage.TEXT:
        raise section.error("becomes", f"{becomes.name} is text; a DBC holds numbers")
    factor, offset = read_scale(section, becomes)
    source = section.text("source", "")
    return (message, name), SignalRule(becomes.id, factor, offset, _hex(section, "source", source) if source else None)


def _ecus(sections: list[Section]) -> dict[int, str]:
    """Names by key, or by J1939 address where the identifier has two digits."""
    names = {}
    for section in sections:
        section.allow("identifier", "name")
        text = section.text("identifier")
        key = _hex(section, "identifier", text) | (EXTENDED if len(text) == 8 else 0)
        names[key] = section.text("name", "")
    return names


def _hex(section: Section, key: str, text: str) -> int:
    if len(text) not in (2, 3, 8) or not all(digit in "0123456789abcdefABCDEF" for digit in text):
        raise section.error(key, f"{text!r} is no identifier; write 2 (address), 3 or 8 hexadecimal digits")
    return int(text, 16)


def _every_ms(section: Section) -> int:
    section.allow("every_ms")
    value = section.number("every_ms", 1)
    if value != int(value) or not 1 <= value <= MAXIMUM_EVERY_MS:
        raise section.error("every_ms", f"is {value:g}; write a whole number from 1 to {MAXIMUM_EVERY_MS}")
    return int(value)
