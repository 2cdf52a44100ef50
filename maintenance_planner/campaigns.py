"""Recalls and service campaigns, matched by VIN, model, days of first use or condition. Pure.

Campaigns are files of the operator, in the folder that MAINTENANCE_PLANNER_CAMPAIGNS names: Servicelane ships none, for
each concerns real cars. One file each, `CAMPAIGN.toml`:

    titles = { en = "…", zh = "…" }
    reason = { en = "…", zh = "…" }
    safety = true                                   # a recall: soon, and within a week
    operations = [{ code = "…", minutes = 30, skill = "engine" }]
    source = "…"
    vin_ranges = [["WVWZZZ1KZ8W000001", "WVWZZZ1KZ8W050000"]]
    model_ids = ["…"]
    in_service = [2019-01-01, 2020-12-31]
    [condition]                                     # all that is named has to hold
    finding_kinds = ["…"]
    codes = ["P0171"]
    above_km = 50_000

A car is concerned where one of `vin_ranges`, `model_ids` (none: every car) and all of the rest hold.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from maintenance_planner.models import Operation, Texts, Vehicle
from maintenance_planner.plans import PlanError, read_operations, read_texts, read_words

PREFIX: Final = "campaign_"
_NAME: Final = re.compile(r"[a-z0-9_]{1,48}")
_KEYS: Final = {
    "titles", "reason", "safety", "operations", "source", "vin_ranges", "model_ids", "in_service", "condition",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Campaign:
    """`item` is what a record of the work names: `campaign_` and the name of the file."""

    item: str
    titles: Texts
    reason: Texts
    safety: bool
    operations: tuple[Operation, ...]
    source: str
    vin_ranges: tuple[tuple[str, str], ...] = ()
    model_ids: frozenset[str] = frozenset()
    in_service: tuple[date, date] | None = None
    finding_kinds: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    above_km: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Why a car is concerned, in words."""

    campaign: Campaign
    because: Texts


def match(
    campaign: Campaign,
    vehicle: Vehicle,
    distance_km: float | None,
    finding_kinds: Collection[str],
    codes: Collection[str],
) -> Match | None:
    """None where the car is not concerned."""
    named = _named(campaign, vehicle)
    first, last = campaign.in_service or (date.min, date.max)
    if named is None or not first <= vehicle.in_service_on <= last:
        return None
    if campaign.above_km is not None and (distance_km is None or distance_km <= campaign.above_km):
        return None
    if campaign.finding_kinds and not campaign.finding_kinds & set(finding_kinds):
        return None
    seen = sorted(code for code in codes if code.split("-")[0] in campaign.codes)
    if campaign.codes and not seen:
        return None
    return Match(campaign, _because(named, seen))


def _named(campaign: Campaign, vehicle: Vehicle) -> Texts | None:
    if any(first <= vehicle.vin <= last and len(vehicle.vin) == len(first) for first, last in campaign.vin_ranges):
        return Texts(en="its number is in the range of the campaign", zh="车辆识别代号在活动范围内")
    if vehicle.model_id in campaign.model_ids:
        return Texts(en="its model is concerned", zh="涉及该车型")
    if not campaign.vin_ranges and not campaign.model_ids:
        return Texts(en="every car in this condition is concerned", zh="涉及所有处于该状况的车辆")
    return None


def _because(named: Texts, codes: Collection[str]) -> Texts:
    if not codes:
        return named
    seen = ", ".join(codes)
    return Texts(en=f"{named['en']}, and it has reported {seen}", zh=f"{named['zh']}，且已报告 {seen}")


@cache
def load_campaigns(folder: Path | None) -> tuple[Campaign, ...]:
    """In the order of their names; none where no folder is named. Raises PlanError."""
    if folder is None:
        return ()
    if not folder.is_dir():
        raise PlanError(f"the folder of campaigns {folder} does not exist; correct MAINTENANCE_PLANNER_CAMPAIGNS")
    return tuple(_load(path) for path in sorted(folder.glob("*.toml")))


def _load(path: Path) -> Campaign:
    try:
        entry = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path.name} is no TOML: {error}") from error
    if not _NAME.fullmatch(path.stem):
        raise PlanError(f"{path.name}: name the file in small letters, digits and underscores")
    if surplus := entry.keys() - _KEYS:
        raise PlanError(f"{path.name}: {sorted(surplus)[0]} is no known key")
    condition = entry.get("condition", {})
    return Campaign(
        item=f"{PREFIX}{path.stem}",
        titles=read_texts(entry, path.name),
        reason=read_texts(entry, path.name, "reason"),
        safety=bool(entry.get("safety", False)),
        operations=read_operations(entry, path.name),
        source=read_words(entry, "source", path.name),
        vin_ranges=_ranges(entry, path.name),
        model_ids=frozenset(entry.get("model_ids", ())),
        in_service=_days(entry, path.name),
        finding_kinds=frozenset(condition.get("finding_kinds", ())),
        codes=frozenset(condition.get("codes", ())),
        above_km=condition.get("above_km"),
    )


def _ranges(entry: Mapping[str, Any], place: str) -> tuple[tuple[str, str], ...]:
    ranges = [tuple(one) for one in entry.get("vin_ranges", ())]
    if any(len(one) != 2 or len(one[0]) != 17 or len(one[1]) != 17 or one[0] > one[1] for one in ranges):
        raise PlanError(f"{place}: vin_ranges needs pairs of VINs, the lower one first")
    return tuple((first, last) for first, last in ranges)


def _days(entry: Mapping[str, Any], place: str) -> tuple[date, date] | None:
    days = entry.get("in_service")
    if days is None:
        return None
    if len(days) != 2 or not all(isinstance(day, date) for day in days) or days[0] > days[1]:
        raise PlanError(f"{place}: in_service needs a first and a last day")
    return days[0], days[1]
