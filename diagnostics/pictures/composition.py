"""A finding, the items that were judged and the signals beside them to a picture. Works for every kind of finding.

A detector declares how its quantities read at one item (`Rule.traces`) and which signals it needs; its evidence brings
limit and healthy band. A quantity without a trace is shown as the values that the finding holds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from diagnostics.detectors import RULES
from diagnostics.history import Item
from diagnostics.pictures.picture import CodeBar, Marker, Panel, Picture, Point
from telemetry_schema.catalogue import signals_by_name

DAY_S: Final = 86_400.0
_BEFORE_S: Final = 10 * DAY_S
_AFTER_SHARE: Final = 0.06
_LONGEST_S: Final = 60 * DAY_S
MAXIMUM_SIGNALS: Final = 2
_MAXIMUM_EVIDENCE: Final = 3
_MAXIMUM_CODES: Final = 6
_TELLS_NOTHING_OVER_TIME: Final = frozenset({"occurrences"})
_SAYS_HOW_IT_IS_DRIVEN: Final = frozenset({"vehicle_speed_kmh"})
_FOR_CODES: Final = ("system_voltage_v", "coolant_temperature_c", "engine_speed_rpm")
_WORDS: Final = Path(__file__).parent / "words.toml"

Row = Mapping[str, Any]


def span_of(finding: Row) -> tuple[float, float]:
    """From healthy days before the first sign to a little after the finding, or after its end. Unix seconds."""
    onset_s, found_s = finding["onset_at"].timestamp(), finding["found_at"].timestamp()
    told = [_instant(one["recorded_at"]) for one in finding["evidence"] if "recorded_at" in one]
    last_s = max([found_s, *told, *([finding["ended_at"].timestamp()] if finding.get("ended_at") else [])])
    from_s = max(onset_s - _BEFORE_S, last_s - _LONGEST_S)
    return from_s, last_s + _AFTER_SHARE * (last_s - from_s)


def signals_of(finding: Row) -> list[str]:
    """Signals worth showing, the best first: those that the detector needs, of the component where it has a place."""
    rule = RULES.get(finding["kind"])
    names = (*rule.needs, *rule.uses) if rule else _FOR_CODES
    if rule and rule.made_of:
        names = tuple(
            dict.fromkeys(name for one in finding["evidence"] for name in rule.made_of.get(one["signal"], ()))
        )
    known = [name for name in names if name in signals_by_name() and name not in _SAYS_HOW_IT_IS_DRIVEN]
    place = finding["component"].removeprefix("tyre ").replace(" ", "_")
    return [name for name in known if place in name] or known


def compose(
    finding: Row,
    items: Sequence[Item],
    signals: Mapping[str, Sequence[Point]],
    codes: Sequence[Row],
    *,
    language: str,
    zone: ZoneInfo,
) -> Picture:
    """`finding` as `published.finding_history` has it with its `vin`, `codes` as `published.code_episodes` has them."""
    from_s, to_s = span_of(finding)
    signals = {name: [one for one in points if from_s <= one.at_s <= to_s] for name, points in signals.items()}
    labels = {**_words()["labels"]["en"], **_words()["labels"].get(language, {})}
    judged = _judged(finding, items, language, from_s, to_s)
    shown = [name for name in signals_of(finding) if signals.get(name)][:MAXIMUM_SIGNALS]
    markers = [Marker("onset", finding["onset_at"].timestamp()), Marker("found", finding["found_at"].timestamp())]
    if finding.get("ended_at"):
        markers.append(Marker("ended", finding["ended_at"].timestamp()))
    panels = (*judged, *(signal_panel(name, signals[name], language) for name in shown))
    return Picture(
        title=_text(finding["texts"], language),
        subtitle=f"{finding['vin']} · {labels['severity_' + str(finding['severity'])]}",
        severity=finding["severity"],
        panels=panels,
        codes=tuple(_bar(row, language) for row in codes[:_MAXIMUM_CODES]),
        markers=tuple(markers),
        from_s=_first_told_s(panels, markers, from_s, to_s),
        to_s=to_s,
        zone=zone,
        language=language,
        words=labels,
    )


def _first_told_s(panels: Sequence[Panel], markers: Sequence[Marker], from_s: float, to_s: float) -> float:
    """A car that is not known for long needs no empty weeks before it."""
    told = [point.at_s for panel in panels for point in panel.points] + [marker.at_s for marker in markers]
    return max(from_s, min(told) - 0.03 * (to_s - from_s))


def _judged(finding: Row, items: Sequence[Item], language: str, from_s: float, to_s: float) -> list[Panel]:
    rule = RULES.get(finding["kind"])
    traces = rule.traces if rule else {}
    told = [one for one in finding["evidence"] if one["signal"] not in _TELLS_NOTHING_OVER_TIME][:_MAXIMUM_EVIDENCE]
    panels = [
        _evidence_panel(one, _trace(traces.get(one["signal"]), finding, items, from_s, to_s), language) for one in told
    ]
    named = [quantity for quantity in traces if quantity in _words()["quantities"]]
    beside = [] if any(one["signal"] in traces for one in told) else named[:1]
    for quantity in beside:
        points = _trace(traces[quantity], finding, items, from_s, to_s)
        if points:
            words = _words()["quantities"][quantity]
            panels.insert(0, Panel(_text(words, language), words["unit"], points))
    return panels


def _trace(trace: Any, finding: Row, items: Sequence[Item], from_s: float, to_s: float) -> tuple[Point, ...]:
    if trace is None:
        return ()
    values = ((item.at_s, trace(item, finding["component"])) for item in items if from_s <= item.at_s <= to_s)
    return tuple(Point(at_s, value) for at_s, value in values if value is not None and isfinite(value))


def _evidence_panel(told: Row, points: tuple[Point, ...], language: str) -> Panel:
    if not points and isinstance(told.get("value"), int | float) and "recorded_at" in told:
        points = (Point(_instant(told["recorded_at"]), float(told["value"])),)
    limit = told.get("threshold")
    return Panel(
        label=_capital(_text(told["words"], language)),
        unit=told.get("unit") or "",
        points=points,
        threshold=float(limit) if isinstance(limit, int | float) else None,
        healthy_low=told.get("healthy_low"),
        healthy_high=told.get("healthy_high"),
    )


def signal_panel(name: str, points: Sequence[Point], language: str) -> Panel:
    """A signal as the car told it, with nothing that judges it. Raises KeyError where the catalogue has no such one."""
    return Panel(label_of(name, language), signals_by_name()[name].unit, tuple(points))


def label_of(signal: str, language: str) -> str:
    """What people call it; its name in the catalogue where it has no words."""
    return _text(_words()["signals"].get(signal, {"en": signal, "zh": signal}), language)


def _bar(row: Row, language: str) -> CodeBar:
    confirmed, over = row["confirmed_at"], row["ended_at"] or row["healed_at"]
    return CodeBar(
        row["code"],
        _text(row["titles"], language),
        row["first_seen_at"].timestamp(),
        over.timestamp() if over else None,
        confirmed.timestamp() if confirmed else None,
    )


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _text(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("en", "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))
