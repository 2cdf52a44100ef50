"""What a worker keeps of trips that go on: only as long as the car's row is the one it was kept with."""

from __future__ import annotations

from dataclasses import replace

from diagnostics.history import Trip
from diagnostics.open_trips import APART_SECONDS, OpenTrips, Standing, stand
from diagnostics.trip_states import begun


def standing(until_s: float, started_s: float = 0.0) -> Standing:
    return Standing(until_s, replace(begun(started_s), ended_s=until_s), Trip(started_s, until_s, {}))


def test_what_was_kept_counts_only_with_the_revision_of_its_transaction() -> None:
    kept = OpenTrips()
    kept.put(1, [standing(60.0)])
    assert kept.get(1, None) is None  # its transaction may still be rolled back
    kept.settle(1, "41")
    assert kept.get(1, "40") is None
    assert kept.get(1, "42") is None
    assert kept.get(2, "41") is None
    found = kept.get(1, "41")
    assert found is not None
    assert found.trip == standing(60.0).trip


def test_the_oldest_goes_where_memory_is_full() -> None:
    one = OpenTrips()
    one.put(0, [standing(60.0)])
    kept = OpenTrips(most_bytes=3 * one.bytes)
    for vehicle_id in range(5):
        kept.put(vehicle_id, [standing(60.0)])
        kept.settle(vehicle_id, "1")
    assert [vehicle_id for vehicle_id in range(5) if kept.get(vehicle_id, "1")] == [2, 3, 4]
    kept.put(4, [standing(120.0), standing(60.0)])
    assert len(kept) == 2


def test_of_a_long_trip_three_standings_stay_and_minutes_that_come_late_find_one_before_them() -> None:
    standings: tuple[Standing, ...] = ()
    for minute in range(1, 480):
        standings = stand(standing(60.0 * minute), standings)
        assert len(standings) <= 3
    ages_s = [standings[0].until_s - one.until_s for one in standings]
    assert ages_s[1] <= APART_SECONDS
    assert APART_SECONDS <= ages_s[2] <= 2 * APART_SECONDS
    kept = OpenTrips()
    kept.put(1, standings)
    kept.settle(1, "1")
    found = kept.get(1, "1")
    assert found is not None
    assert found.before(standings[0].until_s) == standings
    assert found.before(standings[0].until_s - 60.0) == standings[1:]
    assert found.before(0.0) == ()


def test_standings_of_another_trip_go() -> None:
    newest = standing(9_000.0, 8_000.0)
    assert stand(newest, [standing(600.0)]) == (newest,)
