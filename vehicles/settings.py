"""What the enrolment service finds in its environment: DATABASE_URL and names with the prefix VEHICLES_."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from vehicles.certification import GRACE, LIFE, CertificatePolicy
from vehicles.server_files import ServerFiles


class VehiclesSettings(BaseSettings):
    """`authority_folder` holds the authority's keys, `server_folder` what the broker reads.

    `server_names`, separated by commas, are the host names and addresses that cars connect to. The list of revoked
    certificates lives for `revocation_list_days` and is written anew every seventh of that: an authority that is down
    for less than the rest keeps no car out.
    """

    model_config = SettingsConfigDict(env_prefix="VEHICLES_")

    database_url: str = Field(validation_alias="database_url")
    authority_folder: Path
    server_folder: Path
    server_names: str = "localhost,127.0.0.1"
    enrolment_host: str = "127.0.0.1"
    enrolment_port: int = 8443
    certificate_days: float = LIFE.days
    grace_days: float = GRACE.days
    server_certificate_days: float = 90
    revocation_list_days: float = 7
    look_seconds: float = 60.0
    """How often is looked whether something has to be renewed."""

    def policy(self) -> CertificatePolicy:
        return CertificatePolicy(timedelta(days=self.certificate_days), timedelta(days=self.grace_days))

    def server_files(self) -> ServerFiles:
        return ServerFiles(
            self.server_folder,
            tuple(name.strip() for name in self.server_names.split(",") if name.strip()),
            timedelta(days=self.server_certificate_days),
            timedelta(days=self.revocation_list_days),
        )
