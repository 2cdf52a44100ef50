"""What the API finds in its environment: DATABASE_URL and names with the prefix BOOKING_API_."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class BookingApiSettings(BaseSettings):
    """`keys_folder` holds `public.pem`, the key that tokens are verified with."""

    model_config = SettingsConfigDict(env_prefix="BOOKING_API_")

    database_url: str = Field(validation_alias="database_url")
    host: str = "127.0.0.1"
    port: int = 8080
    keys_folder: Path
    connections: int = 8
