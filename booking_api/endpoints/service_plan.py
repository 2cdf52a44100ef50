"""Work that was done on a car, and how its service plan stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from fastapi.exceptions import RequestValidationError

from booking_api import service_history, vehicle_plan
from booking_api.access import Access, find_vehicle
from booking_api.access_policy import Action
from booking_api.dependencies import Database, LanguageOf, PlannerDatabase, access_to
from booking_api.endpoints.vehicles import VinInPath
from booking_api.idempotency import OnceRoute
from booking_api.plan_answers import change_answer, plan_answer, status_answer
from booking_api.plan_schemas import (
    ChangeAnswer,
    ImportAnswer,
    LineErrorAnswer,
    NewServiceRecord,
    PlanAnswer,
    ServiceRecordAnswer,
    StatusAnswer,
)
from maintenance_planner.history_import import DayOrder, Unit

router = APIRouter(prefix="/v1/vehicles/{vin}", tags=["service plan"], route_class=OnceRoute)
ReadingDue = Annotated[Access, Depends(access_to(Action.READ_DUE))]
Reading = Annotated[Access, Depends(access_to(Action.READ_HISTORY))]
Recording = Annotated[Access, Depends(access_to(Action.RECORD_SERVICE))]
UnitAsked = Annotated[Unit, Query(description="Of odometers that name none.")]
DayOrderAsked = Annotated[DayOrder | None, Query(description="Where 3/4/2026 may be two days.")]
CsvFile = Annotated[bytes, Body(media_type="text/csv")]


@router.get("/plan")
async def read_plan(vin: VinInPath, access: ReadingDue, language: LanguageOf, connection: Database) -> PlanAnswer:
    """How the car is used, how each item of its plan stands, which visits come, what the last ones have done."""
    vehicle = await find_vehicle(connection, access, vin)
    return plan_answer(await vehicle_plan.plan(connection, vehicle), language)


@router.get("/due/changes")
async def list_changes(
    vin: VinInPath, access: ReadingDue, language: LanguageOf, connection: Database
) -> list[ChangeAnswer]:
    """When a recommendation was opened, changed or closed, and why. The latest first."""
    vehicle = await find_vehicle(connection, access, vin)
    return [change_answer(row, language) for row in await vehicle_plan.changes(connection, vehicle)]


@router.get("/service-records")
async def list_records(vin: VinInPath, access: Reading, connection: Database) -> list[ServiceRecordAnswer]:
    """The latest first."""
    return [ServiceRecordAnswer(**row) for row in await service_history.records(connection, access, vin)]


@router.post("/service-records", status_code=201)
async def record(
    vin: VinInPath,
    body: NewServiceRecord,
    access: Recording,
    language: LanguageOf,
    connection: Database,
    planner: PlannerDatabase,
) -> list[StatusAnswer]:
    """Closes these items and starts their next intervals, and says how the plan stands then.

    The same again changes nothing.
    """
    if body.performed_on > access.now.date():
        raise _in_the_future()
    work = service_history.DoneWork(tuple(body.items), body.performed_on, body.odometer, body.unit, body.note)
    return [
        status_answer(row, language) for row in await service_history.record(connection, planner, access, vin, work)
    ]


@router.post("/history-imports")
async def import_history(
    vin: VinInPath,
    content: CsvFile,
    access: Recording,
    language: LanguageOf,
    connection: Database,
    planner: PlannerDatabase,
    unit: UnitAsked = "km",
    day_order: DayOrderAsked = None,
) -> ImportAnswer:
    """Takes a CSV of item, performed_on, odometer, note, or an export of LubeLogger.

    Each line that cannot be taken is named.
    """
    done = await service_history.import_file(connection, planner, access, vin, content, unit, day_order)
    errors = [LineErrorAnswer(line=one.line, column=one.column, message=one.texts[language]) for one in done.errors]
    return ImportAnswer(lines=done.lines, changed=done.changed, errors=errors)


def _in_the_future() -> RequestValidationError:
    message = "work that was done lies in the past: send today's date or an earlier one"
    return RequestValidationError([{"type": "value_error", "loc": ("body", "performed_on"), "msg": message}])
