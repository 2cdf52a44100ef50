"""Service plans: what a car needs and how often. One file per drivetrain, or per model where its plan is known.

A file says its version and its sources. That of a model may inherit that of its drivetrain: what it names stands in
place of the inherited item, `without` leaves items out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from maintenance_planner.models import Operation, Skill, Texts
from maintenance_planner.severe_duty import CONDITIONS

FOLDER: Final = Path(__file__).parent / "plans"
_KEYS: Final = {
    "item", "titles", "km", "months", "hours", "regenerations", "first_km", "first_months", "severe_factor",
    "severe_when", "operations", "source",
}  # fmt: skip
_LIMITS: Final = ("km", "months", "hours", "regenerations")
_HEAD: Final = {"version", "sources", "inherits", "without", "items", "warranties"}
_WARRANTY_KEYS: Final = {"name", "titles", "months", "km", "covers", "source"}
_NAME: Final = re.compile(r"[a-z0-9_]+")


class PlanError(ValueError):
    """A file of plans or of work is wrong; the message names file, entry and key."""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """`km`, `months`, `hours` of the engine and `regenerations` since the last service, whichever comes first.

    The first service of a new car may come at another distance or age. Under one of the conditions `severe_when` each
    of them is multiplied by `severe_factor`.
    """

    item: str
    titles: Texts
    operations: tuple[Operation, ...]
    severe_factor: float
    source: str
    km: float | None = None
    months: int | None = None
    first_km: float | None = None
    first_months: int | None = None
    hours: float | None = None
    regenerations: float | None = None
    severe_when: frozenset[str] = CONDITIONS


@dataclass(frozen=True, slots=True)
class Warranty:
    """From the first day on the road.

    `covers`: skills of operations, or `*` for all. `km` None: whatever the distance.
    """

    name: str
    titles: Texts
    months: int
    km: float | None
    covers: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`version` is that of the file, for example 2026.1."""

    name: str
    version: str
    sources: tuple[str, ...]
    items: tuple[PlanItem, ...]
    warranties: tuple[Warranty, ...] = ()


@cache
def plan_for(model_id: str, drivetrain: str, folder: Path = FOLDER) -> Plan:
    """The plan of the model, or else that of its drivetrain. Raises PlanError."""
    known = {path.stem: path for path in folder.glob("*.toml")}
    path = known.get(model_id) or known.get(drivetrain)
    if path is None:
        raise PlanError(f"there is no plan for {model_id} nor for {drivetrain}; add {folder / drivetrain}.toml")
    return load_plan(path)


def load_plan(path: Path) -> Plan:
    """Raises PlanError."""
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path.name} is no TOML: {error}") from error
    if surplus := head.keys() - _HEAD:
        raise PlanError(f"{path.name}: {sorted(surplus)[0]} is no known key")
    inherited = _inherited(head, path)
    items = {item.item: item for item in inherited.items} if inherited else {}
    fresh = [_item(entry, f"{path.name}, entry {n}") for n, entry in enumerate(head.get("items", []), start=1)]
    if not fresh or len({item.item for item in fresh}) != len(fresh):
        raise PlanError(f"{path.name}: each item stands there once, and at least one has to")
    items |= {item.item: item for item in fresh}
    for name in head.get("without", []):
        if items.pop(name, None) is None:
            raise PlanError(f"{path.name}: without names {name!r}, which the inherited plan does not have")
    warranties = tuple(_warranty(entry, f"{path.name}, warranties") for entry in head.get("warranties", []))
    return Plan(
        name=path.stem,
        version=read_words(head, "version", path.name),
        sources=tuple(head.get("sources", ())),
        items=tuple(items.values()),
        warranties=warranties or (inherited.warranties if inherited else ()),
    )


def _inherited(head: Mapping[str, Any], path: Path) -> Plan | None:
    """One level deep: an inherited plan inherits from nobody."""
    if "inherits" not in head:
        return None
    parent = path.parent / f"{head['inherits']}.toml"
    if not parent.is_file() or "inherits" in tomllib.loads(parent.read_text(encoding="utf-8")):
        raise PlanError(f"{path.name}: inherits has to name a plan of this folder that inherits from no other")
    return load_plan(parent)


def _warranty(entry: Mapping[str, Any], place: str) -> Warranty:
    if surplus := entry.keys() - _WARRANTY_KEYS:
        raise PlanError(f"{place}: {sorted(surplus)[0]} is no known key")
    covers = frozenset(entry.get("covers", ()))
    if not covers or not covers <= {"*", *get_args(Skill)}:
        raise PlanError(f"{place}: covers needs skills of work, or *")
    return Warranty(
        name=read_name(entry, "name", place),
        titles=read_texts(entry, place),
        months=int(_number(entry, "months", place, maximum=600)),
        km=_number(entry, "km", place) if "km" in entry else None,
        covers=covers,
        source=read_words(entry, "source", place),
    )


def _item(entry: Mapping[str, Any], place: str) -> PlanItem:
    if surplus := entry.keys() - _KEYS:
        raise PlanError(f"{place}: {sorted(surplus)[0]} is no known key")
    if not entry.keys() & set(_LIMITS):
        raise PlanError(f"{place}: km or months is missing (or hours, or regenerations)")
    severe_when = frozenset(entry.get("severe_when", CONDITIONS))
    if unknown := severe_when - CONDITIONS:
        raise PlanError(f"{place}: severe_when knows {', '.join(sorted(CONDITIONS))}, not {sorted(unknown)[0]}")
    for first, regular in (("first_km", "km"), ("first_months", "months")):
        if first in entry and regular not in entry:
            raise PlanError(f"{place}: {first} stands without {regular}")
    return PlanItem(
        item=read_name(entry, "item", place),
        titles=read_texts(entry, place),
        operations=read_operations(entry, place),
        severe_factor=_number(entry, "severe_factor", place, maximum=1.0),
        source=read_words(entry, "source", place),
        km=_number(entry, "km", place) if "km" in entry else None,
        months=_months(entry, "months", place),
        first_km=_number(entry, "first_km", place) if "first_km" in entry else None,
        first_months=_months(entry, "first_months", place),
        hours=_number(entry, "hours", place) if "hours" in entry else None,
        regenerations=_number(entry, "regenerations", place) if "regenerations" in entry else None,
        severe_when=severe_when,
    )


def read_name(entry: Mapping[str, Any], key: str, place: str) -> str:
    name = read_words(entry, key, place)
    if not _NAME.fullmatch(name):
        raise PlanError(f"{place}: {key} has to be of small letters, digits and underscores, not {name!r}")
    return name


def read_texts(entry: Mapping[str, Any], place: str, key: str = "titles") -> Texts:
    texts = entry.get(key)
    if not isinstance(texts, dict) or texts.keys() != {"en", "zh"}:
        raise PlanError(f"{place}: {key} needs en and zh, and nothing else")
    return Texts(en=read_words(texts, "en", place), zh=read_words(texts, "zh", place))


def read_operations(entry: Mapping[str, Any], place: str) -> tuple[Operation, ...]:
    operations = entry.get("operations")
    if not isinstance(operations, list) or not operations:
        raise PlanError(f"{place}: operations needs at least one entry")
    return tuple(_operation(operation, f"{place}, operations") for operation in operations)


def _operation(entry: Mapping[str, Any], place: str) -> Operation:
    skill = entry.get("skill")
    if skill is not None and skill not in get_args(Skill):
        raise PlanError(f"{place}: skill {skill!r} is none of {', '.join(get_args(Skill))}")
    minutes = int(_number(entry, "minutes", place))
    return Operation(code=read_name(entry, "code", place), minutes=minutes, skill=skill)


def read_words(entry: Mapping[str, Any], key: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise PlanError(f"{place}: {key} is missing or no text")
    return value


def _number(entry: Mapping[str, Any], key: str, place: str, maximum: float = 1e6) -> float:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= maximum:
        raise PlanError(f"{place}: {key} has to be a number above 0 and at most {maximum:g}, not {value!r}")
    return float(value)


def _months(entry: Mapping[str, Any], key: str, place: str) -> int | None:
    if key not in entry:
        return None
    value = _number(entry, key, place, maximum=600)
    if not value.is_integer():
        raise PlanError(f"{place}: {key} has to be a whole number, not {value:g}")
    return int(value)
