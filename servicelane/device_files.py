"""What a car is given: `identity.pem` (its key and its certificates in one file) and `ca.pem` (whom it trusts)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from database.connection import Connection
from vehicles import certification
from vehicles.authority import Authority, write_private, write_public
from vehicles.certificates import key_pem, new_key, read_signing_request
from vehicles.certification import LIFE
from vehicles.models import DeviceCertificate


@dataclass(frozen=True, slots=True)
class DeviceFiles:
    """Paths; `identity` is None where the car has its key for itself and got the certificate only."""

    ca: Path
    certificate: Path
    identity: Path | None


async def give_identity(
    connection: Connection,
    authority: Authority,
    vin: str,
    folder: Path,
    name: str = "identity.pem",
    life: timedelta = LIFE,
) -> DeviceFiles:
    """A new key and its certificate, in one file, so that both are replaced at once when the car renews them.

    Commits before anything is on disk: nobody shall hold a certificate that the database does not know.
    """
    key = new_key()
    issued = await certification.issue(connection, authority, vin, key.public_key(), datetime.now(UTC), life)
    await connection.commit()
    folder.mkdir(parents=True, exist_ok=True)
    identity = folder / name
    write_private(identity, key_pem(key) + issued.chain_pem.encode())
    return DeviceFiles(_give_ca(authority, folder), identity, identity)


async def answer_request(
    connection: Connection,
    authority: Authority,
    vin: str,
    request_pem: bytes,
    folder: Path,
    life: timedelta = LIFE,
) -> DeviceFiles:
    """The certificate for a key that never leaves the car. Commits first, too. Raises CertificateRefused."""
    public_key = read_signing_request(request_pem, vin)
    issued = await certification.issue(connection, authority, vin, public_key, datetime.now(UTC), life)
    await connection.commit()
    folder.mkdir(parents=True, exist_ok=True)
    write_public(folder / "certificate.pem", issued.chain_pem.encode())
    return DeviceFiles(_give_ca(authority, folder), folder / "certificate.pem", None)


def state_of(certificate: DeviceCertificate, now: datetime) -> str:
    """One word for a list."""
    if certificate.revoked_at is not None:
        return "revoked"
    return "expired" if certificate.not_after <= now else "valid"


def _give_ca(authority: Authority, folder: Path) -> Path:
    write_public(folder / "ca.pem", authority.root_pem)
    return folder / "ca.pem"
