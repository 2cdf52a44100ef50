"""What a piece of work takes: minutes, money, parts, skills; and what happens if it is left undone. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from maintenance_planner.models import Operation, Part, Texts, WorkDetails

FILE: Final = Path(__file__).parent / "work_details.toml"


def details_for(item: str, operations: Sequence[Operation], covered_by: Texts | None = None) -> WorkDetails:
    """`covered_by`: who pays in the owner's place, a guarantee or a campaign; the cost is 0 then."""
    low_factor, high_factor = _file()["labour"]["minutes_factor"]
    minutes = sum(operation["minutes"] for operation in operations)
    parts = [part for operation in operations for part in parts_of(operation["code"])]
    return WorkDetails(
        minutes=(round(minutes * low_factor), round(minutes * high_factor)),
        cost_eur=(0, 0) if covered_by else _cost_eur(minutes, parts),
        covered_by=covered_by,
        skills=sorted({operation["skill"] for operation in operations if operation["skill"]}),
        parts=parts,
        if_ignored=_file()["if_ignored"].get(item),
    )


def parts_of(operation_code: str) -> list[Part]:
    """Nothing for an operation that is not listed: it is estimated by its time alone."""
    parts: list[Part] = _file()["operations"].get(operation_code, {}).get("parts", [])
    return parts


@cache
def part_titles() -> Mapping[str, Texts]:
    """By part, of every operation."""
    operations = _file()["operations"].values()
    return {one["part"]: one["titles"] for operation in operations for one in operation.get("parts", [])}


def _cost_eur(minutes: int, parts: Iterable[Part]) -> tuple[int, int]:
    bought = list(parts)
    low, high = (
        minutes * factor / 60 * rate + sum(part["quantity"] * part["eur_each"][end] for part in bought)
        for end, (factor, rate) in enumerate(
            zip(_file()["labour"]["minutes_factor"], _file()["labour"]["eur_per_hour"], strict=True)
        )
    )
    return round(low), round(high)


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
