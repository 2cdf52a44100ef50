"""What the API finds in its environment: DATABASE_URL and names with the prefix BOOKING_API_."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class BookingApiSettings(BaseSettings):
    """Tokens are those that `issuer` has signed for `audience`. Its keys are found by OpenID Connect discovery, or read
    from `jwks_file` where that is given. `role_claim` and `organisation_claim` are what the issuer calls them.

    So many exports run at once, none for longer than the limit, and none whose client takes nothing for the time of a
    stall: each keeps a snapshot of the database.

    `webhook_private_addresses` lets webhooks go to one's own machine and network, without TLS: for trying them out.
    """

    model_config = SettingsConfigDict(env_prefix="BOOKING_API_")

    database_url: str = Field(validation_alias="database_url")
    host: str = "127.0.0.1"
    port: int = 8080
    issuer: str
    audience: str = "servicelane"
    jwks_file: Path | None = None
    token_algorithms: tuple[Literal["ES256", "RS256"], ...] = Field(default=("ES256",), min_length=1)
    role_claim: str = "role"
    organisation_claim: str = "organisation_id"
    connections: int = 8
    export_connections: int = Field(default=2, ge=1)
    export_limit_seconds: float = Field(default=3600, gt=0)
    export_stall_seconds: float = Field(default=60, gt=0)
    requests_per_minute: int = Field(default=6000, ge=1)
    webhook_private_addresses: bool = False
