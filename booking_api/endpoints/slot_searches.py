"""Searching for a visit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from booking_api import slot_search
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.answers import slots_answer
from booking_api.dependencies import Database, LanguageOf, MemoryOf, access_to
from booking_api.schemas import SlotsAnswer, SlotSearch

router = APIRouter(prefix="/v1/slot-searches", tags=["bookings"])


@router.post("")
async def search_slots(
    body: SlotSearch,
    access: Annotated[Access, Depends(access_to(Action.SEARCH_SLOTS))],
    language: LanguageOf,
    connection: Database,
    memory: MemoryOf,
) -> SlotsAnswer:
    """At most ten visits, the best first; `soonest` is always among them, `closest` where a position is given."""
    found = await slot_search.search(connection, access, body.query(), memory)
    return slots_answer(found, language)
