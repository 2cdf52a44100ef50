"""What the planner finds in its environment: names with the prefix MAINTENANCE_PLANNER_."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class MaintenancePlannerSettings(BaseSettings):
    """`campaigns`: the folder of recalls and service campaigns (`campaigns.py`); none by default."""

    model_config = SettingsConfigDict(env_prefix="MAINTENANCE_PLANNER_")

    campaigns: Path | None = Field(default=None)
