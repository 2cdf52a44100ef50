"""A healthy particulate filter is burnt free however the car is used; a broken one is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.drive import simulate_car
from simulator.fleet import USAGES, build_fleet
from simulator.physics.particulate_filter import TRIGGER_G, WORKSHOP_G, ParticulateFilter
from simulator.scenario import Scenario
from telemetry_schema.catalogue import signals_by_id

END_MS = 1_780_272_000_000
STEP_S = 10.0


@pytest.mark.parametrize("usage", USAGES)
def test_soot_of_a_healthy_diesel_stays_far_from_the_workshop(usage: str) -> None:
    scenario = Scenario("soot", 1, 60, diesel_share=1, electric_share=0)
    spec = replace(build_fleet(scenario, 3)[0], usage=usage)
    soot_g, completed = [], 0
    for burst in simulate_car(spec, scenario, 3, END_MS):
        by_name = {signals_by_id()[number].name: column.values for number, column in burst.columns.items()}
        soot_g += list(by_name.get("dpf_soot_mass_g", ()))
        completed += sum(event.regeneration.completed for event in burst.events)
    assert completed >= 2
    assert np.nanmax(soot_g) < TRIGGER_G + 5.0


def driven(soot: ParticulateFilter, minutes: float, speed_kmh: float) -> list[bool]:
    """Whether each regeneration that ended was completed."""
    n = int(minutes * 60 / STEP_S)
    _, ended = soot.drive(STEP_S, np.full(n, 0.5), np.full(n, speed_kmh), np.full(n, 0.3))
    return [one.completed for one in ended]


def test_town_burns_slower_than_the_open_road() -> None:
    left_g = {}
    for speed_kmh in (35.0, 80.0):
        soot = ParticulateFilter(TRIGGER_G + 1.0, 0.0)
        assert driven(soot, 15, speed_kmh) == []
        left_g[speed_kmh] = soot.soot_g
    assert left_g[80.0] < left_g[35.0] < TRIGGER_G


def test_what_the_key_breaks_off_goes_on_with_the_next_trip() -> None:
    soot = ParticulateFilter(TRIGGER_G + 1.0, 0.0)
    assert driven(soot, 15, 35.0) == []
    assert soot.stop()
    left_g = soot.soot_g
    assert left_g < TRIGGER_G, "what was burnt is gone"
    assert driven(soot, 4, 35.0) == []
    assert not soot.regenerating, "the engine is cold"
    assert driven(soot, 30, 35.0) == [True]
    assert soot.soot_g < left_g


def test_a_filter_that_does_not_get_hot_enough_fills_up() -> None:
    soot = ParticulateFilter(TRIGGER_G + 1.0, 0.0)
    soot.burn_factor = 0.05
    for _ in range(60):
        driven(soot, 30, 35.0)
        soot.stop()
    assert soot.soot_g > WORKSHOP_G
