"""`servicelane broker-files`: what a broker in a container of its own needs, in a folder that both see."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from database.connection import open_pool
from database.settings import DatabaseSettings
from ingest.settings import IngestSettings
from servicelane.broker_accounts import set_accounts
from servicelane.broker_configuration import Services, in_a_container
from servicelane.device_settings import device_settings
from vehicles.authority import ensure_authority
from vehicles.passwords import hash_password
from vehicles.server_renewal import ServerRenewal

_RUN: Final = Path(__file__).parent.parent / "deploy" / "mosquitto" / "run"
_SHORTEST_PASSWORD: Final = 16


async def broker_files(
    console: Console, data_folder: Path, device_port: int, service_port: int, service_tls: bool
) -> int:
    """Configuration, rules, accounts and certificates. Running it again changes nothing that is good."""
    folder = data_folder / "broker"
    services = IngestSettings()
    if len(services.broker_password) < _SHORTEST_PASSWORD:
        console.print(f"INGEST_BROKER_PASSWORD must have {_SHORTEST_PASSWORD} characters or more; openssl rand -hex 24")
        return 2
    await _write_certificates(data_folder)
    services_listener: Services = "services-tls" if service_tls else "services"
    in_a_container(folder, device_port, service_port, services_listener).write()
    shutil.copy(_RUN, folder / "run")
    set_accounts(folder, [(services.broker_user, hash_password(services.broker_password))])
    console.print(f"{folder}: configuration, rules, certificates, the account of {services.broker_user}")
    return 0


async def _write_certificates(data_folder: Path) -> None:
    settings = device_settings(data_folder, DatabaseSettings().database_url)
    now = datetime.now(UTC)
    authority = ensure_authority(settings.authority_folder, now)
    async with open_pool(settings.database_url, maximum=1) as pool:
        await ServerRenewal(pool, authority, settings.server_files()).look(now)
