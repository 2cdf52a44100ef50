"""A visit while the car is at the workshop, and what has happened to it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.dependencies import Database, LanguageOf, PlannerDatabase, StreamOf, access_to
from booking_api.endpoints.bookings import Reading, shown_with_version
from booking_api.etags import IfMatch, version_in
from booking_api.idempotency import OnceRoute
from booking_api.schemas import BookingAnswer
from booking_api.service_history import DoneWork
from booking_api.visit_answers import story_answer
from booking_api.visit_schemas import NewClosing, NewDecision, NewEnd, NewEstimate, NewStep, VisitStoryAnswer
from booking_api.visits import closing, estimates, extending
from booking_api.visits import service as visits
from booking_api.visits.story import tell_story

router = APIRouter(prefix="/v1/bookings/{booking_id}", tags=["visits"], route_class=OnceRoute)
Advancing = Annotated[Access, Depends(access_to(Action.ADVANCE_VISIT))]


@router.get("/visit")
async def read_visit(
    booking_id: UUID, response: Response, access: Reading, language: LanguageOf, connection: Database
) -> VisitStoryAnswer:
    """The estimate, what has happened, what the caller may do next, and whether the repair holds by the car's data."""
    story = await tell_story(connection, access, booking_id)
    booking = shown_with_version(access, story.found, response, language)
    return story_answer(story, booking, language)


@router.post("/steps")
async def take_step(
    booking_id: UUID,
    body: NewStep,
    response: Response,
    access: Advancing,
    language: LanguageOf,
    connection: Database,
    if_match: IfMatch = None,
) -> BookingAnswer:
    """For the workshop: the car is checked in, inspected, repaired, ready; or nobody came.

    Where the step leads nowhere from here, `step-not-allowed` names those that do.
    """
    found = await visits.take_step(connection, access, booking_id, body.step, version_in(if_match))
    return shown_with_version(access, found, response, language)


@router.put("/end")
async def extend(
    booking_id: UUID,
    body: NewEnd,
    response: Response,
    access: Advancing,
    language: LanguageOf,
    connection: Database,
    if_match: IfMatch = None,
) -> BookingAnswer:
    """For the workshop: the work takes longer, or less long. `slot-taken`: somebody else has the bay or the people."""
    found = await extending.extend(connection, access, booking_id, body.ends_at, version_in(if_match))
    return shown_with_version(access, found, response, language)


@router.put("/estimate")
async def offer_estimate(
    booking_id: UUID,
    body: NewEstimate,
    response: Response,
    access: Advancing,
    language: LanguageOf,
    connection: Database,
    if_match: IfMatch = None,
) -> BookingAnswer:
    """For the workshop: what it has found and asks for. It stands in place of lines that are still undecided."""
    lines = [estimates.Line(one.title, one.urgency, one.minutes, one.cost_eur) for one in body.lines]
    found = await estimates.offer(connection, access, booking_id, lines, version_in(if_match))
    return shown_with_version(access, found, response, language)


@router.put("/estimate/decision")
async def decide_estimate(
    booking_id: UUID,
    body: NewDecision,
    response: Response,
    access: Annotated[Access, Depends(access_to(Action.DECIDE_ESTIMATE))],
    language: LanguageOf,
    connection: Database,
    if_match: IfMatch = None,
) -> BookingAnswer:
    """For the owner: which lines are to be done. Nothing is begun before."""
    version = version_in(if_match)
    found = await estimates.decide(connection, access, booking_id, body.approved, body.declined, version)
    return shown_with_version(access, found, response, language)


@router.put("/closing")
async def close_visit(
    booking_id: UUID,
    body: NewClosing,
    response: Response,
    access: Advancing,
    language: LanguageOf,
    connection: Database,
    planner: PlannerDatabase,
    stream: StreamOf,
    if_match: IfMatch = None,
) -> BookingAnswer:
    """What it was and what was done. Causes, which only a technician names, count for later cars with such symptoms;
    the items begin their next interval, and the car's own data say in the coming days whether the repair holds.
    """
    items = tuple(dict.fromkeys(body.items))
    work = DoneWork(items, access.now.date(), body.odometer, body.unit, None)
    causes = [closing.Cause(one.fault_id, one.cause) for one in body.causes]
    version = version_in(if_match)
    found = await closing.close(connection, planner, stream, access, booking_id, work, causes, version)
    return shown_with_version(access, found, response, language)
