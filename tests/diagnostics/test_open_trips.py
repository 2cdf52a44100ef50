"""What a worker keeps of trips that go on: only as long as the car's row is the one it was kept with."""

from __future__ import annotations

import numpy as np

from diagnostics.history import Trip
from diagnostics.open_trips import OpenTrips

TRIP = Trip(0.0, 60.0, {})


def test_what_was_kept_counts_only_with_the_revision_of_its_transaction() -> None:
    kept = OpenTrips()
    kept.put(1, np.zeros((6, 3)), TRIP)
    assert kept.get(1, None) is None  # its transaction may still be rolled back
    kept.settle(1, "41")
    assert kept.get(1, "40") is None
    assert kept.get(1, "42") is None
    assert kept.get(2, "41") is None
    found = kept.get(1, "41")
    assert found is not None
    assert found.trip == TRIP


def test_the_oldest_goes_where_memory_is_full() -> None:
    kept = OpenTrips(most_bytes=3 * 6 * 3 * 8)
    for vehicle_id in range(5):
        kept.put(vehicle_id, np.zeros((6, 3)), TRIP)
        kept.settle(vehicle_id, "1")
    assert [vehicle_id for vehicle_id in range(5) if kept.get(vehicle_id, "1")] == [2, 3, 4]
    kept.put(4, np.zeros((12, 3)), TRIP)
    assert len(kept) == 2
