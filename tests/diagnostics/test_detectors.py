"""Each detector at its limits: just healthy stays quiet, just over is found, and what is over ends."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from diagnostics import detectors
from diagnostics.alarms import PLAN_A_VISIT, SOON, STOP, Alarm
from diagnostics.detectors import (
    DETECTORS,
    battery_ageing,
    charging_fault,
    coolant_loss,
    cooling_overheating,
    cooling_thermostat,
    slow_tyre_leak,
)
from diagnostics.history import EngineStart
from tests.diagnostics.conftest import DAY_S, T0_S, history, parked, starts, trips

WHEELS = ("front_left", "front_right", "rear_left", "rear_right")


def only(alarms: list[Alarm]) -> Alarm:
    (alarm,) = alarms
    return alarm


def test_every_detector_file_is_listed() -> None:
    files = {path.stem for path in Path(detectors.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == set(DETECTORS)


@pytest.mark.parametrize("kind", DETECTORS)
def test_a_car_that_says_nothing_has_nothing(kind: str) -> None:
    assert DETECTORS[kind](history()) == []


# 12 V battery ------------------------------------------------------------------------------------------------------


def test_two_weak_starts_of_five_are_found_and_one_is_not() -> None:
    assert battery_ageing.RULE(history(starts=starts([10.8, 10.7, 9.5, 10.8, 10.7, 10.8]))) == []
    alarm = only(battery_ageing.RULE(history(starts=starts([10.8, 9.5, 10.7, 9.55, 10.8]))))
    assert (alarm.severity, alarm.component, alarm.ended_s) == (SOON, "12 V battery", None)
    assert alarm.found_s == T0_S + 3 * DAY_S / 2
    assert alarm.onset_s == T0_S + 1 * DAY_S / 2


def test_cold_alone_is_no_ageing() -> None:
    """At -10 °C a healthy battery falls below 9.6 V: the same start at 25 °C would not."""
    rest_v, healthy_sag_v, colder_c = 12.6, 1.5, 35.0
    cold_sag_v = healthy_sag_v * math.exp(0.012 * colder_c) * (1 + 0.02 * colder_c)
    assert rest_v - cold_sag_v < 9.6
    assert battery_ageing.RULE(history(starts=starts([rest_v - cold_sag_v] * 10, temperature_c=-10))) == []


def test_a_battery_that_heads_for_the_limit_is_planned_for() -> None:
    sinking = [10.6 - 0.03 * n for n in range(36)]  # 0.06 V a day, two starts a day
    alarm = only(battery_ageing.RULE(history(starts=starts(sinking[:34]))))
    assert alarm.severity == PLAN_A_VISIT or alarm.severity == SOON
    first = battery_ageing.RULE(history(starts=starts(sinking[:30])))
    assert [one.severity for one in first] == [PLAN_A_VISIT]


def test_an_empty_battery_is_not_called_old() -> None:
    """Rest voltage and minimum sink together: it is not charged, its resistance is what it was."""
    emptying = [EngineStart(T0_S + n * DAY_S / 2, 10.6 - 0.02 * n, 12.6 - 0.02 * n, 25.0) for n in range(40)]
    assert battery_ageing.RULE(history(starts=emptying)) == []


def test_starts_without_a_minimum_or_a_temperature_are_left_out() -> None:
    blind = [EngineStart(T0_S, None, 12.0, 20.0), EngineStart(T0_S + 1, 8.0, 12.0, None)]
    assert battery_ageing.RULE(history(starts=blind * 10)) == []


def test_a_new_battery_ends_the_finding() -> None:
    alarm = only(battery_ageing.RULE(history(starts=starts([9.4] * 5 + [11.2] * 20))))
    assert alarm.ended_s is not None
    assert alarm.ended_s > alarm.found_s


# Charging ----------------------------------------------------------------------------------------------------------


def charging(volts: list[float], **more: float) -> list[dict[str, float]]:
    calm = {"charging_low_s": 0.0, "charging_high_s": 0.0, "ripple_v": 0.12}
    return [{"charging_v": one, **calm, **more} for one in volts]


def test_three_trips_below_the_own_normal_are_found_and_two_are_not() -> None:
    assert charging_fault.RULE(history(trips=trips(charging([14.0] * 10 + [13.4, 13.4, 14.0])))) == []
    alarm = only(charging_fault.RULE(history(trips=trips(charging([14.0] * 10 + [13.4, 13.45, 13.3])))))
    assert alarm.severity == SOON
    assert alarm.evidence[0].threshold == pytest.approx(13.5)


def test_a_car_that_always_charged_low_is_healthy() -> None:
    assert charging_fault.RULE(history(trips=trips(charging([13.2] * 30)))) == []


@pytest.mark.parametrize("more", [{"charging_low_s": 61.0}, {"charging_high_s": 61.0}, {"ripple_v": 0.51}])
def test_a_limit_counts_on_two_trips_in_a_row(more: dict[str, float]) -> None:
    once = [*charging([14.0] * 3), *charging([14.0], **more), *charging([14.0] * 3)]
    assert charging_fault.RULE(history(trips=trips(once))) == []
    twice = [*charging([14.0] * 3), *charging([14.0] * 2, **more)]
    assert only(charging_fault.RULE(history(trips=trips(twice)))).severity == SOON


# Cooling -----------------------------------------------------------------------------------------------------------


def test_a_thermostat_needs_two_trips_below_the_model() -> None:
    residuals = [{"coolant_residual_c": value} for value in (2.0, -8.5, 3.0, 2.0, 1.0)]
    assert cooling_thermostat.RULE(history(trips=trips(residuals))) == []
    residuals = [{"coolant_residual_c": value} for value in (2.0, -8.5, 3.0, -9.0)]
    alarm = only(cooling_thermostat.RULE(history(trips=trips(residuals))))
    assert alarm.severity == PLAN_A_VISIT
    assert alarm.found_s == trips(residuals)[3].ended_s
    assert alarm.onset_s == trips(residuals)[1].started_s


def long_trips(highest_c: list[float], air_c: float = 5.0) -> list[dict[str, float]]:
    return [
        {"coolant_highest_c": one, "ambient_level": air_c, "seconds": 1600.0, "coolant_sag_c": 0.0} for one in highest_c
    ]


def test_a_thermostat_is_known_by_long_trips_that_stay_colder_than_the_cars_own_first_ones() -> None:
    first = long_trips([88.0, *[90.0] * 14])
    cold = [*first, *long_trips([81.9, 81.0, 90.0, 81.0, 80.0])]
    alarm = only(cooling_thermostat.RULE(history(trips=trips(cold))))
    assert (alarm.found_s, alarm.onset_s) == (trips(cold)[19].ended_s, trips(cold)[15].started_s)
    assert (alarm.evidence[0].value, alarm.evidence[0].threshold) == (80.0, 82.0)
    assert (
        cooling_thermostat.RULE(history(trips=trips([*first, *long_trips([70.0, 90.0, 90.0, 70.0, 70.0, 70.0])]))) == []
    )


def test_colder_air_than_ever_before_says_nothing_of_a_thermostat() -> None:
    told = [*long_trips([90.0] * 15), *long_trips([70.0] * 5, air_c=3.0)]
    assert cooling_thermostat.RULE(history(trips=trips(told))) == []


def warm_ups(kj_per_k: list[float], air_c: float = 20.0) -> list[dict[str, float]]:
    return [{"warm_up_kj_per_k": one, "warm_up_wind_kj_per_k": 80.0, "ambient_level": air_c} for one in kj_per_k]


def test_a_thermostat_is_known_by_warm_ups_that_take_more_heat_than_the_cars_own_first_ones() -> None:
    """Own: 100 kJ/K; an open radiator would take as much again, so that the limit lies at 130."""
    first = warm_ups([90.0, *[100.0] * 8, 150.0])
    costly = [*first, *warm_ups([100.0, *[132.0] * 5, 160.0])]
    alarm = only(cooling_thermostat.RULE(history(trips=trips(costly))))
    assert (alarm.found_s, alarm.onset_s) == (trips(costly)[16].ended_s, trips(costly)[11].started_s)
    assert (alarm.evidence[0].value, alarm.evidence[0].threshold) == (pytest.approx(136.667, abs=1e-3), 130.0)
    assert cooling_thermostat.RULE(history(trips=trips([*first, *warm_ups([132.0] * 5)]))) == []
    assert cooling_thermostat.RULE(history(trips=trips([*first, *warm_ups([128.0] * 20)]))) == []


def test_what_a_heated_cabin_takes_is_not_held_against_the_thermostat() -> None:
    told = [*warm_ups([100.0] * 10), *warm_ups([200.0] * 10, air_c=11.0)]
    assert cooling_thermostat.RULE(history(trips=trips(told))) == []


def test_trips_without_a_warm_up_do_not_end_what_warm_ups_tell() -> None:
    costly = [*warm_ups([100.0] * 10), *warm_ups([140.0] * 6)]
    silent = [{"coolant_sag_c": 0.0}] * 8
    assert only(cooling_thermostat.RULE(history(trips=trips([*costly, *silent])))).ended_s is None
    healed = [*costly, *warm_ups([100.0] * 12)]
    assert only(cooling_thermostat.RULE(history(trips=trips(healed)))).ended_s is not None


def test_trips_that_cannot_tell_neither_help_nor_heal() -> None:
    told = [{"coolant_residual_c": -9.0}, {"coolant_sag_c": 0.0}, {"coolant_sag_c": 0.1}, {"coolant_residual_c": -9.0}]
    assert len(cooling_thermostat.RULE(history(trips=trips(told)))) == 1


def cooling(**given: float) -> dict[str, float]:
    calm = {"coolant_highest_c": 95.0, "coolant_above_110_s": 0.0, "coolant_above_117_s": 0.0}
    return {**calm, "coolant_level_percent": 78.0, **given}


@pytest.mark.parametrize(
    ("features", "severity"),
    [
        ([cooling(coolant_above_117_s=30.0)], STOP),
        ([cooling(coolant_above_110_s=120.0)], SOON),
    ],
)
def test_heat_is_weighed(features: list[dict[str, float]], severity: int) -> None:
    assert only(cooling_overheating.RULE(history(trips=trips([cooling(), *features])))).severity == severity


def test_just_below_the_limits_is_healthy() -> None:
    near = cooling(coolant_above_110_s=50.0, coolant_above_117_s=10.0, coolant_level_percent=46.0)
    assert cooling_overheating.RULE(history(trips=trips([near] * 10))) == []
    assert coolant_loss.RULE(history(trips=trips([near] * 10))) == []


def test_an_engine_that_gets_hotter_than_it_ever_did_is_found_before_it_boils() -> None:
    own = [cooling(coolant_hot_c=94.0 + n % 2) for n in range(20)]
    assert cooling_overheating.RULE(history(trips=trips([*own, *[cooling(coolant_hot_c=99.5)] * 5]))) == []
    assert cooling_overheating.RULE(history(trips=trips([*own, cooling(coolant_hot_c=102.0), cooling()]))) == []
    hotter = [*own, *[cooling(coolant_hot_c=102.0)] * 2]
    assert only(cooling_overheating.RULE(history(trips=trips(hotter)))).severity == PLAN_A_VISIT


@pytest.mark.parametrize(("level", "severity"), [(44.0, PLAN_A_VISIT), (20.0, SOON)])
def test_missing_coolant_is_found_on_three_trips(level: float, severity: int) -> None:
    low = cooling(coolant_level_percent=level)
    assert coolant_loss.RULE(history(trips=trips([cooling(), low, low, cooling()]))) == []
    assert only(coolant_loss.RULE(history(trips=trips([cooling(), low, low, low])))).severity == severity


# Tyres -------------------------------------------------------------------------------------------------------------


def tyres(loss_per_day: dict[str, float], readings: int = 24) -> list[dict[str, float]]:
    """Half-daily readings with a fixed wobble of ±0.8 kPa."""
    return [
        {
            wheel: 240 - loss_per_day.get(wheel, 0.2) * n / 2 + (0.8 if (n + place) % 2 else -0.8)
            for place, wheel in enumerate(WHEELS)
        }
        for n in range(readings)
    ]


def test_one_tyre_that_loses_more_than_the_others_is_found() -> None:
    alarm = only(slow_tyre_leak.RULE(history(parked=parked(tyres({"rear_left": 1.5})))))
    assert (alarm.component, alarm.severity) == ("tyre rear left", PLAN_A_VISIT)
    assert alarm.evidence[0].value == pytest.approx(-1.3, abs=0.3)


def test_four_tyres_that_lose_alike_are_weather_or_neglect() -> None:
    assert slow_tyre_leak.RULE(history(parked=parked(tyres(dict.fromkeys(WHEELS, 1.5))))) == []


def test_a_tyre_a_fifth_below_its_placard_is_urgent() -> None:
    alarm = only(slow_tyre_leak.RULE(history(parked=parked(tyres({"front_left": 5.0}, readings=30)))))
    assert alarm.severity == SOON


def test_a_refill_starts_a_new_window() -> None:
    leaking = tyres({"rear_left": 1.5}, readings=6)
    filled = [{**one, "rear_left": one["rear_right"]} for one in tyres({}, readings=20)]
    refilled = [{wheel: kpa + (15 if wheel == "rear_left" else 0) for wheel, kpa in one.items()} for one in filled]
    assert slow_tyre_leak.RULE(history(parked=parked(leaking + refilled))) == []


def test_readings_soon_after_driving_do_not_count() -> None:
    warm = trips([{}] * 24)  # each ends half an hour after a reading began
    right_after = [
        one.__class__(trip.ended_s + 600, one.features)
        for one, trip in zip(parked(tyres({"rear_left": 3.0})), warm, strict=True)
    ]
    assert slow_tyre_leak.RULE(history(trips=warm, parked=right_after)) == []
