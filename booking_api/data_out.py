"""How much of a car leaves. Its owner: everything, from the day on which it became theirs. Its fleet: the same without
positions, which are its drivers'. An operator: without positions, which are the owners'.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, time

from booking_api import error_texts, store
from booking_api.access import Access, find_vehicle, owner_of, write_down_fleet
from booking_api.access_policy import PERSONAL_POSITIONS
from booking_api.errors import NotAllowedError
from data_export.choices import check_request
from data_export.models import ExportRequest
from data_export.pseudonyms import SALT_BYTES
from database.connection import Connection


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


async def of_vehicle(connection: Connection, access: Access, vin: str, asked: ExportRequest) -> ExportRequest:
    """What this caller gets of what was asked for of one car. Raises NotAllowedError, NotFoundError and ExportError."""
    check_request(asked)
    vehicle = await find_vehicle(connection, access, vin)
    decision = access.decide(vehicle)
    assert decision is not None  # find_vehicle has found the car
    of_car = replace(asked, vins=(vin,))
    if decision.relation not in PERSONAL_POSITIONS:
        _refuse_positions(of_car)
    owner_id = owner_of(access.caller, decision.relation)
    return of_car if owner_id is None else await _since_owned(connection, owner_id, vehicle["vehicle_id"], of_car)


async def of_fleet(connection: Connection, access: Access, asked: ExportRequest) -> ExportRequest:
    """Raises NotAllowedError and ExportError."""
    check_request(asked)
    _refuse_positions(asked)
    await write_down_fleet(connection, access)
    return replace(asked, vins=None)


def _refuse_positions(asked: ExportRequest) -> None:
    if asked.with_positions:
        raise NotAllowedError(error_texts.NO_POSITIONS)


async def _since_owned(connection: Connection, owner_id: str, vehicle_id: int, asked: ExportRequest) -> ExportRequest:
    """What was recorded before is of somebody else; a period that lies before it holds nothing."""
    since = await store.fetch_owned_since(connection, vehicle_id, owner_id)
    assert since is not None  # the car was found as this owner's, in this transaction
    owned_from_at = datetime.combine(since, time(), UTC)
    return replace(asked, from_at=min(max(asked.from_at, owned_from_at), asked.to_at))
