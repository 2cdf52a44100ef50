"""For operators: what was set aside, and driving it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status

from booking_api import quarantine
from booking_api.access import Access, write_down_vins
from booking_api.access_policy import Action
from booking_api.dependencies import Database, LanguageOf, StreamOf, access_to
from booking_api.idempotency import OnceRoute
from booking_api.languages import in_language
from booking_api.operator_schemas import (
    KeptAnswer,
    KeptMessageAnswer,
    NewRedrive,
    PassedOver,
    QuarantineId,
    RedriveAnswer,
)
from booking_api.paging import link_next
from booking_api.schemas import VIN_PATTERN, Instant
from telemetry_schema.refusals import RefusalReason

router = APIRouter(prefix="/v1/operations", tags=["operations"], route_class=OnceRoute)
Reading = Annotated[Access, Depends(access_to(Action.READ_QUARANTINE))]
VinAsked = Annotated[str | None, Query(pattern=VIN_PATTERN)]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("/quarantine")
async def list_quarantine(
    access: Reading,
    connection: Database,
    request: Request,
    response: Response,
    vin: VinAsked = None,
    reason: RefusalReason | None = None,
    since: Instant | None = None,
    waiting: bool = True,
    cursor: QuarantineId | None = None,
    limit: Limit = 100,
) -> list[KeptAnswer]:
    """The latest first. `waiting=false` shows also what is settled."""
    wanted = quarantine.Filter(vin, reason, since, waiting, cursor, limit)
    rows = await quarantine.kept_messages(connection, wanted)
    link_next(request, response, rows, limit, rows[-1]["quarantine_id"] if rows else None)
    await write_down_vins(connection, access, (row["vin"] for row in rows))
    return [KeptAnswer(**row) for row in rows]


@router.get("/quarantine/{quarantine_id}")
async def read_quarantine(
    access: Reading,
    quarantine_id: Annotated[int, Path(ge=1, le=2**63 - 1)],
    language: LanguageOf,
    connection: Database,
) -> KeptMessageAnswer:
    """One message: why it was set aside, what can be read of it today, what to do."""
    found = await quarantine.kept_message(connection, quarantine_id)
    await write_down_vins(connection, access, [found.row["vin"]])
    words = in_language(found.advice, language)
    return KeptMessageAnswer(**found.row, decoded=found.decoded, advice=words)


@router.post("/redrives", status_code=status.HTTP_202_ACCEPTED)
async def request_redrive(
    access: Annotated[Access, Depends(access_to(Action.REDRIVE))],
    asked: NewRedrive,
    language: LanguageOf,
    connection: Database,
    stream: StreamOf,
) -> RedriveAnswer:
    """Takes messages through today's admission again. What is stored is stored once; what cannot be taken stays."""
    requested = await quarantine.request_redrive(
        connection, stream, asked.quarantine_ids, access.caller.subject, asked.clock_offset_ms
    )
    passed_over = [
        PassedOver(quarantine_id=number, why=in_language(why, language))
        for number, why in requested.passed_over.items()
    ]
    return RedriveAnswer(quarantine_ids=list(requested.quarantine_ids), passed_over=passed_over)
