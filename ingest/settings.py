"""What the bridge and the writer find in their environment, prefix INGEST_."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestSettings(BaseSettings):
    """The broker's service listener, and how much is handled at once."""

    model_config = SettingsConfigDict(env_prefix="INGEST_")

    broker_host: str = "127.0.0.1"
    broker_port: int = 1884
    broker_user: str = "ingest"
    broker_password: str = ""
    broker_ca_file: Path | None = None
    bridge_id: str | None = None
    """The client id at the broker; two with the same one would end each other's connection."""

    bridge_shared: bool = False
    """Whether several bridges take turns (see ingest.bridge_session)."""

    dead_letter_cars: int = 20
    dead_letter_share: float = 0.5
    """Ingest stops where both are passed within a minute (`ingest/dead_letter_limit.py`); a share above 1: never."""

    messages_at_once: int = 500
    records_at_once: int = 200
