"""How long the stream keeps what everybody has handled, and where its workers say how they are."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class StreamingSettings(BaseSettings):
    """From the environment, `STREAMING_…`."""

    model_config = SettingsConfigDict(env_prefix="streaming_")

    retention_days: float = 7.0
    """Long enough to look at what happened last week; default, to be calibrated."""

    retention_every_seconds: float = 600.0

    disk_folder: Path | None = None
    """The retention process shows how full its file system is: of the database's data, where it can be seen."""

    health_host: str = "127.0.0.1"
    health_port: int | None = None
    """Of `/healthz`, `/readyz` and `/metrics`; None: nowhere."""
