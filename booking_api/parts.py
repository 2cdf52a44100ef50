"""When the parts of a visit are at a workshop: from its stock, or ordered with the hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from booking_api.local_days import local_date, local_day
from booking_api.models import PartLine, PartNeed, Workshop


@dataclass(frozen=True, slots=True)
class Stock:
    """One part at one workshop. `free`: on hand and not reserved. `superseded_by`: what is ordered in its place."""

    part: str
    free: float
    lead_days: int
    superseded_by: str | None = None


def part_lines(
    workshop: Workshop, needs: Iterable[PartNeed], stock: Mapping[str, Stock], now_minute: int
) -> tuple[PartLine, ...]:
    """One line per part; the visit may begin at the latest of their `ready_minute`."""
    return tuple(_line(workshop, need, stock, now_minute) for need in needs)


def ready_minute(lines: Sequence[PartLine]) -> int:
    return max((one.ready_minute for one in lines), default=0)


def _line(workshop: Workshop, need: PartNeed, stock: Mapping[str, Stock], now_minute: int) -> PartLine:
    """What is on hand is fitted first, old before new; what is not is ordered under its newest number."""
    chain = _chain(need.part, stock)
    for one in chain:
        if one.free >= need.quantity:
            return PartLine(one.part, need.quantity, "stock", now_minute)
    if not chain:
        ready = _morning(workshop, now_minute, workshop.parts_lead_days)
        return PartLine(need.part, need.quantity, "order" if workshop.parts_lead_days else "stock", ready)
    newest = chain[-1]
    lead_days = newest.lead_days if newest.superseded_by is None else workshop.parts_lead_days
    number = newest.superseded_by or newest.part
    return PartLine(number, need.quantity, "order", _morning(workshop, now_minute, lead_days))


def _chain(part: str, stock: Mapping[str, Stock]) -> list[Stock]:
    """The part and what supersedes it, as far as the workshop lists it."""
    chain: list[Stock] = []
    number: str | None = part
    while number is not None and number in stock and stock[number] not in chain:
        chain.append(stock[number])
        number = stock[number].superseded_by
    return chain


def _morning(workshop: Workshop, now_minute: int, lead_days: int) -> int:
    """Deliveries come before opening, so many local days from today."""
    if lead_days == 0:
        return now_minute
    on = local_date(now_minute, workshop.time_zone) + timedelta(days=lead_days)
    return local_day(on, workshop.time_zone).start_minute
