"""`servicelane broker-files`: what a broker in a container of its own needs, in a folder that both see."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from rich.console import Console

from database.connection import connect
from database.settings import DatabaseSettings
from ingest.settings import IngestSettings
from servicelane.broker_accounts import set_accounts
from servicelane.broker_configuration import in_a_container
from vehicles import service as vehicles
from vehicles.passwords import hash_password

_RUN: Final = Path(__file__).parent.parent / "deploy" / "mosquitto" / "run"
_SHORTEST_PASSWORD: Final = 16


async def broker_files(console: Console, folder: Path, device_port: int, service_port: int) -> int:
    """Configuration, rules and accounts, those of the cars from the database. Running it again changes nothing else."""
    services = IngestSettings()
    if len(services.broker_password) < _SHORTEST_PASSWORD:
        console.print(f"INGEST_BROKER_PASSWORD must have {_SHORTEST_PASSWORD} characters or more; openssl rand -hex 24")
        return 2
    async with await connect(DatabaseSettings().database_url) as connection:
        cars = await vehicles.broker_accounts(connection)
    folder.mkdir(parents=True, exist_ok=True)
    in_a_container(folder, device_port, service_port).write()
    shutil.copy(_RUN, folder / "run")
    set_accounts(folder, [(services.broker_user, hash_password(services.broker_password)), *cars])
    console.print(f"{folder}: configuration, rules, accounts of {services.broker_user} and {len(cars)} cars")
    return 0
