"""Where trips that may still go on stand, so that one more minute of driving costs one minute of work. Pure.

Only a shortcut: a car that is not here, or whose row another worker or a rolled-back batch has touched, is read from
the stored samples, with the same result. `revision` is what ties what is kept to the row of the car. Beside the newest
state two earlier ones stay, so that a minute or two that come late cost minutes too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from diagnostics.history import Trip
from diagnostics.trip_states import TripState

MOST_BYTES: Final = 256 * 2**20
_TRIP_BYTES: Final = 6_000  # of a dict of a hundred numbers
APART_SECONDS: Final = 300.0
"""At least, between the earlier states that are kept."""


class Standing(NamedTuple):
    """A trip with every bin before `until_s`, and what that says."""

    until_s: float
    state: TripState
    trip: Trip


@dataclass(slots=True)
class OpenTrip:
    """`standings`, the newest first."""

    standings: tuple[Standing, ...]
    bytes: int
    revision: str | None = None

    @property
    def trip(self) -> Trip:
        return self.standings[0].trip

    def before(self, from_s: float) -> tuple[Standing, ...]:
        """Those that nothing since an instant is in."""
        return tuple(one for one in self.standings if one.until_s <= from_s)


class OpenTrips:
    """Those used last, up to `most_bytes`."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._by_vehicle: OrderedDict[int, OpenTrip] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_vehicle)

    @property
    def bytes(self) -> int:
        """About what all of them take of memory."""
        return self._bytes

    def get(self, vehicle_id: int, revision: str | None) -> OpenTrip | None:
        """None where nothing is kept, or where the car's row is another than when it was kept."""
        found = self._by_vehicle.get(vehicle_id)
        return found if found and found.revision is not None and found.revision == revision else None

    def put(self, vehicle_id: int, standings: Sequence[Standing]) -> None:
        """`standings` as `stand` gives them. Counts only once `settle` has named the revision of the car's row."""
        self.drop(vehicle_id)
        size = sum(one.state.bytes + _TRIP_BYTES for one in standings)
        kept = self._by_vehicle[vehicle_id] = OpenTrip(tuple(standings), size)
        self._bytes += kept.bytes
        while self._bytes > self._most_bytes:
            self.drop(next(iter(self._by_vehicle)))

    def settle(self, vehicle_id: int, revision: str) -> None:
        if vehicle_id in self._by_vehicle:
            self._by_vehicle[vehicle_id].revision = revision

    def drop(self, vehicle_id: int) -> None:
        gone = self._by_vehicle.pop(vehicle_id, None)
        self._bytes -= gone.bytes if gone else 0


def stand(newest: Standing, earlier: Sequence[Standing] = ()) -> tuple[Standing, ...]:
    """What to keep: the newest, and of the earlier ones of the same trip two at most, minutes apart."""
    before = [one for one in earlier if one.state.started_s == newest.state.started_s and one.until_s < newest.until_s]
    if len(before) > 1 and before[0].until_s - before[1].until_s < APART_SECONDS:
        del before[0]
    return (newest, *before[:2])
