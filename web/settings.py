"""What the pages find in their environment: DATABASE_URL and names with the prefix WEB_."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class WebSettings(BaseSettings):
    """`address` is what people type; the issuer must know `{address}/sign-in/callback` as the client's redirect.

    The issuer's endpoints are found by its discovery document, at `metadata_url` where that is not below the
    issuer. `session_key` is the secret that sessions are sealed with; whoever has it can be anybody.
    `libraries_folder` is where npm has put what browsers need. `development_keys_folder` opens a sign-in for
    everybody who can reach the address: for one's own machine alone.
    """

    model_config = SettingsConfigDict(env_prefix="WEB_")

    database_url: str = Field(validation_alias="database_url")
    host: str = "127.0.0.1"
    port: int = 8081
    address: str = Field(default="http://127.0.0.1:8081", pattern=r"^https?://[^/?#]+$")
    issuer: str
    metadata_url: str | None = None
    client_id: str = "servicelane-web"
    client_secret: SecretStr | None = None
    jwks_file: Path | None = None
    token_algorithms: tuple[Literal["ES256", "RS256"], ...] = Field(default=("ES256",), min_length=1)
    role_claim: str = "role"
    organisation_claim: str = "organisation_id"
    session_key: SecretStr = Field(min_length=32)
    session_hours: float = Field(default=8, gt=0, le=24)
    libraries_folder: Path = Path("var/web/node_modules")
    development_keys_folder: Path | None = None
    connections: int = 8

    @property
    def callback(self) -> str:
        return f"{self.address}/sign-in/callback"

    @property
    def is_encrypted(self) -> bool:
        return self.address.startswith("https://")
