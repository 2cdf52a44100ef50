"""The dashboard's file as its tests read it: what each panel asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

FOLDER: Final = Path(__file__).parents[2] / "deploy" / "grafana"
_TIME_FILTER: Final = re.compile(r"\$__timeFilter\(([\w.]+)\)")


class Question(NamedTuple):
    panel: str
    text: str


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / "dashboards" / "servicelane.json").read_text())
    return read


def questions(kind: str) -> list[Question]:
    """`postgres`: SQL, Grafana's macros filled in for all of time; `prometheus`: expressions over thirty seconds."""
    return [Question(panel["title"], _filled_in(target)) for panel, target in _targets(kind)]


def _targets(kind: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            if target["datasource"]["type"] == kind:
                yield panel, target


def _filled_in(target: dict[str, Any]) -> str:
    if "rawSql" in target:
        return _TIME_FILTER.sub(r"\1 between '2000-01-01' and '2100-01-01'", target["rawSql"])
    return str(target["expr"]).replace("$__rate_interval", "30s")
