"""What the parts of ingest find in their environment, prefix INGEST_."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.budgets import Allowance, VehicleBudgets


class IngestSettings(BaseSettings):
    """The broker's service listener, how much is handled at once, and what one car may send.

    A car's budget is what it may send for ever (`per_second`, 0: without limit) and at once after a silence (`burst`).
    The defaults are engineering values, far above what a car sends while it drives (one batch of 60 frames a minute),
    so that they bind a car that is broken or hostile and nobody else:

    * messages: 200 a second is about 1 % of what one bridge carries; a commuter's month (1,800 batches) is a burst.
    * bytes: the burst is the whole buffer of a head unit (64 MiB); 1 MiB a second is under 1 % of a gigabit line.
    * values, frames times columns: a commuter's month at 30 signals a second (3.2 million) is a burst; the month of a
      lorry that never stands takes 13 minutes.
    """

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

    messages_at_once: int = 2_500
    records_at_once: int = 5_000
    writer_members: int = 2
    """Of one process: while one waits for the database the other decodes."""

    gather_seconds: float = 0.45
    """The beat of the writer's batches where little comes: rows are there up to that much later and cost less."""

    vehicle_messages_per_second: float = 200
    vehicle_messages_burst: float = 2_000
    vehicle_bytes_per_second: float = 2**20
    vehicle_bytes_burst: float = 64 * 2**20
    vehicle_values_per_second: float = 100_000
    vehicle_values_burst: float = 4_000_000

    def vehicle_budgets(self) -> VehicleBudgets:
        """Buckets that are full."""
        return VehicleBudgets(
            Allowance(self.vehicle_messages_per_second, self.vehicle_messages_burst),
            Allowance(self.vehicle_bytes_per_second, self.vehicle_bytes_burst),
            Allowance(self.vehicle_values_per_second, self.vehicle_values_burst),
        )
