"""Every finding becomes a picture that says what it was judged by; hostile words in it stay words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from diagnostics import pictures
from diagnostics.detectors import RULES
from diagnostics.findings import Finding, finding_of, instant
from diagnostics.history import EngineStart, History, Item, Trip
from diagnostics.pictures.axes import time_ticks, value_ticks, zone_label
from diagnostics.pictures.composition import compose, signals_of, span_of
from diagnostics.pictures.picture import Picture, Point
from diagnostics.pictures.svg import draw
from telemetry_schema.catalogue import signals_by_name

VIN = "1M8GDM9A7KP000001"
T0 = datetime(2026, 3, 1, 7, tzinfo=UTC)
DAY_S = 86_400.0
BERLIN = ZoneInfo("Europe/Berlin")
NAMESPACE = "{http://www.w3.org/2000/svg}"
CHARGING = [Trip(T0.timestamp() + n * DAY_S / 2, T0.timestamp() + n * DAY_S / 2 + 1800, {
    "charging_v": 13.8 if n < 20 else 13.0, "charging_low_s": 0.0, "charging_high_s": 0.0, "ripple_v": 0.05})
    for n in range(26)]  # fmt: skip


def _row(finding: Finding, **changes: Any) -> dict[str, Any]:
    """As `published.finding_history` has it."""
    alarm = finding.alarm
    row = {"finding_id": finding.finding_id, "vin": finding.vin, "kind": alarm.kind, "component": alarm.component}
    row |= {"severity": alarm.severity, "found_at": instant(alarm.found_s), "onset_at": instant(alarm.onset_s)}
    row |= {"ended_at": None, "evidence": finding.evidence, "texts": finding.texts}
    return row | changes


def _charging() -> dict[str, Any]:
    (alarm,) = RULES["charging_fault"](History(VIN, "petrol", {}, trips=CHARGING))
    return _row(finding_of(VIN, alarm))


def _any(kind: str, **changes: Any) -> dict[str, Any]:
    told = {"recorded_at": T0.isoformat(), "signal": "something_new", "value": 7.0, "unit": "V", "threshold": 5.0}
    told |= {"words": {"en": "something new", "zh": "新量"}}
    row = {"finding_id": UUID(int=1), "vin": VIN, "kind": kind, "component": "part", "severity": 2, "found_at": T0}
    row |= {
        "onset_at": T0 - timedelta(days=3),
        "ended_at": None,
        "evidence": [told],
        "texts": {"en": "A fault.", "zh": "故障。"},
    }
    return row | changes


def _picture(
    row: Mapping[str, Any],
    items: Sequence[Item] = (),
    signals: Mapping[str, Sequence[Point]] | None = None,
    codes: Sequence[Mapping[str, Any]] = (),
    language: str = "en",
) -> Picture:
    return compose(row, items, signals or {}, codes, language=language, zone=BERLIN)


def _texts(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{NAMESPACE}text")]


def _code(**changes: Any) -> dict[str, Any]:
    row = {"code": "P0562-00", "titles": {"en": "System voltage low", "zh": "系统电压低"}, "first_seen_at": T0}
    return row | {"confirmed_at": T0 + timedelta(days=9), "healed_at": None, "ended_at": None} | changes


def test_a_panel_shows_the_values_that_were_judged_with_limit_and_healthy_band() -> None:
    panel = _picture(_charging(), CHARGING).panels[0]
    assert panel.label == "Charging voltage against the car's own normal"
    assert [point.value for point in panel.points][-3:] == [13.0, 13.0, 13.0]
    assert panel.threshold == pytest.approx(13.3)
    assert (panel.healthy_low, panel.healthy_high) == (pytest.approx(13.3), pytest.approx(14.5))
    assert panel.is_bad(13.0)
    assert not panel.is_bad(13.8)


def test_the_value_of_the_finding_is_among_the_values_of_its_trace() -> None:
    """What is drawn is what was judged, for the detector that corrects what it reads."""
    starts = [EngineStart(T0.timestamp() + n * DAY_S / 2, 10.9 - 0.06 * max(0, n - 10), 12.5, 20.0) for n in range(50)]
    history = History(VIN, "petrol", {}, starts=starts)
    row = _row(finding_of(VIN, RULES["battery_ageing"](history)[-1]))
    panel = _picture(row, starts).panels[0]
    assert min(abs(point.value - row["evidence"][0]["value"]) for point in panel.points) < 0.001


def test_signs_findings_and_codes_stand_at_their_instants_in_the_zone_that_was_asked_for() -> None:
    row = _charging()
    texts = _texts(draw(_picture(row, CHARGING, codes=[_code()])))
    found = row["found_at"].astimezone(BERLIN)
    assert f"found {found.day} Mar {found:%H:%M}" in texts
    assert "Europe/Berlin, UTC+01:00" in texts
    assert any(text.startswith("P0562-00 · System voltage low · confirmed 10 Mar 08:00") for text in texts)
    assert "1M8GDM9A7KP000001 · Soon" in texts


def test_chinese_words_where_chinese_was_asked_for() -> None:
    texts = _texts(draw(_picture(_charging(), CHARGING, codes=[_code()], language="zh")))
    assert any("充电电压" in text for text in texts)
    assert any(text.startswith("判定时刻 3月") for text in texts)
    assert "正常范围" in texts
    assert not [text for text in texts if text in ("healthy", "limit", "measured", "found")]


@pytest.mark.parametrize("kind", [*RULES, "trouble_code", "a_kind_of_tomorrow"])
@pytest.mark.parametrize("evidence", [True, False])
def test_every_kind_of_finding_becomes_a_picture(kind: str, evidence: bool) -> None:
    row = _any(kind) if evidence else _any(kind, evidence=[])
    root = ElementTree.fromstring(draw(_picture(row)))
    assert root.tag == f"{NAMESPACE}svg"
    circles = list(root.iter(f"{NAMESPACE}circle"))
    assert len(circles) > 2 if evidence else circles


def test_signals_are_those_that_the_detector_needs_and_never_say_how_the_car_is_driven() -> None:
    row = _charging()
    assert signals_of(row)[0] == "system_voltage_v"
    assert "vehicle_speed_kmh" not in signals_of(_any("cooling_thermostat"))
    assert signals_of(_any("slow_tyre_leak", component="tyre rear left"))[0] == "tyre_pressure_rear_left_kpa"
    at_s = row["found_at"].timestamp() - DAY_S
    picture = _picture(row, CHARGING, {"system_voltage_v": [Point(at_s, 13.0, 12.6, 13.4), Point(at_s - 1e9, 1.0)]})
    assert picture.panels[-1].label == "12 V system"
    assert [point.value for point in picture.panels[-1].points] == [13.0]


def test_every_signal_that_a_detector_needs_has_words_in_both_languages() -> None:
    words = tomllib.loads((Path(pictures.__file__).parent / "words.toml").read_text(encoding="utf-8"))["signals"]
    needed = {name for rule in RULES.values() for name in (*rule.needs, *rule.uses) if name in signals_by_name()}
    assert needed
    assert not needed - words.keys()
    assert all(one["en"] and one["zh"] for one in words.values())


def test_hostile_words_stay_words() -> None:
    hostile = '</text><script>alert(1)</script>&"\x00\x1b\ud800'
    row = _any("x", texts={"en": hostile}, component=hostile, vin=hostile)
    row["evidence"][0] |= {"words": {"en": hostile}, "unit": hostile, "signal": hostile}
    svg = draw(_picture(row, codes=[_code(code=hostile, titles={"en": hostile})]))
    root = ElementTree.fromstring(svg)
    assert {one.tag.removeprefix(NAMESPACE) for one in root.iter()} <= {
        "svg",
        "title",
        "rect",
        "line",
        "text",
        "circle",
        "polyline",
    }
    assert "<script" not in svg
    assert any("<script>alert(1)</script>" in text for text in _texts(svg))
    assert not [name for one in root.iter() for name in one.attrib if re.match("on|href|xlink", name)]


def test_values_that_are_none_are_not_drawn() -> None:
    trips = [*CHARGING, Trip(T0.timestamp(), T0.timestamp() + 60, {"charging_v": float("nan")})]
    svg = draw(_picture(_charging(), trips))
    assert "nan" not in svg


def test_the_same_finding_gives_the_same_picture() -> None:
    assert draw(_picture(_charging(), CHARGING)) == draw(_picture(_charging(), list(reversed(CHARGING))[::-1]))


def test_the_span_begins_with_healthy_days_and_is_bounded() -> None:
    row = _any("x", onset_at=T0 - timedelta(days=400))
    from_s, to_s = span_of(row)
    assert from_s == T0.timestamp() - 60 * DAY_S
    assert to_s > T0.timestamp()


def test_axes_have_round_numbers_and_local_midnights() -> None:
    assert value_ticks(9.03, 11.2) == [(9.5, "9.5"), (10.0, "10.0"), (10.5, "10.5"), (11.0, "11.0")]
    clocks_change = datetime(2026, 3, 29, tzinfo=BERLIN)
    ticks = time_ticks(
        (clocks_change - timedelta(days=3)).timestamp(), (clocks_change + timedelta(days=3)).timestamp(), BERLIN, "en"
    )
    assert [datetime.fromtimestamp(at_s, BERLIN).hour for at_s, _ in ticks] == [0] * len(ticks)
    assert "30 Mar" in [label for _, label in ticks]
    assert zone_label(clocks_change.timestamp() + DAY_S, BERLIN) == "Europe/Berlin, UTC+02:00"
