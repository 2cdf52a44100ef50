"""For operators: what was set aside, and driving it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from booking_api import quarantine
from booking_api.dependencies import Database, LanguageOf, OperatorOf, StreamOf
from booking_api.languages import in_language
from booking_api.operator_schemas import (
    KeptAnswer,
    KeptMessageAnswer,
    NewRedrive,
    PassedOver,
    QuarantineId,
    RedriveAnswer,
)
from booking_api.schemas import VIN_PATTERN, Instant
from telemetry_schema.refusals import RefusalReason

router = APIRouter(prefix="/v1/operations", tags=["operations"])
VinAsked = Annotated[str | None, Query(pattern=VIN_PATTERN)]
Maximum = Annotated[int, Query(ge=1, le=1000)]


@router.get("/quarantine")
async def list_quarantine(
    _operator: OperatorOf,
    connection: Database,
    vin: VinAsked = None,
    reason: RefusalReason | None = None,
    since: Instant | None = None,
    waiting: bool = True,
    before_id: QuarantineId | None = None,
    maximum: Maximum = 100,
) -> list[KeptAnswer]:
    """The latest first; the next page begins with the last one's number as `before_id`.

    `waiting=false` shows also what is settled.
    """
    wanted = quarantine.Filter(vin, reason, since, waiting, before_id, maximum)
    return [KeptAnswer(**row) for row in await quarantine.kept_messages(connection, wanted)]


@router.get("/quarantine/{quarantine_id}")
async def read_quarantine(
    _operator: OperatorOf,
    quarantine_id: Annotated[int, Path(ge=1, le=2**63 - 1)],
    language: LanguageOf,
    connection: Database,
) -> KeptMessageAnswer:
    """One message: why it was set aside, what can be read of it today, what to do."""
    found = await quarantine.kept_message(connection, quarantine_id)
    words = in_language(found.advice, language)
    return KeptMessageAnswer(**found.row, decoded=found.decoded, advice=words)


@router.post("/redrives", status_code=status.HTTP_202_ACCEPTED)
async def request_redrive(
    operator: OperatorOf, asked: NewRedrive, language: LanguageOf, connection: Database, stream: StreamOf
) -> RedriveAnswer:
    """Takes messages through today's admission again. What is stored is stored once; what cannot be taken stays."""
    requested = await quarantine.request_redrive(
        connection, stream, asked.quarantine_ids, operator.subject, asked.clock_offset_ms
    )
    passed_over = [
        PassedOver(quarantine_id=number, why=in_language(why, language))
        for number, why in requested.passed_over.items()
    ]
    return RedriveAnswer(quarantine_ids=list(requested.quarantine_ids), passed_over=passed_over)
