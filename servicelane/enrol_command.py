"""`servicelane enrol`: one car of your own on a running stack."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console

from database.connection import Connection, connect
from servicelane.broker_accounts import set_accounts
from servicelane.state_file import read_state
from telemetry_schema.vin import InvalidVin
from vehicles import service as vehicles
from vehicles.models import Drivetrain, EnrolmentRequest


@dataclass(frozen=True, slots=True)
class NewCar:
    vin: str
    drivetrain: Drivetrain
    in_service_on: date
    owner_id: str


async def enrol(console: Console, data_folder: Path, car: NewCar) -> int:
    """Prints what the car needs to connect. A car that is enrolled already gets a new password; the old one ends."""
    state = read_state(data_folder)
    if state is None:
        console.print(f"No stack runs with {data_folder}. `servicelane up` starts one.")
        return 1
    async with await connect(state.database_url) as connection:
        try:
            password = await _password_of(connection, car)
        except InvalidVin as error:
            console.print(f"[red]{error}[/]")
            return 2
        accounts = await vehicles.broker_accounts(connection)
    await asyncio.to_thread(set_accounts, data_folder / "broker", accounts)
    console.print(f"host {state.device_host}   port {state.device_port}   user name {car.vin}")
    console.print(f"password {password}   (shown this once; enrolling again gives a new one)", markup=False)
    return 0


async def _password_of(connection: Connection, car: NewCar) -> str:
    known = await vehicles.find_by_vin(connection, car.vin)
    if known is not None:
        return await vehicles.reissue_password(connection, known.vehicle_id)
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
    return enrolment.password
