"""Signs of a fault long before it strands anybody, and what tells causes of one finding apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from diagnostics.alarms import PLAN_A_VISIT, SOON, Alarm
from diagnostics.detectors import RULES
from diagnostics.history import Car
from diagnostics.samples import Samples
from diagnostics.trips import describe
from tests.diagnostics.conftest import DAY_S, T0_S, VIN, history, trips

CAR = Car(VIN, "petrol", {"displacement_l": 2.0})


def drive(minutes: int = 30, **more: float) -> Samples:
    told = {
        "coolant_temperature_c": 88.0,
        "ambient_temperature_c": 15.0,
        "intake_air_temperature_c": 20.0,
        "vehicle_speed_kmh": 60.0,
        "fuel_rate_lph": 4.0,
    } | more
    at_s = T0_S + 10.0 * np.arange(6 * minutes)
    return Samples(at_s, {name: np.full(len(at_s), value) for name, value in told.items()})


def told(samples: Samples) -> Mapping[str, float]:
    return describe(samples, CAR).features


def signs(alarm: Alarm) -> dict[str, float]:
    return {one.quantity: one.value for one in alarm.evidence}


# Radiator ----------------------------------------------------------------------------------------------------------


def test_a_radiator_is_needed_more_for_more_fuel_less_wind_and_warmer_air() -> None:
    need = told(drive())["radiator_need"]
    assert 0.1 < need < 0.5
    for more in ({"fuel_rate_lph": 8.0}, {"vehicle_speed_kmh": 20.0}, {"ambient_temperature_c": 25.0}):
        assert told(drive(intake_air_temperature_c=30.0, **more))["radiator_need"] > 1.05 * need


@pytest.mark.parametrize(
    "more",
    [
        {"coolant_temperature_c": 70.0},
        {"ambient_temperature_c": -40.0},
        {"fuel_rate_lph": float("nan"), "mass_air_flow_gps": 12.0},  # stuck: not the least movement
        {"vehicle_speed_kmh": float("nan")},
    ],
)
def test_a_trip_that_cannot_tell_of_the_radiator_does_not(more: dict[str, float]) -> None:
    assert "radiator_need" not in told(drive(**more))


def cooling(radiator_c: float) -> dict[str, float]:
    calm = {"coolant_highest_c": 92.0, "coolant_hot_c": 90.0, "coolant_above_110_s": 0.0, "coolant_above_117_s": 0.0}
    return {**calm, "radiator_c": radiator_c, "radiator_need": 0.2}


def overheating(*radiator_c: float, **more: float) -> list[Alarm]:
    told = [cooling(one) for one in radiator_c]
    return RULES["cooling_overheating"](history(trips=trips([*told[:-1], {**told[-1], **more}])))


def test_coolant_that_rises_for_the_same_work_is_found_before_it_is_hot() -> None:
    well = [86.0, 87.0] * 10
    assert overheating(*well, *[89.5] * 10) == []
    (alarm,) = overheating(*well, *[88.0] * 5, *[90.5] * 5)
    assert (alarm.severity, alarm.evidence[0].quantity) == (PLAN_A_VISIT, "coolant_over_need_c")
    (stuck,) = overheating(*well, *[86.5] * 5, *[90.5] * 5)
    assert stuck.evidence[0].quantity == "coolant_step_c"
    assert overheating(*well, *[86.5] * 4, 105.0) == []  # once is not gradual


def test_a_car_whose_first_trips_differ_much_has_a_wider_limit() -> None:
    assert overheating(*[83.0, 89.0] * 10, *[94.0] * 10) == []
    assert overheating(*[83.0, 89.0] * 10, *[96.0] * 10) != []


def test_what_boils_after_it_has_risen_says_both() -> None:
    (alarm,) = overheating(*[86.0, 87.0] * 10, *[92.0] * 8, coolant_above_117_s=60.0)
    assert signs(alarm).keys() == {"seconds_above_117_c", "coolant_over_need_c"}


def test_a_trip_that_gets_very_hot_is_enough() -> None:
    well = [86.0, 87.0] * 10
    assert overheating(*well, 87.0, coolant_hot_c=101.0) == []
    (alarm,) = overheating(*well, 87.0, coolant_hot_c=104.0)
    assert alarm.severity == SOON


# A cold start ------------------------------------------------------------------------------------------------------


def test_a_cold_engine_is_compared_with_the_colder_air() -> None:
    garage = drive(coolant_temperature_c=8.0, intake_air_temperature_c=9.0, ambient_temperature_c=25.0)
    assert told(garage)["coolant_over_air_c"] == -1.0
    assert "coolant_over_air_c" not in told(drive(ambient_temperature_c=float("nan")))


def drifting(*over_air_c: float, every_s: float = DAY_S / 2) -> list[Alarm]:
    told = [
        {"coolant_over_air_c": one, "coolant_level": 80.0, "coolant_range": 60.0, "coolant_jitter": 0.1}
        for one in over_air_c
    ]
    return RULES["sensor_implausible"](history(trips=trips(told, every_s=every_s)))


def test_a_coolant_sensor_colder_than_the_air_after_a_long_stand_is_implausible() -> None:
    assert drifting(*[-5.5] * 12) == []
    assert drifting(0.0, *[-9.0, 0.0, 0.0] * 4) == []
    assert drifting(*[-9.0] * 12, every_s=4 * 3600.0) == []  # not stood for long enough to know
    (alarm,) = drifting(0.0, *[-9.0] * 4)
    assert (alarm.component, alarm.evidence[0].quantity) == ("coolant temperature sensor", "coolant_below_air_c")


def test_outside_air_is_no_warmer_than_what_the_engine_takes_in() -> None:
    stuck_in_summer = told(drive(ambient_temperature_c=30.0, intake_air_temperature_c=5.0))["radiator_need"]
    assert stuck_in_summer == told(drive(ambient_temperature_c=5.0))["radiator_need"]


# Charging ----------------------------------------------------------------------------------------------------------


def charging(charging_v: float, idle_v: float, ripple_v: float = 0.12) -> dict[str, float]:
    calm: dict[str, Any] = {"charging_low_s": 0.0, "charging_high_s": 0.0}
    return {**calm, "charging_v": charging_v, "charging_idle_v": idle_v, "ripple_v": ripple_v}


def test_a_belt_sags_at_idle_and_a_diode_ripples() -> None:
    def shown(*late: dict[str, float]) -> dict[str, float]:
        (alarm,) = RULES["charging_fault"](history(trips=trips([charging(14.0, 14.0)] * 10 + list(late) * 3)))
        return signs(alarm)

    belt, diode = shown(charging(13.8, 13.4)), shown(charging(13.4, 13.4, ripple_v=0.4))
    assert "idle_sag_v" in belt
    assert "voltage_ripple_v" not in belt
    assert "voltage_ripple_v" in diode
    assert "idle_sag_v" not in diode


@pytest.mark.parametrize("per_c", [0.0, 0.009])
def test_whatever_air_does_to_a_regulator_a_winter_is_no_fault(per_c: float) -> None:
    """Of regulators that follow the air as reckoned and of those that do not; 0.6 V of both is one."""

    def told(celsius: float, fault_v: float = 0.0) -> dict[str, float]:
        read_v, air_v = 14.0 - fault_v - per_c * celsius, 0.009 * (celsius - 15.0)
        return charging(read_v + air_v, read_v + air_v) | {"charging_air_v": air_v}

    mild = [told(20.0)] * 10
    assert RULES["charging_fault"](history(trips=trips([*mild, *[told(-39.0)] * 5]))) == []
    assert RULES["charging_fault"](history(trips=trips([*mild, *[told(20.0, fault_v=0.6)] * 3])))


def test_neither_is_a_fault_by_itself() -> None:
    calm = [charging(14.0, 14.0)] * 10 + [charging(14.0, 13.7, ripple_v=0.4)] * 5
    assert RULES["charging_fault"](history(trips=trips(calm))) == []
