"""A car's faults: what they may come from, what to check next, and what the workshop found."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, status

from booking_api import faults
from booking_api.access import Access, find_vehicle
from booking_api.access_policy import Action
from booking_api.dependencies import Database, LanguageOf, StreamOf, access_to
from booking_api.fault_answers import faults_answer
from booking_api.fault_schemas import FaultsAnswer, NewConfirmedCause, NewTestResult, ReportTaken
from booking_api.idempotency import OnceRoute
from booking_api.schemas import VIN_PATTERN

router = APIRouter(prefix="/v1/vehicles/{vin}/faults", tags=["faults"], route_class=OnceRoute)
VinInPath = Annotated[str, Path(pattern=VIN_PATTERN)]
Reporting = Annotated[Access, Depends(access_to(Action.REPORT_ON_FAULT))]


@router.get("")
async def read_faults(
    vin: VinInPath,
    access: Annotated[Access, Depends(access_to(Action.READ_FAULTS))],
    language: LanguageOf,
    connection: Database,
) -> FaultsAnswer:
    """What is wrong, in a sentence each, and whether the car may be driven.

    For the workshop's people also `work`: the ranked causes with the evidence for and against, the next tests with the
    values to expect, the parts kit and the labour.
    """
    vehicle = await find_vehicle(connection, access, vin)
    return access.shown(faults_answer(vin, await faults.faults(connection, vehicle), language), vehicle)


@router.post("/{fault_id}/test-results", status_code=status.HTTP_202_ACCEPTED)
async def report_test(
    vin: VinInPath,
    fault_id: UUID,
    asked: NewTestResult,
    access: Reporting,
    connection: Database,
    stream: StreamOf,
) -> ReportTaken:
    """For technicians: the result of a test changes the ranking. The newest result of a check stands."""
    told = faults.Told(vin, fault_id, asked.booking_id, "test", asked.check, asked.result)
    await faults.report(connection, stream, access, told)
    return ReportTaken(fault_id=fault_id, taken_at=access.now)


@router.put("/{fault_id}/confirmed-cause", status_code=status.HTTP_202_ACCEPTED)
async def confirm_cause(
    vin: VinInPath,
    fault_id: UUID,
    asked: NewConfirmedCause,
    access: Reporting,
    connection: Database,
    stream: StreamOf,
) -> ReportTaken:
    """For technicians: what it was. Also once the fault is over. It counts for later cars with the same symptoms."""
    told = faults.Told(vin, fault_id, asked.booking_id, "cause", "", asked.cause)
    await faults.report(connection, stream, access, told)
    return ReportTaken(fault_id=fault_id, taken_at=access.now)
