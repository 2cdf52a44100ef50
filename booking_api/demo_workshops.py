"""Invented workshops, for the demo and for trying the API out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from booking_api.registration import register_file
from database.connection import Connection

FILE: Final = Path(__file__).parent / "demo_workshops.toml"


async def register_demo_workshops(connection: Connection) -> None:
    """Registers them with all that the file says. The same again changes nothing."""
    await register_file(connection, FILE)
