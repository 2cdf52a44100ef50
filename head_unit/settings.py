"""What a head unit must be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """TLS 1.2 or later. Without `ca_file` the system's authorities are trusted; a certificate proves who the car is.

    Without `key_file` the certificate's file holds the key too: then one file is the car's identity, which can be
    replaced as a whole, and the car renews it by itself where `enrolment_url` is known.
    """

    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class HeadUnitSettings:
    """One car. Ages and counts of batching follow the car's time, resends and back-off the wall clock.

    `durable` decides what the buffer survives: True waits for the disk at every message and survives a loss of power;
    False survives a crash of the program, not of the machine, and is for simulated fleets.
    """

    vin: str
    buffer_path: Path
    password: str = ""
    host: str = "127.0.0.1"
    port: int = 1883
    tls: TlsSettings | None = None
    enrolment_url: str | None = None
    batch_frames: int = 60
    batch_age_seconds: float = 300.0
    maximum_payload_bytes: int = 60_000
    buffer_bytes: int = 64 * 2**20
    in_flight: int = 50
    resend_seconds: float = 5.0
    longest_resend_seconds: float = 120.0
    keep_ledger: bool = False
    durable: bool = True
