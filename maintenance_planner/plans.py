"""Service plans: what a car needs and how often. One file per drivetrain, or per model where its plan is known."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from maintenance_planner.models import Operation, Skill, Texts

FOLDER: Final = Path(__file__).parent / "plans"
_KEYS: Final = {
    "item", "titles", "km", "months", "first_km", "first_months", "severe_factor", "operations", "source",
}  # fmt: skip
_NAME: Final = re.compile(r"[a-z0-9_]+")


class PlanError(ValueError):
    """A file of plans or of work is wrong; the message names file, entry and key."""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """`km` and `months` since the last service; the first service of a new car may come at another distance or age.

    Under severe duty all four are multiplied by `severe_factor`.
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


@cache
def plan_for(model_id: str, drivetrain: str, folder: Path = FOLDER) -> tuple[PlanItem, ...]:
    """The plan of the model, or else that of its drivetrain. Raises PlanError."""
    known = {path.stem: path for path in folder.glob("*.toml")}
    path = known.get(model_id) or known.get(drivetrain)
    if path is None:
        raise PlanError(f"there is no plan for {model_id} nor for {drivetrain}; add {folder / drivetrain}.toml")
    return load_plan(path)


def load_plan(path: Path) -> tuple[PlanItem, ...]:
    """Raises PlanError."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("items", [])
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path.name} is no TOML: {error}") from error
    items = tuple(_item(entry, f"{path.name}, entry {number}") for number, entry in enumerate(entries, start=1))
    names = [item.item for item in items]
    if not names or len(names) != len(set(names)):
        raise PlanError(f"{path.name}: each item stands there once, and at least one has to")
    return items


def _item(entry: Mapping[str, Any], place: str) -> PlanItem:
    if surplus := entry.keys() - _KEYS:
        raise PlanError(f"{place}: {sorted(surplus)[0]} is no known key")
    if "km" not in entry and "months" not in entry:
        raise PlanError(f"{place}: km or months is missing")
    for first, regular in (("first_km", "km"), ("first_months", "months")):
        if first in entry and regular not in entry:
            raise PlanError(f"{place}: {first} stands without {regular}")
    return PlanItem(
        item=read_name(entry, "item", place),
        titles=read_texts(entry, place),
        operations=read_operations(entry, place),
        severe_factor=_number(entry, "severe_factor", place, maximum=1.0),
        source=_text(entry, "source", place),
        km=_number(entry, "km", place) if "km" in entry else None,
        months=_months(entry, "months", place),
        first_km=_number(entry, "first_km", place) if "first_km" in entry else None,
        first_months=_months(entry, "first_months", place),
    )


def read_name(entry: Mapping[str, Any], key: str, place: str) -> str:
    name = _text(entry, key, place)
    if not _NAME.fullmatch(name):
        raise PlanError(f"{place}: {key} has to be of small letters, digits and underscores, not {name!r}")
    return name


def read_texts(entry: Mapping[str, Any], place: str) -> Texts:
    titles = entry.get("titles")
    if not isinstance(titles, dict) or titles.keys() != {"en", "zh"}:
        raise PlanError(f"{place}: titles needs en and zh, and nothing else")
    return Texts(en=_text(titles, "en", place), zh=_text(titles, "zh", place))


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


def _text(entry: Mapping[str, Any], key: str, place: str) -> str:
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
