"""The detectors of engine, brakes, oil, traction battery and sensors, each just healthy and just over its limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from diagnostics.alarms import PLAN_A_VISIT, SOON, STOP, Alarm
from diagnostics.detectors import RULES
from diagnostics.history import ChargeSession, EngineStart, ParkedReading, Regeneration, Trip
from telemetry_schema.catalogue import signal
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from tests.diagnostics.conftest import DAY_S, T0_S, history, trips

HOUR_S = 3600.0


def alarms(kind: str, *features: Mapping[str, float], **more: Any) -> list[Alarm]:
    return RULES[kind](history(trips=trips(features), **more))


def only(found: list[Alarm]) -> Alarm:
    (alarm,) = found
    return alarm


@pytest.mark.parametrize("kind", RULES)
def test_every_signal_that_a_rule_names_exists(kind: str) -> None:
    rule = RULES[kind]
    assert rule.needs
    events = {field.name: field.message_type for field in wire.Event.DESCRIPTOR.oneofs_by_name["kind"].fields}
    for name in (*rule.needs, *rule.uses):
        of_event, _, told = name.partition(".")
        if told:
            assert told in events[of_event].fields_by_name, name
        else:
            assert signal(name).name == name


# Current while parked ----------------------------------------------------------------------------------------------


def standings(mv_per_h: float, days: int = 10, charging_v: float = 13.8) -> dict[str, Any]:
    """Nights of ten hours after a trip of half an hour, a reading every two hours, the start at their end."""
    parked, starts = [], []
    for night in range(days):
        ends_s = T0_S + night * DAY_S + 1800
        for hours in range(2, 13, 2):
            volts = 12.65 - mv_per_h * hours / 1000 + (0.01 if hours % 4 else -0.01)
            parked.append(ParkedReading(ends_s + hours * HOUR_S, {"rest_v": volts}))
        starts.append(EngineStart(ends_s + 13 * HOUR_S, 10.9, 12.65 - mv_per_h * 13 / 1000, 15.0))
    return {"trips": trips([{"charging_v": charging_v}] * days, every_s=DAY_S), "parked": parked, "starts": starts}


def test_a_drain_sinks_the_rest_voltage_and_control_units_alone_do_not() -> None:
    rule = RULES["parasitic_drain"]
    assert rule(history(**standings(0.6))) == []
    assert rule(history(**standings(1.7))) == []
    assert rule(history(**standings(3.3, days=10))) == []  # two readings' noise might make that
    assert only(rule(history(**standings(3.3, days=21)))).severity == PLAN_A_VISIT
    assert only(rule(history(**standings(8.0)))).severity == SOON


def test_a_reading_that_is_told_for_the_hour_in_which_a_trip_ended_belongs_to_no_standing() -> None:
    parked = [ParkedReading(T0_S + 1800 + hour * 6 * HOUR_S, {"rest_v": 12.6}) for hour in range(1, 16)]
    trip = Trip(T0_S + 95 * HOUR_S, T0_S + 97.5 * HOUR_S, {"charging_v": 12.5})
    after = [ParkedReading(T0_S + 97 * HOUR_S, {"rest_v": 11.4})]
    charged = Trip(T0_S + 99 * HOUR_S, T0_S + 100 * HOUR_S, {"charging_v": 13.8})
    later = [ParkedReading(charged.ended_s + hours * HOUR_S, {"rest_v": 12.2}) for hours in (3, 6, 9, 12)]
    first = Trip(T0_S, T0_S + 1800, {"charging_v": 13.8})
    told = history(trips=[first, trip, charged], parked=[*parked, *after, *later])
    assert RULES["parasitic_drain"](told) == []


def test_starts_that_read_low_on_three_days_are_no_drain() -> None:
    """They end the standings and have the longest lever."""
    told = standings(0.4, days=12)
    lower = dict(zip(range(8, 11), (0.12, 0.12, 0.13), strict=True))
    told["starts"] = [replace(one, rest_v=one.rest_v - lower.get(n, 0.0)) for n, one in enumerate(told["starts"])]
    assert RULES["parasitic_drain"](history(**told)) == []


def test_a_battery_that_is_not_charged_sinks_without_a_drain() -> None:
    assert RULES["parasitic_drain"](history(**standings(3.3, charging_v=12.8))) == []


def test_a_measured_current_counts_on_three_readings() -> None:
    def told(*milliamperes: float) -> list[Alarm]:
        readings = [ParkedReading(T0_S + n * DAY_S, {"quiescent_ma": one}) for n, one in enumerate(milliamperes)]
        return RULES["parasitic_drain"](history(parked=readings))

    assert told(250, 250, 30, 250, 250) == []
    assert told(99, 99, 99, 99) == []
    assert only(told(250, 250, 250)).severity == PLAN_A_VISIT


# Mixture -----------------------------------------------------------------------------------------------------------


def trims(all_: float, idle: float, cruise: float, load: float) -> dict[str, float]:
    return {
        "trim_percent": all_,
        "trim_idle_percent": idle,
        "trim_cruise_percent": cruise,
        "trim_load_percent": load,
    }


@pytest.mark.parametrize(
    ("shape", "speaks_for"),
    [
        (trims(13, 25, 4, 2), "vacuum_leak"),
        (trims(15, 15, 15, 16), "air_mass_sensor"),
        (trims(13, 1, 2, 22), "fuel_pump"),
        (trims(-14, -20, -9, -8), "rich_mixture"),
    ],
)
def test_the_shape_of_the_trims_tells_what_is_wrong(shape: dict[str, float], speaks_for: str) -> None:
    healthy = [trims(-1, -1, 0, 1)] * 5
    alarm = only(alarms("fuel_trim_lean", *healthy, *[shape] * 8))
    assert alarm.evidence[-1].quantity == speaks_for
    assert alarms("fuel_trim_lean", *healthy, *[shape] * 2, *healthy) == []


def test_trims_near_the_edge_of_their_band_are_healthy() -> None:
    assert alarms("fuel_trim_lean", *[trims(9.4, 12, 9, 9)] * 20) == []


# Misfire -----------------------------------------------------------------------------------------------------------


def firing(*shares: float) -> dict[str, float]:
    return {"revolutions": 40_000.0, **{f"misfire_{n}": share for n, share in enumerate(shares, 1)}}


def test_one_cylinder_that_misfires_is_named_and_a_few_misfires_are_healthy() -> None:
    well = firing(2e-5, 2e-5, 2e-5, 2e-5)
    assert alarms("misfire", *[firing(0.0015, 0.0015, 0.0015, 0.0015)] * 20) == []
    alarm = only(alarms("misfire", *[well] * 6, *[firing(0, 0.08, 0, 0)] * 2))
    assert (alarm.component, alarm.severity) == ("cylinder 2", SOON)
    assert "step" in [one.quantity for one in alarm.evidence]


def test_plugs_that_wear_are_told_of_all_cylinders() -> None:
    rising = [firing(*[0.0004 * n] * 4) for n in range(25)]
    alarm = only(alarms("misfire", *rising))
    assert alarm.component == "ignition"
    assert "slow_rise" in [one.quantity for one in alarm.evidence]


def test_misfires_that_ruin_the_catalyst_stop_the_car() -> None:
    assert only(alarms("misfire", *[firing(0.12, 0, 0, 0)] * 3)).severity == STOP


# Particulate filter ------------------------------------------------------------------------------------------------


def test_soot_counts_on_two_trips() -> None:
    full, well = {"dpf_soot_g": 33.0}, {"dpf_soot_g": 31.5}
    assert alarms("particulate_filter", well, full, well, full) == []
    assert only(alarms("particulate_filter", well, full, full)).severity == PLAN_A_VISIT


def test_regenerations_that_come_twice_as_often_are_found() -> None:
    def told(*km: float) -> list[Alarm]:
        burnt = [Regeneration(T0_S + n * DAY_S, True, 21, 3, one) for n, one in enumerate(km)]
        return alarms("particulate_filter", *[{"dpf_soot_g": 10.0}] * 30, regenerations=burnt)

    assert told(*[500] * 6, 300, 280, 300) == []
    assert only(told(*[500] * 6, 240, 230, 220)).evidence[0].quantity == "regeneration_interval_km"


def test_regenerations_that_burn_nothing_are_found_and_those_broken_off_by_a_stop_are_not() -> None:
    def told(after_g: float, lasted_s: float) -> list[Alarm]:
        ends = [T0_S + n * DAY_S / 2 for n in range(12)]
        broken = [Regeneration(at_s, False, 21.5, after_g, 100.0, int((at_s - lasted_s) * 1000)) for at_s in ends]
        return alarms("particulate_filter", *[{"dpf_soot_g": 22.0}] * 12, regenerations=broken)

    assert told(21.4, lasted_s=60) == []
    assert told(18.0, lasted_s=400) == []
    assert only(told(19.5, lasted_s=1500)).evidence[0].quantity == "burn_percent_per_min"


# Brakes, tyres, oil ------------------------------------------------------------------------------------------------


def pads(left: float, right: float) -> dict[str, float]:
    return {"pad_front_left_mm": left, "pad_front_right_mm": right}


def test_worn_pads_and_a_caliper_that_sticks_are_found() -> None:
    assert alarms("brake_wear", *[pads(3.1, 3.2)] * 5) == []
    assert only(alarms("brake_wear", *[pads(2.9, 3.4)] * 2)).severity == PLAN_A_VISIT
    assert only(alarms("brake_wear", *[pads(1.9, 3.4)] * 2)).severity == SOON
    sticking = only(alarms("brake_wear", *[pads(9 - 0.2 * n, 9 - 0.05 * n) for n in range(10)]))
    assert (sticking.component, sticking.evidence[0].quantity) == ("brake front left", "wheel_difference")
    assert alarms("brake_wear", *[pads(9 - 0.2 * n, 9 - 0.12 * n) for n in range(10)]) == []


def tyres(loss: float) -> dict[str, float]:
    kpa = {f"p20_{wheel}": 240.0 for wheel in ("front_left", "front_right", "rear_left", "rear_right")}
    return {**kpa, "p20_loss_front_left": loss, "p20_loss_front_right": 0.0}


def test_a_tyre_that_falls_on_a_trip_stops_the_car() -> None:
    assert alarms("sudden_pressure_loss", *[tyres(30.0)] * 3) == []
    alarm = only(alarms("sudden_pressure_loss", tyres(0.0), tyres(40.0)))
    assert (alarm.component, alarm.severity) == ("tyre front left", STOP)


def test_a_tyre_that_fell_overnight_is_found_before_it_moves() -> None:
    low = {**tyres(0.0), "p20_rear_left": 200.0}
    alarm = only(alarms("sudden_pressure_loss", tyres(0.0), low))
    assert (alarm.component, alarm.severity) == ("tyre rear left", SOON)


def test_oil_life_counts_on_three_trips_and_a_service_ends_it() -> None:
    life = [{"oil_life_percent": value} for value in (13.0, 12.5, 11.0, 11.0, 11.0, 100.0, 99.0, 98.0)]
    assert alarms("oil_life", *life[:4]) == []
    assert only(alarms("oil_life", *life)).ended_s is not None
    assert only(alarms("oil_life", *[{"oil_life_percent": 1.0}] * 3)).severity == SOON


def test_oil_that_is_low_or_disappears_is_found() -> None:
    def told(mm_per_1000_km: float, start_mm: float = 30.0) -> list[Alarm]:
        told = [{"oil_level_mm": start_mm - mm_per_1000_km * n * 0.03, "km": 30.0 * n} for n in range(15)]
        return alarms("oil_level", *told)

    assert told(5.0) == []
    assert only(told(20.0)).evidence[0].quantity == "oil_loss_mm_per_1000_km"
    assert only(told(0.0, start_mm=4.5)).severity == PLAN_A_VISIT
    assert only(told(0.0, start_mm=-1.0)).severity == SOON


# Traction battery --------------------------------------------------------------------------------------------------


def test_capacity_is_judged_against_the_own_first_sessions_and_in_the_cold() -> None:
    def told(*ah: float, celsius: float = 25.0) -> list[Alarm]:
        sessions = [ChargeSession(T0_S + n * DAY_S, 30, 80, one / 2, celsius) for n, one in enumerate(ah)]
        return RULES["traction_battery"](history(charges=sessions))

    assert told(*[150.0] * 5, *[135.0] * 5) == []
    assert only(told(*[150.0] * 5, *[130.0] * 5)).severity == PLAN_A_VISIT
    assert told(*[150.0] * 10, celsius=-10.0) == []


@pytest.mark.parametrize(("first_c", "later_c"), [(-15.0, 22.0), (22.0, -15.0)])
def test_whatever_the_cold_does_to_what_is_charged_a_season_fades_no_battery(first_c: float, later_c: float) -> None:
    """Of batteries that take as much in the cold as ever, and of those that take 0.4 % less per °C."""

    def told(per_c: float) -> list[Alarm]:
        sessions = [
            ChargeSession(T0_S + n * DAY_S, 30, 80, 75.0 * (1 - per_c * (25 - celsius)), celsius)
            for n, celsius in enumerate([first_c] * 5 + [later_c] * 5)
        ]
        return RULES["traction_battery"](history(charges=sessions))

    assert told(0.0) == []
    assert told(0.004) == []


def test_state_of_health_counts_on_five_trips() -> None:
    assert alarms("traction_battery", *[{"traction_soh_percent": 79.0}] * 9) == []
    assert only(alarms("traction_battery", *[{"traction_soh_percent": 77.0}] * 5)).severity == PLAN_A_VISIT


def test_a_weak_cell_is_found_sooner_where_it_is_always_the_same() -> None:
    def told(millivolts: float, share: float) -> list[Alarm]:
        return alarms("cell_spread", *[{"cell_spread_mv": millivolts, "cell_same_share": share}] * 4)

    assert told(40.0, 0.1) == []
    assert only(told(40.0, 0.9)).severity == PLAN_A_VISIT
    assert only(told(55.0, 0.1)).severity == PLAN_A_VISIT
    assert only(told(110.0, 0.9)).severity == SOON


# Sensors -----------------------------------------------------------------------------------------------------------


def sensor(name: str, level: float, moved: float, jitter: float = 0.3) -> dict[str, float]:
    told = {f"{name}_level": level, f"{name}_range": moved, f"{name}_jitter": jitter}
    return {"seconds": 1500.0, "engine_speed_range": 1800.0, **told}


@pytest.mark.parametrize(
    ("kind_of_fault", "trip"),
    [
        ("cut_off", sensor("coolant", -40.0, 0.0)),
        ("cut_off", sensor("air_mass", 0.0, 0.0)),
        ("jitter_c", sensor("intake_air", 30.0, 60.0, jitter=21.0)),
        ("range", sensor("manifold", 33.0, 0.0)),
    ],
)
def test_a_sensor_that_cannot_be_right_is_found(kind_of_fault: str, trip: dict[str, float]) -> None:
    alarm = only(alarms("sensor_implausible", *[trip] * 4))
    assert alarm.severity == PLAN_A_VISIT
    assert alarm.evidence[0].quantity.endswith(kind_of_fault)
    assert alarms("sensor_implausible", trip) == []


def test_sensors_that_stand_still_for_a_while_are_healthy() -> None:
    turbocharged = [sensor("intake_air", 40.0, 60.0, jitter=15.8)] * 4
    assert alarms("sensor_implausible", *turbocharged) == []
    warm = [sensor("coolant", 90.0, 0.0), sensor("coolant", 91.0, 2.0)] * 6
    assert alarms("sensor_implausible", *warm) == []
    idling = {**sensor("manifold", 33.0, 0.0), "engine_speed_range": 100.0}
    assert alarms("sensor_implausible", *[idling] * 9) == []


# Garbage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("value", [-1e9, 0.0, 1e9])
def test_values_that_cannot_be_neither_raise_nor_stop_a_car(kind: str, value: float) -> None:
    """Features of one sensor that says the same nonsense throughout, and starts that do."""
    start = EngineStart(T0_S, value, value, value)
    charge = ChargeSession(T0_S, value, value, value, value)
    features = [
        "coolant_level_percent",
        "oil_level_mm",
        "traction_soh_percent",
        "cell_spread_mv",
        "dpf_soot_g",
        "pad_front_left_mm",
    ]
    for name in features:
        nonsense = [{name: value}] * 12
        found = RULES[kind](history(trips=trips(nonsense), starts=[start], charges=[charge]))
        assert [one.kind for one in found if one.severity == STOP] == []
        if name != "oil_level_mm" or value:  # a level just at the mark is no nonsense
            assert found == []
