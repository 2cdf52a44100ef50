"""X.509 for cars and for the servers they talk to, on `cryptography`. Pure: keys and instants in, certificates out.

A root signs one issuer, the issuer signs everything else, so that the root's key can be kept elsewhere. All keys are on
P-256: a handshake costs the broker 1.3 ms, and every head unit's library has it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

BACKDATED: Final = timedelta(minutes=10)
"""A certificate is valid from a little before it was made, for clocks that are a little behind."""

ROOT_LIFE: Final = timedelta(days=20 * 365)
ISSUER_LIFE: Final = timedelta(days=10 * 365)

_VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
"""The common name becomes the user name and a part of topics: no wildcard, no separator, nothing but a VIN."""

_HASH: Final = hashes.SHA256()


class CertificateRefused(ValueError):
    """No certificate is made of this; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key with the certificate that says whose it is."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Revocation:
    serial: int
    revoked_at: datetime


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def make_root(key: ec.EllipticCurvePrivateKey, name: str, now: datetime) -> x509.Certificate:
    subject = _name(name)
    builder = _builder(subject, subject, key.public_key(), now, ROOT_LIFE)
    return _as_authority(builder, path_length=1).sign(key, _HASH)


def make_issuer(root: Signer, public_key: ec.EllipticCurvePublicKey, name: str, now: datetime) -> x509.Certificate:
    """`now` after the root's end gives a certificate nobody accepts; make a new root then."""
    builder = _builder(_name(name), root.certificate.subject, public_key, now, ISSUER_LIFE)
    return _as_authority(_signed_by(builder, root), path_length=0).sign(root.key, _HASH)


def issue_for_car(
    issuer: Signer, vin: str, public_key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.Certificate:
    """Proves to a server that the other side is the car `vin`, and nothing else. Raises CertificateRefused."""
    check_vin(vin)
    builder = _builder(_name(vin), issuer.certificate.subject, public_key, now, life)
    return _as_leaf(_signed_by(builder, issuer), ExtendedKeyUsageOID.CLIENT_AUTH).sign(issuer.key, _HASH)


def issue_for_server(
    issuer: Signer, names: Sequence[str], public_key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.Certificate:
    """Proves to cars that a server has one of `names` (host names or addresses)."""
    builder = _builder(_name(names[0]), issuer.certificate.subject, public_key, now, life)
    builder = _signed_by(builder, issuer).add_extension(
        x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False
    )
    return _as_leaf(builder, ExtendedKeyUsageOID.SERVER_AUTH).sign(issuer.key, _HASH)


def make_revocation_list(
    issuer: Signer, revoked: Iterable[Revocation], number: int, now: datetime, life: timedelta
) -> x509.CertificateRevocationList:
    """Whoever checks it refuses everybody once `life` has passed: a new one must be there before."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now - BACKDATED)
        .next_update(now + life)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_authority_key(issuer), critical=False)
    )
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.serial).revocation_date(one.revoked_at)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, _HASH)


def make_signing_request(key: ec.EllipticCurvePrivateKey, vin: str) -> x509.CertificateSigningRequest:
    return x509.CertificateSigningRequestBuilder().subject_name(_name(vin)).sign(key, _HASH)


def read_signing_request(pem: bytes, vin: str) -> ec.EllipticCurvePublicKey:
    """The public key of a request for this car's certificate. Nothing else of a request is taken over.

    Raises CertificateRefused.
    """
    try:
        request = x509.load_pem_x509_csr(pem)
        public_key = request.public_key()
    except ValueError as error:
        raise CertificateRefused("this is no certificate signing request in PEM; make one with openssl req") from error
    if not isinstance(public_key, ec.EllipticCurvePublicKey) or not isinstance(public_key.curve, ec.SECP256R1):
        raise CertificateRefused(
            "the key of the request is not on P-256; make one with openssl ecparam -name prime256v1"
        )
    if not request.is_signature_valid:
        raise CertificateRefused("the request is not signed by its own key; make it anew")
    if common_name(request.subject) != vin:
        raise CertificateRefused("the common name of the request is not the VIN; make it with -subj /CN=<VIN>")
    return public_key


def check_vin(vin: str) -> None:
    if not _VIN.fullmatch(vin):
        raise CertificateRefused("a VIN has 17 capital letters and digits, without I, O and Q")


def common_name(subject: x509.Name) -> str | None:
    """None where there is none, or more than one."""
    found = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if len(found) == 1 else None


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether this issuer has signed it, whatever the time."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def certificate_pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Not encrypted: a car and a broker start without anybody who could type a password."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def read_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateRefused("the key is not on an elliptic curve")
    return key


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _signed_by(builder: x509.CertificateBuilder, signer: Signer) -> x509.CertificateBuilder:
    return builder.add_extension(_authority_key(signer), critical=False)


def _authority_key(signer: Signer) -> x509.AuthorityKeyIdentifier:
    own = signer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own.value)


def _as_authority(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True).add_extension(
        _usage(signs_certificates=True), critical=True
    )


def _as_leaf(builder: x509.CertificateBuilder, usage: x509.ObjectIdentifier) -> x509.CertificateBuilder:
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
