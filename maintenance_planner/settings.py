"""What the planner finds in its environment: names with the prefix MAINTENANCE_PLANNER_."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class MaintenancePlannerSettings(BaseSettings):
    """`campaigns`: the folder of recalls and service campaigns (`campaigns.py`); none by default.

    `wear_models`: a file that `servicelane planner train` has made; by default the one that comes along.
    """

    model_config = SettingsConfigDict(env_prefix="MAINTENANCE_PLANNER_", env_ignore_empty=True)

    campaigns: Path | None = Field(default=None)
    wear_models: Path | None = Field(default=None)


class ScheduleSettings(BaseSettings):
    """`night_hour`: when the night's scoring begins, on the clock of `time_zone`, which is also the zone of owners who
    have named none; `night_processes` share it. `webhook_url` is the operator's own system; without it there is no such
    channel.
    """

    model_config = SettingsConfigDict(env_prefix="MAINTENANCE_PLANNER_", env_ignore_empty=True)

    night_hour: int = Field(default=2, ge=0, le=23)
    night_processes: int = Field(default=2, ge=1, le=64)
    time_zone: str = "UTC"
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is no time zone; one is named like Europe/Berlin")
        return name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class MailSettings(BaseSettings):
    """The mail server; without `host` there are no e-mails. `security`: `starttls` (port 587), `tls` (465), `none`."""

    model_config = SettingsConfigDict(env_prefix="MAINTENANCE_PLANNER_MAIL_", env_ignore_empty=True)

    host: str | None = None
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = "servicelane@localhost"
    username: str | None = None
    password: SecretStr | None = None
