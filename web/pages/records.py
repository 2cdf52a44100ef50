"""Work that was done elsewhere: recorded by hand, or taken from a file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from booking_api import service_history, vehicle_plan
from booking_api.access import find_vehicle
from booking_api.access_policy import Action
from booking_api.dependencies import Database, PlannerDatabase
from booking_api.plan_answers import plan_answer
from maintenance_planner.history_import import HistoryFileError
from web.pages.garage import VinInPath
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter(prefix="/cars/{vin}/records")
Recording = Annotated[Visitor, Depends(page_for(Action.RECORD_SERVICE))]
_LARGEST_FILE: Final = 1_000_000


@router.get("")
async def forms(request: Request, vin: VinInPath, visitor: Recording, connection: Database) -> Response:
    vehicle = await find_vehicle(connection, visitor.access(Action.RECORD_SERVICE), vin)
    plan = plan_answer(await vehicle_plan.plan(connection, vehicle), visitor.language)
    return render(request, visitor, "records.html", vehicle=vehicle, items=plan.items)


@router.post("")
async def record(
    vin: VinInPath,
    visitor: Recording,
    connection: Database,
    planner: PlannerDatabase,
    performed_on: Annotated[date, Form()],
    item: Annotated[list[Annotated[str, Form(pattern=r"^[a-z0-9_]{1,64}$")]], Form(min_length=1, max_length=50)],
    odometer: Annotated[Literal[""] | Annotated[float, Form(ge=0, le=3_000_000)], Form()] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """A day that is still to come counts as today: clocks of people and of ours may differ by some hours."""
    done_on = min(performed_on, visitor.now.date())
    words = " ".join(note.replace("\0", " ").split()) or None
    work = service_history.DoneWork(tuple(item), done_on, odometer if odometer != "" else None, "km", words)
    await service_history.record(connection, planner, visitor.access(Action.RECORD_SERVICE), vin, work)
    return RedirectResponse(f"/cars/{vin}/history", 303)


@router.post("/file")
async def import_file(
    request: Request,
    vin: VinInPath,
    visitor: Recording,
    connection: Database,
    planner: PlannerDatabase,
    file: Annotated[UploadFile, File()],
    day_order: Annotated[Literal["", "dmy", "mdy"], Form()] = "",
) -> Response:
    """Takes every line that can be read and names the others with what is wrong."""
    content = await file.read(_LARGEST_FILE + 1)
    access, taken, said = visitor.access(Action.RECORD_SERVICE), None, None
    try:
        if len(content) > _LARGEST_FILE:
            raise HistoryFileError("the file is larger than a megabyte")
        taken = await service_history.import_file(connection, planner, access, vin, content, "km", day_order or None)
    except HistoryFileError as error:
        said = str(error)
    status = 422 if said else 200
    return render(request, visitor, "imported.html", status=status, vin=vin, taken=taken, said=said)
