"""Searching for a visit."""

from __future__ import annotations

from fastapi import APIRouter

from booking_api import slot_search
from booking_api.answers import slots_answer
from booking_api.dependencies import CallerOf, Database, LanguageOf, Now
from booking_api.schemas import SlotsAnswer, SlotSearch

router = APIRouter(prefix="/v1/slot-searches", tags=["bookings"])


@router.post("")
async def search_slots(
    body: SlotSearch, caller: CallerOf, language: LanguageOf, now: Now, connection: Database
) -> SlotsAnswer:
    """At most ten visits, the best first; `soonest` is always among them, `closest` where a position is given."""
    return slots_answer(await slot_search.search(connection, caller, body.query(), now), language)
