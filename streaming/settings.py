"""Which stream, where it is, how long it keeps what everybody has handled, and where its workers say how they are."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class StreamKind(StrEnum):
    POSTGRES = "postgres"
    KAFKA = "kafka"


class StreamingSettings(BaseSettings):
    """From the environment, `STREAMING_…`."""

    model_config = SettingsConfigDict(env_prefix="streaming_")

    kind: StreamKind = StreamKind.POSTGRES

    retention_days: float = 7.0
    """Long enough to look at what happened last week; default, to be calibrated."""

    retention_every_seconds: float = 600.0

    disk_folder: Path | None = None
    """The retention process shows how full its file system is: of the database's data, where it can be seen."""

    health_host: str = "127.0.0.1"
    health_port: int | None = None
    """Of `/healthz`, `/readyz` and `/metrics`; None: nowhere."""


class KafkaSettings(BaseSettings):
    """From the environment, `STREAMING_KAFKA_…`; read where STREAMING_KIND is `kafka`."""

    model_config = SettingsConfigDict(env_prefix="streaming_kafka_")

    bootstrap: str = ""
    """`host:port`, several with commas between them."""

    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    user: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    """Of the brokers' certificates; None: the system's authorities."""

    certificate_file: Path | None = None
    key_file: Path | None = None

    prefix: str = ""
    """Before the name of every topic and every group, for a cluster that others use too."""

    replication: int = 3
    """Copies of each record. With 3, a record is taken when 2 brokers have it; with 1 a power cut can lose some."""

    heartbeat_seconds: float = 1.0
    """How soon a member hears that another one came or went."""

    session_seconds: float = 10.0
    """After so long a silence a member is taken for dead, and its partitions are given to others."""
