"""Who may take which data. An owner: all of their own car, from the day on which it became theirs. An operator: the
fleet's, without positions, which are the owners'. Nobody else.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, time

from booking_api import store
from booking_api.errors import NotAllowedError
from booking_api.models import Caller
from booking_api.slot_search import find_vehicle
from data_export.choices import check_request
from data_export.models import ExportRequest
from data_export.pseudonyms import SALT_BYTES
from database.connection import Connection


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


async def of_vehicle(connection: Connection, caller: Caller, vin: str, asked: ExportRequest) -> ExportRequest:
    """What this caller gets of what was asked for of one car. Raises NotAllowedError, NotFoundError and ExportError."""
    if caller.role not in ("owner", "operator"):
        raise NotAllowedError("Only a car's owner and operators may export its data.")
    check_request(asked)
    vehicle = await find_vehicle(connection, caller, vin)
    of_car = replace(asked, vins=(vin,))
    if caller.role == "owner":
        return await _since_owned(connection, caller, vehicle["vehicle_id"], of_car)
    _refuse_positions(of_car)
    return of_car


def of_fleet(caller: Caller, asked: ExportRequest) -> ExportRequest:
    """Raises NotAllowedError and ExportError."""
    if caller.role != "operator":
        raise NotAllowedError("Only operators may export the data of the fleet. Export your own car by its VIN.")
    check_request(asked)
    _refuse_positions(asked)
    return replace(asked, vins=None)


def _refuse_positions(asked: ExportRequest) -> None:
    if asked.with_positions:
        raise NotAllowedError("Positions are personal data: only the car's owner may export them.")


async def _since_owned(connection: Connection, caller: Caller, vehicle_id: int, asked: ExportRequest) -> ExportRequest:
    """What was recorded before is of somebody else; a period that lies before it holds nothing."""
    since = await store.fetch_owned_since(connection, vehicle_id, caller.subject)
    assert since is not None  # find_vehicle has found the car as this owner's, in this transaction
    owned_from_at = datetime.combine(since, time(), UTC)
    return replace(asked, from_at=min(max(asked.from_at, owned_from_at), asked.to_at))
