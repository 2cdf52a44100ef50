"""What the pages of a car show to those who repair it, beside what its owner sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from booking_api.access_policy import Action
from booking_api.errors import NotFoundError
from booking_api.fault_schemas import FaultWork
from booking_api.models import PartNeed
from booking_api.visit_answers import cause_text
from booking_api.workbench import cases
from booking_api.workbench.cases import Supply
from database.connection import Connection
from web.cars import Car
from web.code_axis import Axis, place_codes
from web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Bench:
    """`similar`: with the `text` of each cause. `supply`: by part; empty where no workshop is described."""

    work: FaultWork
    similar: Sequence[Mapping[str, Any]]
    supply: Mapping[str, Supply]


async def read_codes(connection: Connection, visitor: Visitor, car: Car) -> Axis | None:
    """None: for somebody who does not repair."""
    if not visitor.may(Action.ADVANCE_VISIT):
        return None
    return place_codes(await cases.code_lives(connection, car.vehicle), visitor.now)


async def read_bench(connection: Connection, visitor: Visitor, car: Car, work: FaultWork | None) -> Bench | None:
    """Of one fault of a car that the visitor has read. None: its causes are not for this visitor."""
    if work is None:
        return None
    rows = await cases.similar_cases(connection, car.vehicle, work.fault_id)
    similar = [{**row, "text": cause_text(row["cause"], visitor.language)} for row in rows]
    return Bench(work, similar, await _supply(connection, visitor, work))


async def _supply(connection: Connection, visitor: Visitor, work: FaultWork) -> Mapping[str, Supply]:
    needs = [PartNeed(one.part, one.quantity) for one in work.kit]
    try:
        return await cases.supply(connection, visitor.access(Action.ADVANCE_VISIT), needs)
    except NotFoundError:
        return {}
