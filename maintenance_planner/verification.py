"""Whether a visit has done what it was for: what came back, what has moved, what is still to be seen. Pure.

Judged on whole days after the visit, so that the same rows say the same whenever they are asked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from maintenance_planner.finding_work import work_for
from maintenance_planner.models import Finding, ServiceRecord, Texts, VehicleDay

FILE: Final = Path(__file__).parent / "verification.toml"
WATCHED_DAYS: Final = 60
"""So long after a visit it is watched; a fault that returns later has a cause of its own."""

BEFORE_DAYS: Final = 30

VerificationState = Literal["verified", "not_yet", "came_back"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Exactly one of the limits is set."""

    signal: str
    titles: Texts
    unit: str
    within: tuple[float, float] | None
    above: float | None
    below: float | None
    rises_by: float | None
    falls_by: float | None


@dataclass(frozen=True, slots=True)
class Rule:
    days: int
    finding_kinds: frozenset[str]
    codes: frozenset[str]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class CodeEpisode:
    code: str
    confirmed_at: datetime | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """`texts`: why; of `not_yet`, what is missing."""

    item: str
    performed_on: date
    state: VerificationState
    texts: Texts


def verify(
    records: Iterable[ServiceRecord],
    days: Sequence[VehicleDay],
    findings: Sequence[Finding],
    codes: Sequence[CodeEpisode],
    today: date,
) -> list[Verification]:
    """Of the newest record of each item that has a rule and is recent. `days` in the order of time."""
    newest: dict[str, ServiceRecord] = {}
    for record in records:
        newest.setdefault(record.item, record)
    watched = (
        one for one in newest.values() if one.item in rules() and 0 <= (today - one.performed_on).days <= WATCHED_DAYS
    )
    return [_verification(one, days, findings, codes, today) for one in sorted(watched, key=lambda one: one.item)]


def _verification(
    record: ServiceRecord,
    days: Sequence[VehicleDay],
    findings: Sequence[Finding],
    codes: Sequence[CodeEpisode],
    today: date,
) -> Verification:
    rule = rules()[record.item]
    back = _came_back(rule, record, findings, codes)
    after = [one for one in days if record.performed_on < one.day < today and one.recorded_at is not None]
    if back is not None:
        return Verification(record.item, record.performed_on, "came_back", back)
    missing = [_days_missing(rule.days - len(after))] if len(after) < rule.days else []
    moved: list[Texts] = []
    for measure in rule.measures:
        problem, seen = _measured(measure, _values(days, measure, record.performed_on), _values(after, measure))
        if problem is not None and seen and not missing:
            return Verification(record.item, record.performed_on, "came_back", problem)
        (missing if problem is not None else moved).append(problem or _holds(measure, _values(after, measure)))
    if missing:
        return Verification(
            record.item, record.performed_on, "not_yet", _joined("Not verified yet", "尚未验证", missing)
        )
    quiet = Texts(en=f"nothing came back on {len(after)} days on the road", zh=f"{len(after)} 个用车日内未再出现")
    return Verification(record.item, record.performed_on, "verified", _joined("Verified", "已验证", [quiet, *moved]))


def _came_back(
    rule: Rule, record: ServiceRecord, findings: Sequence[Finding], codes: Sequence[CodeEpisode]
) -> Texts | None:
    """A finding of this work, or one of its codes, from the day after the visit on."""
    same = [
        one
        for one in findings
        if one.found_at.date() > record.performed_on
        and (one.kind in rule.finding_kinds or work_for(one.kind).item == record.item)
        and _was_there_before(one, record, findings)
    ]
    if same:
        first = min(same, key=lambda one: (one.found_at, str(one.finding_id)))
        return Texts(
            en=f"Came back on {first.found_at.date()}: {first.texts['en']}",
            zh=f"{first.found_at.date()} 再次出现：{first.texts['zh']}",
        )
    for code in sorted(codes, key=lambda one: one.code):
        named = code.code.split("-")[0] in rule.codes
        if named and code.confirmed_at is not None and code.confirmed_at.date() > record.performed_on:
            on = code.confirmed_at.date()
            return Texts(
                en=f"Came back on {on}: {code.code} was confirmed again.", zh=f"{on} 再次出现：{code.code} 再次确认。"
            )
    return None


def _was_there_before(one: Finding, record: ServiceRecord, findings: Sequence[Finding]) -> bool:
    """For trouble codes: another code is another fault. Other kinds speak of one part."""
    if one.kind != "trouble_code":
        return True
    return any(other.component == one.component and other.found_at.date() <= record.performed_on for other in findings)


def _values(days: Sequence[VehicleDay], measure: Measure, until: date | None = None) -> list[float]:
    """Of the days given, or of the 30 before `until`."""
    chosen = days if until is None else [one for one in days if until - timedelta(days=BEFORE_DAYS) <= one.day < until]
    return [one.levels[measure.signal] for one in chosen if measure.signal in one.levels]


def _measured(measure: Measure, before: Sequence[float], after: Sequence[float]) -> tuple[Texts | None, bool]:
    """What is wrong or missing, None where nothing is; and whether it was seen at all."""
    name_en, name_zh = measure.titles["en"], measure.titles["zh"]
    if not after:
        return Texts(en=f"no reading of the {name_en} since", zh=f"此后尚无{name_zh}读数"), False
    value = float(np.median(after))
    if measure.rises_by is not None or measure.falls_by is not None:
        if not before:
            return None, True
        move = value - float(np.median(before))
        asked = measure.rises_by if measure.rises_by is not None else -(measure.falls_by or 0.0)
        if (move >= asked) if asked >= 0 else (move <= asked):
            return None, True
        return Texts(
            en=f"The {name_en} moved by {move:+.1f} {measure.unit}; the work implies {asked:+.1f} or more.",
            zh=f"{name_zh}变化 {move:+.1f} {measure.unit}；该工作应使其变化 {asked:+.1f} 以上。",
        ), True
    low, high = measure.within or (measure.above or -np.inf, measure.below or np.inf)
    if low <= value <= high:
        return None, True
    return Texts(
        en=f"The {name_en} is {value:.1f} {measure.unit} after the work, outside of {_span(low, high)}.",
        zh=f"作业后{name_zh}为 {value:.1f} {measure.unit}，超出 {_span(low, high)}。",
    ), True


def _span(low: float, high: float) -> str:
    if high == np.inf:
        return f"≥ {low:g}"
    return f"≤ {high:g}" if low == -np.inf else f"{low:g} … {high:g}"


def _holds(measure: Measure, after: Sequence[float]) -> Texts:
    value = float(np.median(after))
    return Texts(
        en=f"{measure.titles['en']} {value:.1f} {measure.unit}", zh=f"{measure.titles['zh']} {value:.1f} {measure.unit}"
    )


def _days_missing(days: int) -> Texts:
    return Texts(en=f"{days} more days on the road are needed", zh=f"还需 {days} 个用车日")


def _joined(en: str, zh: str, texts: Sequence[Texts]) -> Texts:
    return Texts(
        en=f"{en}: {'; '.join(one['en'].rstrip('.') for one in texts)}.",
        zh=f"{zh}：{'；'.join(one['zh'].rstrip('。') for one in texts)}。",
    )


@cache
def rules() -> Mapping[str, Rule]:
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {item: _rule(entry) for item, entry in entries.items()}


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        days=entry["days"],
        finding_kinds=frozenset(entry.get("finding_kinds", ())),
        codes=frozenset(entry.get("codes", ())),
        measures=tuple(_measure(one) for one in entry.get("measures", ())),
    )


def _measure(entry: Mapping[str, Any]) -> Measure:
    within = entry.get("within")
    return Measure(
        signal=entry["signal"],
        titles=Texts(en=entry["titles"]["en"], zh=entry["titles"]["zh"]),
        unit=entry["unit"],
        within=(within[0], within[1]) if within else None,
        above=entry.get("above"),
        below=entry.get("below"),
        rises_by=entry.get("rises_by"),
        falls_by=entry.get("falls_by"),
    )
