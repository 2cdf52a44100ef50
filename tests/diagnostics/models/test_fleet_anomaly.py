"""The rule that compares a car with its fleet: names signals, stays advisory, silent about what it cannot know."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from diagnostics.alarms import ADVISORY, Alarm
from diagnostics.detectors import fleet_anomaly
from diagnostics.findings import finding_of, instant
from diagnostics.history import History, Trip
from diagnostics.judgement import Judgement
from diagnostics.models.in_service import FleetModels, Service, always
from diagnostics.pictures.composition import compose
from diagnostics.pictures.picture import Point
from diagnostics.pictures.svg import draw
from tests.diagnostics.models.fleet import CARS, DAY_S, DAYS, T0_S, Spoil, artefact, car, lean, sound

NEW = CARS + 50  # a car that training has not seen


def found(history: History, models: FleetModels | None = None) -> list[Alarm]:
    return fleet_anomaly.RULE(replace(history, fleet=models or always(artefact())))


def only(alarms: list[Alarm]) -> Alarm:
    (alarm,) = alarms
    return alarm


def test_sound_cars_that_training_never_saw_are_left_alone() -> None:
    assert [found(car(NEW + number)) for number in range(8)] == [[]] * 8


def test_a_lean_car_is_found_soon_by_the_signals_that_tell_and_only_advised() -> None:
    alarm = only(found(car(NEW, lean(30.0))))
    assert (alarm.severity, alarm.component) == (ADVISORY, f"city@{artefact().short_id}")
    assert T0_S + 30 * DAY_S < alarm.onset_s <= alarm.found_s < T0_S + 36 * DAY_S
    evidence = alarm.evidence[0]
    assert evidence.quantity in {"fleet_trim_percent", "fleet_trim_cruise_percent"}
    assert evidence.healthy_high is not None
    assert evidence.healthy_high == evidence.threshold < evidence.value
    assert {one.quantity for one in alarm.evidence} <= {"fleet_trim_percent", "fleet_trim_cruise_percent"}


def test_it_ends_after_the_repair() -> None:
    repaired: Spoil = lambda day, told: lean(30.0)(day, told) if day < 60 else told  # noqa: E731
    alarm = only(found(car(NEW, repaired)))
    assert alarm.ended_s is not None
    assert T0_S + 60 * DAY_S < alarm.ended_s < T0_S + 80 * DAY_S


def test_a_car_at_the_edge_of_its_fleet_is_told_of_once_in_half_a_year() -> None:
    def comes_and_goes(apart_days: float) -> Spoil:
        return lambda day, told: lean(0.0)(day, told) if day % apart_days < 20 else told

    near = found(car(NEW, comes_and_goes(60.0), days=170))
    assert len(near) == 1
    far = found(car(NEW, comes_and_goes(260.0), days=290))
    assert len(far) == 2
    assert far[1].found_s - far[0].found_s > 182 * DAY_S


def test_one_strange_trip_says_nothing() -> None:
    once: Spoil = lambda day, told: lean(30.0, 30.0)(day, told) if day < 31 else told  # noqa: E731
    assert found(car(NEW, once)) == []


def test_without_an_artefact_nothing_is_said() -> None:
    assert fleet_anomaly.RULE(car(NEW, lean(0.0, 20.0))) == []


def test_an_artefact_judges_from_its_instant_on_and_another_one_begins_anew() -> None:
    other = sound()
    starts_s, changes_s = T0_S + 50 * DAY_S, T0_S + 80 * DAY_S
    models = FleetModels((Service(starts_s, artefact()), Service(changes_s, other)))
    first, second = sorted(found(car(NEW, lean(30.0)), models), key=lambda one: one.found_s)
    assert (first.component, second.component) == (f"city@{artefact().short_id}", f"city@{other.short_id}")
    assert first.found_s > starts_s
    assert first.ended_s is not None
    assert changes_s <= first.ended_s < changes_s + DAY_S
    assert second.found_s > changes_s
    taken_out = FleetModels((Service(starts_s, artefact()), Service(changes_s, None)))
    assert only(found(car(NEW, lean(30.0)), taken_out)) == first


def test_the_artefact_is_part_of_the_finding() -> None:
    alarm = only(found(car(NEW, lean(30.0))))
    finding = finding_of("1M8GDM9AXKP042788", alarm)
    assert artefact().short_id in finding.texts["en"]
    assert "in town" in finding.texts["en"]
    assert "市区行驶" in finding.texts["zh"]
    other = finding_of("1M8GDM9AXKP042788", replace(alarm, component="city@000000000000"))
    assert other.finding_id != finding.finding_id
    assert {one["unit"] for one in finding.evidence} == {"%"}


def test_trips_in_any_order_and_a_restart_between_any_two_say_the_same() -> None:
    history = replace(car(NEW, lean(30.0)), fleet=always(artefact()))
    shuffled = list(history.trips)
    random.Random(3).shuffle(shuffled)
    expected = only(fleet_anomaly.RULE(history))
    assert fleet_anomaly.RULE(replace(history, trips=shuffled)) == [expected]
    judgement = Judgement()
    for item in history.items():
        judgement = Judgement.load(judgement.dump())
        judgement.take(item, history.car)
    assert [one for one in judgement.alarms() if one.kind == fleet_anomaly.KIND] == [expected]


GARBAGE: Mapping[str, Spoil] = {
    "not a number": lambda _, told: dict.fromkeys(told, float("nan")),
    "endless": lambda _, told: dict.fromkeys(told, float("inf")),
    "huge": lambda _, told: dict.fromkeys(told, -1e300),
    "nothing": lambda _, told: {},
    "half": lambda day, told: dict(list(told.items())[int(day) % 5 :]),
    "stuck": lambda _, told: told | {"trim_percent": 40.0, "trim_cruise_percent": 40.0, "charging_v": 9.0},
    "cut off": lambda _, told: told | {"charging_v": 0.0, "coolant_hot_c": -40.0},
    "never so": lambda _, told: told | {"ambient_level": 70.0, "trim_percent": told["trim_percent"] + 30.0},
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_never_raises_and_never_alarms(kind: str) -> None:
    assert found(car(NEW, GARBAGE[kind])) == []


def test_wild_readings_of_every_size_never_raise() -> None:
    chance = random.Random(7)
    strange: list[Any] = [0.0, -0.0, 1e308, -1e308, 1e-308, float("nan"), float("inf"), 12.0, 60.0]
    names = [*car(NEW, days=1).trips[0].features, "misfire_1", "revolutions", "manifold_level", "air_mass_level"]
    trips = [
        Trip(T0_S + n * 3600, T0_S + n * 3600 + 600, {name: chance.choice(strange) for name in names})
        for n in range(300)
    ]
    alarms = found(History("1M8GDM9AXKP042788", "petrol", {"displacement_l": "big"}, trips))
    assert all(one.severity == ADVISORY for one in alarms)


def test_what_is_remembered_of_a_car_stays_small() -> None:
    history = replace(car(NEW, lean(30.0), days=DAYS), fleet=always(artefact()))
    judgement = Judgement()
    for item in history.items():
        judgement.take(item, history.car)
    assert len(json.dumps(judgement.memories[fleet_anomaly.KIND])) < 2_000


def test_the_picture_shows_what_the_finding_names_with_the_band_of_the_fleet_and_the_signals_behind_it() -> None:
    history = car(NEW, lean(30.0))
    finding = finding_of(history.vin, only(found(history)))
    alarm = finding.alarm
    row = {
        "vin": finding.vin,
        "kind": alarm.kind,
        "component": alarm.component,
        "severity": alarm.severity,
        "found_at": instant(alarm.found_s),
        "onset_at": instant(alarm.onset_s),
        "evidence": finding.evidence,
        "texts": finding.texts,
    }
    signals = {
        "short_term_fuel_trim_1_percent": [Point(alarm.found_s, 3.0)],
        "system_voltage_v": [Point(alarm.found_s, 13.8)],
    }
    picture = compose(row, list(history.items()), signals, [], language="en", zone=ZoneInfo("UTC"))
    judged = picture.panels[0]
    assert "against the fleet" in judged.label
    assert judged.healthy_low == finding.evidence[0]["healthy_low"]
    assert len(judged.points) > 20
    assert [panel.unit for panel in picture.panels].count("V") == 0
    assert "<svg" in draw(picture)


def test_a_regime_that_is_not_in_service_says_nothing() -> None:
    weak = car(NEW)
    weak = replace(weak, starts=[replace(one, minimum_v=7.0) for one in weak.starts])
    assert artefact().judges == {"city"}
    assert set(artefact().normals) == {"city", "start"}
    assert found(weak) == []
    everything = replace(artefact(), about={**artefact().about, "judges": list(artefact().normals)})
    assert only(found(weak, always(everything))).component == f"start@{artefact().short_id}"
