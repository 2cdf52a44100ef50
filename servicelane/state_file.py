"""Where a running stack says what it is, so that other commands find it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.settings import IngestSettings

_NAME: Final = "stack.json"


@dataclass(frozen=True, slots=True)
class StackState:
    """The addresses of a running stack. Passwords of database and broker are among them: for the file's owner only."""

    pid: int
    database_url: str
    device_host: str
    device_port: int
    api_url: str
    parts: dict[str, int]  # name → process id
    health_ports: dict[str, int] = field(default_factory=dict)  # name → port of /readyz and /metrics on loopback
    stream_environment: dict[str, str] = field(default_factory=dict)  # STREAMING_…; empty: that of the reader counts
    enrolment_url: str = ""
    web_url: str = ""
    service_port: int = 0  # the broker's, on loopback
    service_user: str = ""
    service_password: str = ""

    def broker_access(self) -> IngestSettings:
        """Of our services; of a broker elsewhere the environment has it (INGEST_BROKER_…)."""
        if not self.service_port:
            return IngestSettings()
        return IngestSettings(
            broker_host="127.0.0.1",
            broker_port=self.service_port,
            broker_user=self.service_user,
            broker_password=self.service_password,
        )


class StackElsewhere(BaseSettings):
    """A stack whose parts run in containers, each by itself: its addresses as SERVICELANE_… and DATABASE_URL."""

    model_config = SettingsConfigDict(env_prefix="SERVICELANE_")

    api_url: str
    device_host: str
    device_port: int
    database_url: str = Field(validation_alias="database_url")
    enrolment_url: str = ""

    def state(self) -> StackState:
        return StackState(
            os.getpid(),
            self.database_url,
            self.device_host,
            self.device_port,
            self.api_url,
            {},
            enrolment_url=self.enrolment_url,
        )


def default_data_folder() -> Path:
    """Where `servicelane up` keeps its data: SERVICELANE_DATA_DIR, or the user's data directory."""
    configured = os.environ.get("SERVICELANE_DATA_DIR")
    return Path(configured) if configured else Path(platformdirs.user_data_dir("servicelane"))


def write_state(data_folder: Path, state: StackState) -> None:
    path = data_folder / _NAME
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(state), indent=2))


def clear_state(data_folder: Path) -> None:
    (data_folder / _NAME).unlink(missing_ok=True)


def read_state(data_folder: Path) -> StackState | None:
    """The running stack of this folder, or None where none runs (a stale file of a killed one counts as none).

    Where SERVICELANE_API_URL is set the stack runs elsewhere and the environment says the rest.
    """
    if "SERVICELANE_API_URL" in os.environ:
        return StackElsewhere().state()
    try:
        state = StackState(**json.loads((data_folder / _NAME).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return state if Path(f"/proc/{state.pid}").exists() else None
