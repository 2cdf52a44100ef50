"""The life of a car's certificates: issued, renewed by the car itself, revoked. The caller owns the transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from database.connection import Connection
from telemetry_schema.renewal import RenewalRequest, statement
from vehicles import store
from vehicles.authority import Authority
from vehicles.certificates import CertificateRefused, Revocation, common_name, is_issued_by, read_signing_request
from vehicles.models import DeviceCertificate
from vehicles.service import UnknownVehicleError

LIFE: Final = timedelta(days=90)
"""Of a car's certificate. A car renews it when a third is left, so one that stands still for a month notices nothing.

Longer would mean longer lists of revoked certificates and longer trust in a stolen key; shorter, more cars that have to
come back after their end. Default, to be calibrated to how long the fleet stands still.
"""

GRACE: Final = timedelta(days=365)
"""For how long after its end a certificate that nobody revoked still proves who asks for the next one."""


class RenewalRefusal(StrEnum):
    UNREADABLE = "unreadable"
    UNKNOWN_CERTIFICATE = "unknown_certificate"
    REVOKED = "revoked"
    EXPIRED_TOO_LONG = "expired_too_long"
    SUPERSEDED = "superseded"
    BAD_PROOF = "bad_proof"


_ADVICE: Final = {
    RenewalRefusal.UNREADABLE: "certificate and request must be PEM, the request for a key on P-256 and for this VIN",
    RenewalRefusal.UNKNOWN_CERTIFICATE: "this certificate was not issued here; enrol the car",
    RenewalRefusal.REVOKED: "this certificate was revoked; where the car is sound, enrol it again",
    RenewalRefusal.EXPIRED_TOO_LONG: "the certificate ended too long ago; enrol the car again",
    RenewalRefusal.SUPERSEDED: "a newer certificate was issued to this car; use that one, or enrol the car again",
    RenewalRefusal.BAD_PROOF: "the proof is not made with the key of the certificate; sign the statement with it",
}


class RenewalRefused(Exception):
    """The car gets no certificate for this."""

    def __init__(self, reason: RenewalRefusal, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail or _ADVICE[reason]


@dataclass(frozen=True, slots=True)
class CertificatePolicy:
    life: timedelta = LIFE
    grace: timedelta = GRACE


@dataclass(frozen=True, slots=True)
class _Presented:
    """What a car shows when it asks for its next certificate."""

    vin: str
    serial: str
    public_key: ec.EllipticCurvePublicKey


async def issue(
    connection: Connection,
    authority: Authority,
    vin: str,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta = LIFE,
) -> DeviceCertificate:
    """A certificate for an enrolled car, by somebody who may say so. Raises UnknownVehicleError."""
    vehicle_id = await store.lock_vehicle(connection, vin)
    if vehicle_id is None:
        raise UnknownVehicleError(f"no car ending in {vin[-6:]} is enrolled; enrol it first")
    return await _issue(connection, authority, vehicle_id, _Presented(vin, "", public_key), now, life)


async def renew(
    connection: Connection, authority: Authority, asked: RenewalRequest, now: datetime, policy: CertificatePolicy
) -> DeviceCertificate:
    """The next certificate, for a car that proves to hold the key of the one it has. Raises RenewalRefused.

    Asked again with the same new key it gives the same certificate: an answer may be lost on the way.
    """
    presented = _read(asked, authority)
    vehicle_id = await store.lock_vehicle(connection, presented.vin)
    known = await store.fetch_certificates(connection, presented.vin)
    current = next((one for one in known if one.serial == presented.serial), None)
    if vehicle_id is None or current is None:
        raise RenewalRefused(RenewalRefusal.UNKNOWN_CERTIFICATE)
    _judge(current, known, fingerprint_of(presented.public_key), now, policy)
    for one in known:
        is_answer = one.renewed_from == current.serial and one.public_key_sha256 == fingerprint_of(presented.public_key)
        if is_answer and not one.revoked_at and one.not_after > now:
            return one
    return await _issue(connection, authority, vehicle_id, presented, now, policy.life)


async def revoke(connection: Connection, vin: str, serial: str | None, now: datetime) -> list[str]:
    """Ends one certificate of a car, or all it ever had; returns those that were not revoked before.

    Raises UnknownVehicleError.
    """
    vehicle_id = await store.lock_vehicle(connection, vin)
    if vehicle_id is None:
        raise UnknownVehicleError(f"no car ending in {vin[-6:]} is enrolled")
    return await store.revoke_certificates(connection, vehicle_id, serial, now)


async def certificates_of(connection: Connection, vin: str | None = None) -> list[DeviceCertificate]:
    """Of one car, the oldest first, or of all."""
    return await store.fetch_certificates(connection, vin)


async def ending(connection: Connection, now: datetime, maximum: int) -> list[DeviceCertificate]:
    """Of cars that should have renewed theirs: less than a sixth of its life is left. The first to end first."""
    return await store.fetch_ending_certificates(connection, now, maximum)


async def revocations(connection: Connection, now: datetime) -> list[Revocation]:
    """What the list must name: revoked, and not expired anyway."""
    return await store.fetch_revocations(connection, now - timedelta(days=1))


async def _issue(
    connection: Connection,
    authority: Authority,
    vehicle_id: int,
    to: _Presented,
    now: datetime,
    life: timedelta,
) -> DeviceCertificate:
    certificate = authority.issue_for_car(to.vin, to.public_key, now, life)
    issued = DeviceCertificate(
        vin=to.vin,
        serial=serial_of(certificate),
        public_key_sha256=fingerprint_of(to.public_key),
        chain_pem=authority.chain_pem(certificate).decode(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        renewed_from=to.serial or None,
        issued_at=now,
    )
    await store.insert_certificate(connection, vehicle_id, issued)
    return issued


def _judge(
    current: DeviceCertificate,
    known: list[DeviceCertificate],
    fingerprint: bytes,
    now: datetime,
    policy: CertificatePolicy,
) -> None:
    """While it is valid a certificate may be renewed again and again; once it has expired only the car's last one."""
    if current.revoked_at is not None:
        raise RenewalRefused(RenewalRefusal.REVOKED)
    if current.not_after > now:
        return
    if now - current.not_after > policy.grace:
        raise RenewalRefused(RenewalRefusal.EXPIRED_TOO_LONG)
    newer = [one for one in known if one.issued_at > current.issued_at and one.public_key_sha256 != fingerprint]
    if newer:
        raise RenewalRefused(RenewalRefusal.SUPERSEDED)


def _read(asked: RenewalRequest, authority: Authority) -> _Presented:
    """Checks the chain and the proof; says nothing yet on whether the certificate is still good."""
    try:
        certificate = x509.load_pem_x509_certificate(asked.certificate.encode())
        request = x509.load_pem_x509_csr(asked.request.encode())
        held = certificate.public_key()
        vin = common_name(certificate.subject) or ""
    except ValueError as error:
        raise RenewalRefused(RenewalRefusal.UNREADABLE) from error
    if not isinstance(held, ec.EllipticCurvePublicKey) or not is_issued_by(certificate, authority.issuer.certificate):
        raise RenewalRefused(RenewalRefusal.UNKNOWN_CERTIFICATE)
    try:
        signed = statement(request.public_bytes(serialization.Encoding.DER))
        held.verify(asked.proof, signed, ec.ECDSA(hashes.SHA256()))
        public_key = read_signing_request(asked.request.encode(), vin)
    except InvalidSignature as error:
        raise RenewalRefused(RenewalRefusal.BAD_PROOF) from error
    except CertificateRefused as error:
        raise RenewalRefused(RenewalRefusal.UNREADABLE, str(error)) from error
    return _Presented(vin, serial_of(certificate), public_key)


def serial_of(certificate: x509.Certificate) -> str:
    return f"{certificate.serial_number:x}"


def fingerprint_of(public_key: ec.EllipticCurvePublicKey) -> bytes:
    encoded = public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).digest()
