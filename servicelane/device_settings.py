"""Where a stack keeps its authority and what its broker reads: both below its data folder."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from vehicles.settings import VehiclesSettings


def device_settings(data_folder: Path, database_url: str, device_host: str = "127.0.0.1") -> VehiclesSettings:
    """The rest comes from the environment, VEHICLES_…"""
    return VehiclesSettings(
        database_url=database_url,
        authority_folder=data_folder / "authority",
        server_folder=data_folder / "broker",
        server_names=os.environ.get("VEHICLES_SERVER_NAMES") or names_of_this_machine(device_host),
    )


def names_of_this_machine(device_host: str) -> str:
    """Under which cars may reach a broker here; other names are given by VEHICLES_SERVER_NAMES."""
    names = ["localhost", "127.0.0.1", socket.gethostname()]
    if device_host not in ("0.0.0.0", "::", *names):  # noqa: S104
        names.append(device_host)
    return ",".join(names)
