"""The garage, and the pages of one car: how it is, what is wrong, what was done."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from booking_api import error_texts, evidence, service_history, vehicle_plan
from booking_api.access import find_vehicle
from booking_api.access_policy import Action
from booking_api.dependencies import Database
from booking_api.errors import NotFoundError
from booking_api.plan_answers import change_answer
from booking_api.plan_schemas import ServiceRecordAnswer
from booking_api.schemas import VIN_PATTERN
from diagnostics.pictures.svg import draw
from web.bench import read_bench, read_codes
from web.cars import read_car, read_garage, read_visits
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter()
VinInPath = Annotated[str, Path(pattern=VIN_PATTERN)]
_PICTURE_HEADERS = {
    "Cache-Control": "private, max-age=60",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Vary": "Cookie, Accept-Language",
}


@router.get("/garage")
async def garage(
    request: Request,
    visitor: Annotated[Visitor, Depends(page_for(Action.LIST_VEHICLES))],
    connection: Database,
    after_vin: Annotated[str | None, Query(alias="after", pattern=VIN_PATTERN)] = None,
) -> Response:
    """The cars after that one where one is named: of many there are several pages."""
    return render(request, visitor, "garage.html", garage=await read_garage(connection, visitor, after_vin))


@router.get("/cars/{vin}")
async def car(
    request: Request,
    vin: VinInPath,
    visitor: Annotated[Visitor, Depends(page_for(Action.READ_HEALTH))],
    connection: Database,
) -> Response:
    found = await read_car(connection, visitor, vin)
    return render(request, visitor, "car.html", car=found, codes=await read_codes(connection, visitor, found))


@router.get("/cars/{vin}/concerns/{concern_id}")
async def concern(
    request: Request,
    vin: VinInPath,
    concern_id: UUID,
    visitor: Annotated[Visitor, Depends(page_for(Action.READ_FAULTS))],
    connection: Database,
    told: bool = False,
) -> Response:
    """A fault or a finding; where it is over, the page says so. For the workshop's people with what to check."""
    found = await read_car(connection, visitor, vin)
    work = next((one for one in found.faults.work or () if one.fault_id == concern_id), None)
    return render(
        request,
        visitor,
        "concern.html",
        status=200 if found.concern(concern_id) else 404,
        car=found,
        concern=found.concern(concern_id),
        bench=await read_bench(connection, visitor, found, work),
        visit=next((one for one in found.bookings if one.starts_at <= visitor.now and one.status != "held"), None),
        told=told,
    )


@router.get("/cars/{vin}/evidence/{finding_id}.svg")
async def evidence_picture(
    vin: VinInPath,
    finding_id: UUID,
    visitor: Annotated[Visitor, Depends(page_for(Action.READ_HEALTH))],
    connection: Database,
) -> Response:
    access = visitor.access(Action.READ_HEALTH)
    vehicle = await find_vehicle(connection, access, vin)
    decision = access.decide(vehicle)
    picture = await evidence.picture_of(
        connection,
        finding_id,
        vehicle_id=vehicle["vehicle_id"],
        language=visitor.language,
        zone=ZoneInfo(str(visitor.zone)),
        with_signals=decision is not None and "latest_state" not in decision.hidden,
    )
    return Response(draw(picture), media_type="image/svg+xml", headers=_PICTURE_HEADERS)


@router.get("/cars/{vin}/history")
async def history(
    request: Request,
    vin: VinInPath,
    visitor: Annotated[Visitor, Depends(page_for(Action.READ_HISTORY))],
    connection: Database,
) -> Response:
    """What was done, what became of it, and what the planner has told since."""
    access = visitor.access(Action.READ_HISTORY)
    records = [ServiceRecordAnswer(**row) for row in await service_history.records(connection, access, vin)]
    found = await read_car(connection, visitor, vin)
    if found.plan is None:
        raise NotFoundError(error_texts.NO_CAR)
    changes = [change_answer(row, visitor.language) for row in await vehicle_plan.changes(connection, found.vehicle)]
    visits = [one for one in await read_visits(connection, visitor, vin) if one.ends_at <= visitor.now]
    titles = {one.item: one.title for one in found.plan.items}
    return render(
        request, visitor, "history.html", car=found, records=records, changes=changes, visits=visits, titles=titles
    )
