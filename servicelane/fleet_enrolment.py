"""Brings a fleet into a running stack: vehicles, owners, certificates, and the file that the cars start from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from database.connection import Connection
from servicelane.device_files import give_identity
from vehicles import service as vehicles
from vehicles.authority import ensure_authority
from vehicles.models import EnrolmentRequest
from vehicles.settings import VehiclesSettings


@dataclass(frozen=True, slots=True)
class FleetMember:
    """A car to enrol: what the backend must know of it, and what its simulator or replay needs besides."""

    request: EnrolmentRequest
    owner_id: str
    details: Mapping[str, Any]


async def enrol_fleet(
    connection: Connection,
    settings: VehiclesSettings,
    members: Sequence[FleetMember],
    fleet_file: Path,
    enrolment_url: str | None = None,
) -> None:
    """Enrols what is new, gives every car a fresh certificate beside `fleet_file`, and writes that."""
    authority, life = ensure_authority(settings.authority_folder, datetime.now(UTC)), settings.policy().life
    folder = fleet_file.parent / "identities"
    entries = []
    for member in members:
        vin = member.request.vin
        await _enrol(connection, member)
        files = await give_identity(connection, authority, vin, folder, f"{vin}.pem", life)
        access = {"identity": str(files.identity), "ca": str(files.ca), "enrolment_url": enrolment_url}
        entries.append({**member.details, "vin": vin, **access})
    fleet_file.touch(mode=0o600)
    fleet_file.write_text(json.dumps(entries, indent=1))


async def _enrol(connection: Connection, member: FleetMember) -> None:
    if await vehicles.find_by_vin(connection, member.request.vin) is not None:
        return
    enrolment = await vehicles.enrol(connection, member.request)
    await vehicles.register_owner(connection, member.owner_id, display_name=member.owner_id)
    await vehicles.assign_owner(connection, enrolment.vehicle_id, member.owner_id, since=date(2000, 1, 1))
