"""`servicelane device enrol | renew | revoke | list`: cars and the certificates they prove themselves with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from database.connection import Connection, connect, open_pool
from ingest.settings import IngestSettings
from servicelane.broker_accounts import BrokerError, reload
from servicelane.broker_sessions import end_session
from servicelane.device_files import DeviceFiles, answer_request, give_identity, state_of
from servicelane.device_settings import device_settings
from servicelane.state_file import StackState, read_state
from telemetry_schema.vin import InvalidVin
from vehicles import certification
from vehicles import service as vehicles
from vehicles.authority import AuthorityError, ensure_authority
from vehicles.certificates import CertificateRefused
from vehicles.models import Drivetrain, EnrolmentRequest
from vehicles.server_renewal import write_revocation_list
from vehicles.service import UnknownVehicleError
from vehicles.settings import VehiclesSettings

_READS_FILES_WITHIN_SECONDS: Final = 3.0
"""A broker elsewhere looks every second whether its files have changed (deploy/mosquitto/run)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """`request`: a signing request of the car's own, PEM; without one the key is made here. `out`: a folder."""

    vin: str
    out: Path
    request: Path | None = None


@dataclass(frozen=True, slots=True)
class NewCar(Recipient):
    """What must be known of a car that is not enrolled yet."""

    drivetrain: Drivetrain = "petrol"
    in_service_on: date = date(2000, 1, 1)
    owner_id: str = "owner-1"


async def enrol(console: Console, data_folder: Path, car: NewCar) -> int:
    """Enrols the car where it is new, and writes what it needs to connect."""
    state = _running(console, data_folder)
    if state is None:
        return 1
    try:
        async with await connect(state.database_url) as connection:
            await _ensure_enrolled(connection, car)
            files = await _issue(connection, device_settings(data_folder, state.database_url), car)
    except (InvalidVin, CertificateRefused, AuthorityError, OSError) as error:
        console.print(f"[red]{error}[/]")
        return 2
    _say_how_to_connect(console, state, car.vin, files)
    return 0


async def renew(console: Console, data_folder: Path, to: Recipient) -> int:
    """Another certificate for a car that is enrolled; those it has stay good until they end or are revoked."""
    state = _running(console, data_folder)
    if state is None:
        return 1
    try:
        async with await connect(state.database_url) as connection:
            files = await _issue(connection, device_settings(data_folder, state.database_url), to)
    except (UnknownVehicleError, CertificateRefused, AuthorityError, OSError) as error:
        console.print(f"[red]{error}[/]")
        return 2
    _say_how_to_connect(console, state, to.vin, files)
    return 0


async def revoke(console: Console, data_folder: Path, vin: str, serial: str | None) -> int:
    """Ends a car's certificates, all or one: listed as revoked, read by the broker, the session ended."""
    state = _running(console, data_folder)
    if state is None:
        return 1
    now = datetime.now(UTC)
    async with open_pool(state.database_url, maximum=2) as pool:
        async with pool.connection() as connection:
            try:
                revoked = await certification.revoke(connection, vin, serial, now)
            except UnknownVehicleError as error:
                console.print(f"[red]{error}[/]")
                return 2
        settings = device_settings(data_folder, state.database_url)
        authority = ensure_authority(settings.authority_folder, now)
        await write_revocation_list(pool, authority, settings.server_files(), now)
    console.print(f"revoked: {', '.join(revoked) or 'nothing that was not revoked before'}")
    return await _keep_out(console, settings.server_folder, state.broker_access(), vin)


async def list_certificates(console: Console, data_folder: Path, vin: str | None) -> int:
    state = _running(console, data_folder)
    if state is None:
        return 1
    async with await connect(state.database_url) as connection:
        found = await certification.certificates_of(connection, vin)
    table = Table("car", "serial", "from", "until", "", box=None)
    now = datetime.now(UTC)
    for one in found:
        table.add_row(one.vin, one.serial, f"{one.not_before:%F}", f"{one.not_after:%F %H:%M}", state_of(one, now))
    console.print(table)
    return 0


def _running(console: Console, data_folder: Path) -> StackState | None:
    state = read_state(data_folder)
    if state is None:
        console.print(f"No stack runs with {data_folder}. `servicelane up` starts one.")
    return state


async def _ensure_enrolled(connection: Connection, car: NewCar) -> None:
    if await vehicles.find_by_vin(connection, car.vin) is not None:
        return
    request = EnrolmentRequest(
        vin=car.vin,
        model_id=f"{car.drivetrain}-compact",
        make="Own",
        model="Own car",
        model_year=car.in_service_on.year,
        drivetrain=car.drivetrain,
        in_service_on=car.in_service_on,
    )
    enrolment = await vehicles.enrol(connection, request)
    await vehicles.register_owner(connection, car.owner_id, display_name=car.owner_id)
    await vehicles.assign_owner(connection, enrolment.vehicle_id, car.owner_id, since=car.in_service_on)


async def _issue(connection: Connection, settings: VehiclesSettings, to: Recipient) -> DeviceFiles:
    authority, life = ensure_authority(settings.authority_folder, datetime.now(UTC)), settings.policy().life
    if to.request is None:
        return await give_identity(connection, authority, to.vin, to.out, life=life)
    return await answer_request(connection, authority, to.vin, to.request.read_bytes(), to.out, life=life)


def _say_how_to_connect(console: Console, state: StackState, vin: str, files: DeviceFiles) -> None:
    lines: Sequence[str] = (
        f"host {state.device_host}   port {state.device_port}   client id {vin}",
        f"trust {files.ca}",
        f"key and certificate {files.identity}" if files.identity else f"certificate {files.certificate}",
        f"next certificate from {state.enrolment_url}",
    )
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


async def _keep_out(console: Console, broker_folder: Path, access: IngestSettings, vin: str) -> int:
    """Makes the broker read the list, then ends the session: the other way round the car would be back at once."""
    try:
        if not await asyncio.to_thread(reload, broker_folder):
            await asyncio.sleep(_READS_FILES_WITHIN_SECONDS)
        await end_session(access, vin)
    except BrokerError as error:
        console.print(f"[red]{error}. The list is written; run this again once the broker answers.[/]")
        return 1
    console.print("the broker refuses them; a session that the car had there is ended")
    return 0
