"""A trip that is described minute by minute: the same to the last bit however it is cut, and never dearer."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.features import FAMILIES
from diagnostics.history import Car
from diagnostics.samples import MISFIRES, PRESSURE, SIGNALS, TEMPERATURE, Floats
from diagnostics.trip_states import TripState, begun
from diagnostics.trips import Described, Stretch, describe_all

BIN_S = 10.0
T0_S = 1_767_225_600.0
PETROL = Car("VIN", "petrol", {"displacement_l": 1.6})
CARS = (PETROL, Car("VIN", "diesel", {}), Car("VIN", "electric", {}), Car("VIN", "hybrid", {}))
RANGES = {
    "vehicle_speed_kmh": (0.0, 130.0),
    "engine_speed_rpm": (0.0, 4000.0),
    "system_voltage_v": (12.0, 15.6),
    "ambient_temperature_c": (-15.0, 30.0),
    "intake_air_temperature_c": (-15.0, 50.0),
    "coolant_temperature_c": (-2.0, 2.0),  # a step; it would not be believed if it jumped
    **{f"{term}_term_fuel_trim_{bank}_percent": (-9.0, 9.0) for term in ("short", "long") for bank in (1, 2)},
    "exhaust_flow_kgph": (0.0, 300.0),
    "dpf_soot_mass_g": (20.0, 21.0),
    "fuel_rate_lph": (0.0, 20.0),
    "traction_cell_voltage_min_v": (3.5, 3.7),
    "traction_cell_voltage_max_v": (3.7, 3.8),
    "traction_current_a": (-60.0, 60.0),
    "traction_cell_id_min": (0.0, 4.0),
    **dict.fromkeys(PRESSURE.values(), (225.0, 250.0)),
    **dict.fromkeys(TEMPERATURE.values(), (15.0, 35.0)),
    **dict.fromkeys(MISFIRES.values(), (0.0, 40.0)),
}


def drive(bins: int, seed: int = 0, holes: float = 0.0) -> Floats:
    """Every signal at random, some of it missing: shape (bins, 1 + SIGNALS)."""
    chance = np.random.default_rng(seed)
    at_s = T0_S + BIN_S * np.cumsum(1 + (chance.random(bins) < 0.02) * chance.integers(1, 50, bins))
    columns = [chance.uniform(*RANGES.get(name, (0.0, 100.0)), bins) for name in SIGNALS]
    coolant = SIGNALS.index("coolant_temperature_c")
    columns[coolant] = 80.0 + 40.0 * np.sin(np.cumsum(columns[coolant]) / 40.0)
    soot = SIGNALS.index("dpf_soot_mass_g")
    columns[soot] = np.cumsum(columns[soot]) / 1000.0
    columns = [np.where(chance.random(bins) < holes, np.nan, column) for column in columns]
    cell = SIGNALS.index("traction_cell_id_min")
    columns[cell] = np.round(columns[cell])
    return np.column_stack((at_s, *columns))


def described(bins: Floats, car: Car, cuts: list[int] | None = None) -> Described:
    found: Described | None = None
    state = begun(float(bins[0, 0]))
    for part in np.split(bins, cuts or []):
        if len(part):
            (found,) = describe_all([Stretch(state, part, car)])
            state = found.state
    assert found is not None
    return found


def bits(state: TripState) -> Any:
    windows = {name: (one.first, one.counts.tobytes()) for name, one in state.windows.items()}
    return state.bins, state.context.tobytes(), state.numbers.tobytes(), windows, repr(state.followed)


@settings(max_examples=40)
@given(
    st.integers(0, 10_000),
    st.sampled_from(CARS),
    st.sampled_from([0.0, 0.1, 0.6]),
    st.lists(st.integers(1, 119), max_size=12),
)
def test_however_a_trip_is_cut_it_comes_to_the_same_bits(seed: int, car: Car, holes: float, cuts: list[int]) -> None:
    bins = drive(120, seed, holes)
    whole, cut = described(bins, car), described(bins, car, sorted(cuts))
    assert cut.trip == whole.trip
    assert bits(cut.state) == bits(whole.state)


@pytest.mark.parametrize("car", CARS, ids=lambda car: car.drivetrain)
def test_cars_side_by_side_do_not_touch_each_other(car: Car) -> None:
    """Each of a batch has another length and another past."""
    drives = [drive(length, length, 0.05) for length in (1, 7, 60, 200)]
    alone = [described(bins, car).trip for bins in drives]
    halves = [describe_all([Stretch(begun(float(bins[0, 0])), bins[: len(bins) // 2], car)])[0] for bins in drives[1:]]
    pasts = [begun(float(drives[0][0, 0])), *(one.state for one in halves)]
    rest = [drives[0], *(bins[len(bins) // 2 :] for bins in drives[1:])]
    others = [Stretch(begun(T0_S), drive(30, number), other) for number, other in enumerate(CARS)]
    batch = [Stretch(past, bins, car) for past, bins in zip(pasts, rest, strict=True)]
    mixed = [one for pair in zip(batch, others, strict=True) for one in pair]
    assert [one.trip for one in describe_all(mixed)[::2]] == alone


def test_every_kind_of_drive_tells_features_of_every_family() -> None:
    """So that the tests above compare something."""
    told: set[str] = set()
    for car in CARS:
        told |= described(drive(200), car).trip.features.keys()
    of_families = {
        "charging_v", "coolant_hot_c", "trim_percent", "misfire_1", "dpf_soot_gain_g", "p20_loss_front_left",
        "pad_front_left_mm", "cell_same_share", "throttle_jitter", "coolant_over_air_c", "speed_kmh", "dpf_resistance",
    }  # fmt: skip
    assert of_families <= told
    assert len(FAMILIES) == 12


def calls_of(stretches: list[Stretch]) -> tuple[int, list[Described]]:
    """Every call of Python or C that one more minute takes: a measure of work that no other load disturbs."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        found = describe_all(stretches)
    finally:
        sys.setprofile(None)
    return calls, found


def test_after_eight_hours_a_minute_costs_what_the_tenth_cost() -> None:
    """One car of each kind, and values all over their range."""
    drives = [drive(8 * 360, number) for number in range(len(CARS))]
    states = [begun(float(bins[0, 0])) for bins in drives]
    work: dict[int, int] = {}
    kept, found = [], []
    for minute in range(8 * 60):
        stretches = [
            Stretch(state, bins[6 * minute : 6 * minute + 6], car)
            for state, bins, car in zip(states, drives, CARS, strict=True)
        ]
        if minute in (*range(5, 15), *range(470, 480)):
            work[minute], found = calls_of(stretches)
        else:
            found = describe_all(stretches)
        states = [one.state for one in found]
        kept.append(max(state.bytes for state in states))
    assert [one.trip for one in found] == [described(*one).trip for one in zip(drives, CARS, strict=True)]
    assert max(work[minute] for minute in range(470, 480)) <= 1.1 * max(work[minute] for minute in range(5, 15))
    assert kept[-1] < 1.2 * kept[2 * 60]
    assert kept[-1] < drives[0].nbytes / 10
