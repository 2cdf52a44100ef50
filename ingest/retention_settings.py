"""How long what cars said is kept."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class RetentionSettings(BaseSettings):
    """Days, from the environment (`INGEST_RETENTION_…`); 0: for ever. By the car's clock, cut at midnight UTC.

    The defaults are engineering values: raw samples of a year and the same weeks of the year before; positions, which
    are personal data, for a month; what a claim may turn on (events, code reports, days) for ten years. What is in the
    quarantine waits five years after its arrival to be driven again; what never was is counted when it goes.
    A legal hold on single cars is not known here: keep everything, or export the car first.
    """

    model_config = SettingsConfigDict(env_prefix="INGEST_RETENTION_")

    keep_everything: bool = False
    samples_days: int = Field(400, ge=0)
    positions_days: int = Field(30, ge=0)
    by_minute_days: int = Field(400, ge=0)
    by_hour_days: int = Field(1_100, ge=0)
    by_day_days: int = Field(3_650, ge=0)
    events_days: int = Field(3_650, ge=0)
    dtc_reports_days: int = Field(3_650, ge=0)
    command_results_days: int = Field(400, ge=0)
    drops_days: int = Field(400, ge=0)
    sample_collisions_days: int = Field(400, ge=0)
    quarantine_days: int = Field(1_830, ge=0)
    every_seconds: float = 3_600.0

    @model_validator(mode="after")
    def _coarser_is_kept_longer(self) -> Self:
        """What an aggregate is made from must not be there when the aggregate is gone, or it would be made again."""
        names = ("samples_days", "by_minute_days", "by_hour_days", "by_day_days")
        for finer, coarser in pairwise(names):
            if _days(getattr(self, finer)) > _days(getattr(self, coarser)):
                raise ValueError(
                    f"INGEST_RETENTION_{coarser.upper()} is shorter than INGEST_RETENTION_{finer.upper()}: keep an "
                    "aggregate at least as long as what it is made from (0: for ever)"
                )
        if 0 < self.samples_days < 14:
            raise ValueError("INGEST_RETENTION_SAMPLES_DAYS is below 14: aggregates are made anew that far back")
        return self

    def kept(self, name: str) -> timedelta | None:
        """For how long; None: for ever."""
        days = getattr(self, f"{name}_days")
        return timedelta(days=days) if days and not self.keep_everything else None


def _days(setting: int) -> float:
    return setting or float("inf")
