"""The work that a finding asks for, by its kind."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from maintenance_planner.models import Operation, Texts
from maintenance_planner.plans import read_name, read_operations, read_texts

FILE: Final = Path(__file__).parent / "finding_work.toml"
_OF_OTHER_KINDS: Final = "unknown"


@dataclass(frozen=True, slots=True)
class FindingWork:
    """`covers`: items of the service plan that this work does along the way."""

    item: str
    titles: Texts
    operations: tuple[Operation, ...]
    covers: tuple[str, ...]


@cache
def work_by_kind() -> dict[str, FindingWork]:
    """Raises PlanError where the file is wrong."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        kind: FindingWork(
            item=read_name(entry, "item", f"{FILE.name}, {kind}"),
            titles=read_texts(entry, f"{FILE.name}, {kind}"),
            operations=read_operations(entry, f"{FILE.name}, {kind}"),
            covers=tuple(entry.get("covers", ())),
        )
        for kind, entry in entries.items()
    }


def work_for(kind: str) -> FindingWork:
    """A kind that is not known asks for somebody to look."""
    known = work_by_kind()
    return known.get(kind, known[_OF_OTHER_KINDS])


def items_done_with(item: str) -> set[str]:
    """The item itself, and what is done along with it."""
    return {item}.union(*(work.covers for work in work_by_kind().values() if work.item == item))
