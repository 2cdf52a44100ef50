"""For operators: what of a car has arrived, and what became of one message."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from booking_api import telemetry_continuity
from booking_api.access import Access, find_vehicle
from booking_api.access_policy import Action
from booking_api.dependencies import Database, access_to
from booking_api.endpoints.vehicles import VinInPath
from booking_api.operator_schemas import BootContinuityAnswer, KeptAnswer, PlaceAnswer, TraceAnswer

router = APIRouter(prefix="/v1/operations/vehicles", tags=["operations"])
Reading = Annotated[Access, Depends(access_to(Action.READ_CONTINUITY))]
SequenceInPath = Annotated[int, Path(ge=1, le=2**63 - 1)]
FrameAsked = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


@router.get("/{vin}/continuity")
async def read_continuity(access: Reading, vin: VinInPath, connection: Database) -> list[BootContinuityAnswer]:
    """Per start of the head unit, the newest first: what is stored, set aside, missing, and repeated."""
    await find_vehicle(connection, access, vin)
    boots = await telemetry_continuity.continuity(connection, vin)
    return [BootContinuityAnswer(**asdict(boot)) for boot in boots]


@router.get("/{vin}/messages/{boot_id}/{sequence}")
async def read_message(
    access: Reading,
    vin: VinInPath,
    boot_id: UUID,
    sequence: SequenceInPath,
    connection: Database,
    frame: FrameAsked = None,
) -> TraceAnswer:
    """Whether a message, or one frame of it, was stored: when, and where."""
    await find_vehicle(connection, access, vin)
    found = await telemetry_continuity.trace(connection, vin, boot_id, sequence, frame)
    return TraceAnswer(
        state=found.state,
        places=[PlaceAnswer(**place) for place in found.places],
        quarantine=[KeptAnswer(**row) for row in found.kept],
    )
