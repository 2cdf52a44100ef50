"""Becoming a car's owner with the car's own help, and giving it up. The caller owns the transaction.

Two things are needed: the signature of the car, and that nobody owns it. A thief in the seat has the first, not the
second; somebody who knows the VIN has neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from database.connection import Connection
from telemetry_schema.ownership_claim import claim_statement
from vehicles import store
from vehicles.certificates import common_name
from vehicles.certification import fingerprint_of, serial_of
from vehicles.models import OwnershipClaim

CLAIM_LASTS: Final = timedelta(minutes=10)
OPEN_CLAIMS: Final = 5
"""At once, for one person."""


class ClaimRefusal(StrEnum):
    TOO_MANY = "too_many"
    NO_SUCH_CLAIM = "no_such_claim"
    BAD_PROOF = "bad_proof"
    OWNED = "owned"


class ClaimRefused(Exception):
    def __init__(self, reason: ClaimRefusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Proof:
    """`certificate`: the car's, PEM. `signature`: over `claim_statement`."""

    certificate: str
    signature: bytes


async def begin(connection: Connection, owner_id: str, now: datetime) -> OwnershipClaim:
    """A number for the car to sign. Raises ClaimRefused."""
    if await store.count_open_claims(connection, owner_id, now) >= OPEN_CLAIMS:
        raise ClaimRefused(ClaimRefusal.TOO_MANY)
    claim = OwnershipClaim(uuid4(), owner_id, now + CLAIM_LASTS)
    await store.insert_ownership_claim(connection, claim)
    return claim


async def prove(connection: Connection, claim_id: UUID, owner_id: str, proof: Proof, now: datetime) -> str:
    """Makes the car theirs and says its VIN. Raises ClaimRefused, and has changed nothing then."""
    claim = await store.lock_ownership_claim(connection, claim_id, owner_id)
    if claim is None or claim["proven_at"] is not None or claim["ends_at"] <= now:
        raise ClaimRefused(ClaimRefusal.NO_SUCH_CLAIM)
    vin = _signer_of(claim_statement(claim_id), proof)
    vehicle_id = await store.lock_vehicle(connection, vin)
    if vehicle_id is None or not await _is_known(connection, vin, proof.certificate, now):
        raise ClaimRefused(ClaimRefusal.BAD_PROOF)
    if await store.fetch_current_owner(connection, vehicle_id) not in (None, owner_id):
        raise ClaimRefused(ClaimRefusal.OWNED)
    await store.settle_ownership_claim(connection, claim_id, vehicle_id, now)
    await store.ensure_owner(connection, owner_id)
    if await store.fetch_current_owner(connection, vehicle_id) is None:
        await store.insert_ownership(connection, vehicle_id, owner_id, now.date())
    return vin


async def release(connection: Connection, vehicle_id: int, now: datetime) -> None:
    """Nobody's from now on. What was recorded until now is nobody else's either: a later owner sees later days."""
    await store.close_ownership(connection, vehicle_id, now.date())


def _signer_of(statement: bytes, proof: Proof) -> str:
    """The VIN in the certificate whose key has signed; nothing is said yet on whether the certificate is ours."""
    try:
        certificate = x509.load_pem_x509_certificate(proof.certificate.encode())
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ClaimRefused(ClaimRefusal.BAD_PROOF)
        key.verify(proof.signature, statement, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature) as error:
        raise ClaimRefused(ClaimRefusal.BAD_PROOF) from error
    return common_name(certificate.subject) or ""


async def _is_known(connection: Connection, vin: str, pem: str, now: datetime) -> bool:
    """Whether we have issued this certificate, with this key, and it counts now."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)  # its signature was checked
    return any(
        one.serial == serial_of(certificate)
        and one.public_key_sha256 == fingerprint_of(key)
        and one.revoked_at is None
        and one.not_before <= now < one.not_after
        for one in await store.fetch_certificates(connection, vin)
    )
