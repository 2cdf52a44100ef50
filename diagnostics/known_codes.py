"""The codes of cars as their reports have told them so far: a new report costs one report and not a car's years.

Only a shortcut: what is kept of a car counts while as many reports as it was made of are stored up to its last one.
A report that comes late, and a car that is not here, are read from the beginning, with the same result.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from database.connection import Connection
from diagnostics import code_store
from diagnostics.code_episodes import CodeLife, CodeLives

_MOST_CARS: Final = 10_000
_NEVER_S: Final = float("-inf")


@dataclass(slots=True)
class _Known:
    """Of so many reports, the last of them at `until_s`. What is stored of them is right up to `settled_s`, while the
    car's row is of this revision.
    """

    reports: int = 0
    until_s: float = _NEVER_S
    settled_s: float = _NEVER_S
    revision: str | None = None
    lives: CodeLives = field(default_factory=CodeLives)


class KnownCodes:
    """Those of the cars that were asked for last."""

    def __init__(self, most_cars: int = _MOST_CARS) -> None:
        self._most_cars = most_cars
        self._by_vehicle: OrderedDict[int, _Known] = OrderedDict()

    async def lives(self, connection: Connection, vehicle_ids: Collection[int]) -> dict[int, list[CodeLife]]:
        """Every code that was ever told, by vehicle; a car without any report is left out."""
        known = {one: self._by_vehicle.pop(one, _Known()) for one in vehicle_ids}
        counted = await code_store.count_code_reports(connection, {one: of.until_s for one, of in known.items()})
        known |= {one: _Known() for one, of in known.items() if counted.get(one, 0) != of.reports}
        news = await code_store.fetch_code_reports(connection, {one: of.until_s for one, of in known.items()})
        for vehicle_id, reports in news.items():
            of_car = known[vehicle_id]
            of_car.lives.take(reports)
            of_car.reports += len(reports)
            of_car.until_s = max(one.at_s for one in reports)
        told = {one: of for one, of in known.items() if of.reports}
        self._by_vehicle |= told
        while len(self._by_vehicle) > self._most_cars:
            self._by_vehicle.popitem(last=False)
        return {one: of.lives.in_order() for one, of in told.items()}

    def settled_s(self, vehicle_id: int, revision: str | None) -> float:
        """Up to which instant nothing of the car's codes need be compared with what is stored: its row is as it was."""
        known = self._by_vehicle.get(vehicle_id)
        return known.settled_s if known and known.revision is not None and known.revision == revision else _NEVER_S

    def settle(self, vehicle_id: int, before: str | None, revision: str, *, told: bool) -> None:
        """The car's row has another revision now. `told`: with all that is known of its codes here."""
        known = self._by_vehicle.get(vehicle_id)
        if known is None:
            return
        if told:
            known.settled_s = known.until_s
        if told or known.revision == before:
            known.revision = revision
