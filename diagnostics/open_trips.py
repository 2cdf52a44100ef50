"""Bins of trips that may still go on, so that one more minute of driving costs one minute of reading. Pure.

Only a shortcut: a car that is not here, or whose row another worker or a rolled-back batch has touched, is read from
the stored samples, with the same result. `revision` is what ties what is kept to the row of the car.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from diagnostics.history import Trip
from diagnostics.samples import Floats

MOST_BYTES: Final = 256 * 2**20


@dataclass(slots=True)
class OpenTrip:
    """`bins` has shape (n, 1 + signals): instants, then samples.SIGNALS."""

    bins: Floats
    trip: Trip
    revision: str | None = None


class OpenTrips:
    """Those used last, up to `most_bytes`."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._by_vehicle: OrderedDict[int, OpenTrip] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_vehicle)

    def get(self, vehicle_id: int, revision: str | None) -> OpenTrip | None:
        """None where nothing is kept, or where the car's row is another than when it was kept."""
        found = self._by_vehicle.get(vehicle_id)
        return found if found and found.revision is not None and found.revision == revision else None

    def put(self, vehicle_id: int, bins: Floats, trip: Trip) -> None:
        """Counts only once `settle` has named the revision of the car's row that goes with it."""
        self.drop(vehicle_id)
        self._by_vehicle[vehicle_id] = OpenTrip(bins, trip)
        self._bytes += bins.nbytes
        while self._bytes > self._most_bytes:
            self.drop(next(iter(self._by_vehicle)))

    def settle(self, vehicle_id: int, revision: str) -> None:
        if vehicle_id in self._by_vehicle:
            self._by_vehicle[vehicle_id].revision = revision

    def drop(self, vehicle_id: int) -> None:
        gone = self._by_vehicle.pop(vehicle_id, None)
        self._bytes -= gone.bins.nbytes if gone else 0
