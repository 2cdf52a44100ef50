"""Brings a fleet into a running stack: vehicles, owners, broker accounts, and the file that the cars start from."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from database.connection import Connection
from servicelane.broker_accounts import set_accounts
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest


@dataclass(frozen=True, slots=True)
class FleetMember:
    """A car to enrol: what the backend must know of it, and what its simulator or replay needs besides."""

    request: EnrolmentRequest
    owner_id: str
    details: Mapping[str, Any]


async def enrol_fleet(
    connection: Connection, broker_folder: Path, members: Sequence[FleetMember], fleet_file: Path
) -> None:
    """Enrols what is new, gives every car a fresh password, and writes `fleet_file` (owner-readable only)."""
    entries = []
    for member in members:
        password = await _enrol(connection, member)
        entries.append({**member.details, "vin": member.request.vin, "password": password})
    await asyncio.to_thread(set_accounts, broker_folder, await vehicles.broker_accounts(connection))
    fleet_file.parent.mkdir(parents=True, exist_ok=True)
    fleet_file.touch(mode=0o600)
    fleet_file.write_text(json.dumps(entries, indent=1))


async def _enrol(connection: Connection, member: FleetMember) -> str:
    known = await vehicles.find_by_vin(connection, member.request.vin)
    if known is not None:
        return await vehicles.reissue_password(connection, known.vehicle_id)
    enrolment = await vehicles.enrol(connection, member.request)
    await vehicles.register_owner(connection, member.owner_id, display_name=member.owner_id)
    await vehicles.assign_owner(connection, enrolment.vehicle_id, member.owner_id, since=date(2000, 1, 1))
    return enrolment.password
