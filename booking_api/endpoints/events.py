"""What has happened to visits and was found about cars: page by page, or as it happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.dependencies import Database, PoolOf, access_to
from booking_api.events import feed, server_sent
from booking_api.events.cursors import BEGINNING, PATTERN, Cursor, read_cursor
from booking_api.paging import link_next
from booking_api.visit_answers import event_answer
from booking_api.visit_schemas import EventAnswer, FindingEventAnswer
from database.connection import Pool

router = APIRouter(prefix="/v1/events", tags=["events"])
Reading = Annotated[Access, Depends(access_to(Action.READ_EVENTS))]
CursorAsked = Annotated[str | None, Query(pattern=PATTERN, description="The `event_id` after which to go on.")]
Limit = Annotated[int, Query(ge=1, le=feed.PAGE)]
Seconds = Annotated[int, Query(ge=0, le=3600, description="After so long the stream ends; a browser connects again.")]

_LOOK_EVERY_SECONDS: Final = 0.5
_HEARTBEAT_SECONDS: Final = 15.0
_RETRY_MS: Final = 1000


@router.get("")
async def list_events(
    request: Request,
    response: Response,
    access: Reading,
    connection: Database,
    cursor: CursorAsked = None,
    limit: Limit = 100,
) -> list[EventAnswer | FindingEventAnswer]:
    """The oldest first: of every visit that the caller may see, and what is found about every car whose health they may
    read. Without a next page: that is all there is now.
    """
    found = await feed.read_events(connection, access, (cursor and read_cursor(cursor)) or BEGINNING, limit)
    link_next(request, response, found, limit, found[-1].cursor if found else None)
    return [event_answer(one) for one in found]


@router.get("/stream", response_class=StreamingResponse, responses={200: {"content": {server_sent.MEDIA_TYPE: {}}}})
async def stream_events(
    request: Request,
    access: Reading,
    pool: PoolOf,
    last_event_id: Annotated[str | None, Header(pattern=PATTERN)] = None,
    cursor: CursorAsked = None,
    for_seconds: Seconds = 3600,
) -> StreamingResponse:
    """Server-sent events. With `Last-Event-ID` (or `cursor`) everything since that one comes first, then what happens.

    Without it only what is still to come. The first message, `ready`, has an id too: who keeps it misses nothing.
    """
    asked = last_event_id or cursor
    after = read_cursor(asked) if asked else None
    if after is None:
        async with pool.connection() as connection:
            after = await feed.newest(connection)
    lines = _lines(request, pool, access, after, for_seconds)
    return StreamingResponse(lines, media_type=server_sent.MEDIA_TYPE, headers={"Cache-Control": "no-store"})


async def _lines(request: Request, pool: Pool, access: Access, after: Cursor, for_seconds: int) -> AsyncIterator[bytes]:
    """A connection is taken for each look alone: a hundred open pages need no hundred connections."""
    begun_at = said_at = time.monotonic()
    ends_at = begun_at + for_seconds
    yield server_sent.opening(after, _RETRY_MS)
    while True:
        async with pool.connection() as connection:
            now = access.now + timedelta(seconds=time.monotonic() - begun_at)  # a consent may end meanwhile
            found = await feed.read_events(connection, replace(access, now=now), after)
        for one in found:
            after, said_at = one.cursor, time.monotonic()
            yield server_sent.message(after, one.row["kind"], event_answer(one).model_dump_json())
        if time.monotonic() >= ends_at or await request.is_disconnected():
            return
        if time.monotonic() - said_at > _HEARTBEAT_SECONDS:
            said_at = time.monotonic()
            yield server_sent.HEARTBEAT
        if len(found) < feed.PAGE:
            await asyncio.sleep(min(_LOOK_EVERY_SECONDS, max(0.0, ends_at - time.monotonic())))
