"""The car renews its own certificate: a new key, a request signed with the present one, and both replaced as a whole.

It begins when a third of the certificate's life is left, and works the same once it has expired: Servicelane accepts
the expired certificate as proof for a while (`telemetry_schema.renewal`). The new key is on disk before it is named to
anybody, so an answer that is lost costs nothing: the same request gives the same certificate.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import os
import random
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from telemetry_schema.renewal import PATH, statement

SHARE_LEFT: Final = 3
"""Renewed when a third of the life is left: of 90 days, a month for a car to be on the air once."""

_HTTP_SECONDS: Final = 20.0
_SHORTEST_WAIT_SECONDS: Final = 5.0
_LONGEST_WAIT_SECONDS: Final = 3600.0
_LOOK_SECONDS: Final = 60.0
_ANSWER_BYTES: Final = 40_000
_log: Final = logging.getLogger("head_unit")


class RenewalError(RuntimeError):
    """No new certificate this time; the message says why."""


class Renewal:
    """`tick` now and then; `renewed` is called, from a thread of this class's own, when the file has changed.

    `identity` holds the private key, the car's certificate and its issuer's, all in PEM.
    """

    def __init__(
        self,
        identity: Path,
        ca_file: Path | None,
        enrolment_url: str,
        renewed: Callable[[], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._identity = identity
        self._ca_file = ca_file
        self._url = enrolment_url
        self._renewed = renewed
        self._now = now
        self._look_at = 0.0
        self._failures = 0
        self._thread: threading.Thread | None = None

    def tick(self, now: float) -> None:
        """Begins a renewal where one is due. `now` is the monotonic clock."""
        if now < self._look_at or (self._thread and self._thread.is_alive()):
            return
        self._look_at = now + _LOOK_SECONDS
        if self.is_due():
            self._look_at = now + self._wait_seconds()
            self._thread = threading.Thread(target=self._try, daemon=True)
            self._thread.start()

    def is_due(self) -> bool:
        try:
            certificate = x509.load_pem_x509_certificate(self._identity.read_bytes())
        except (OSError, ValueError) as error:
            _log.error("%s cannot be read: %s; enrol the car again", self._identity.name, error)
            return False
        life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        return certificate.not_valid_after_utc - self._now() <= max(life / SHARE_LEFT, timedelta(0))

    def renew(self) -> None:
        """Asks for the next certificate and puts it in the place of the present one. Raises RenewalError."""
        try:
            present = self._identity.read_bytes()
            key, certificate = _read_key(present), x509.load_pem_x509_certificate(present)
            next_key = self._next_key(certificate)
        except (OSError, ValueError, TypeError) as error:
            raise RenewalError(f"{self._identity.name} cannot be read: {error}; enrol the car again") from error
        answer = self._ask(_request_body(key, certificate, next_key))
        chain = _checked(answer, next_key)
        _replace(self._identity, _private_pem(next_key) + chain)
        self._pending.unlink(missing_ok=True)

    @property
    def _pending(self) -> Path:
        return self._identity.with_name(f"{self._identity.name}.next")

    def _next_key(self, present: x509.Certificate) -> ec.EllipticCurvePrivateKey:
        """The key of an earlier attempt that got no answer, or a new one, on disk."""
        with contextlib.suppress(OSError, ValueError, TypeError):
            pending = _read_key(self._pending.read_bytes())
            if pending.public_key() != present.public_key():
                return pending
        key = ec.generate_private_key(ec.SECP256R1())
        _replace(self._pending, _private_pem(key))
        return key

    def _try(self) -> None:
        try:
            self.renew()
        except RenewalError as error:
            self._failures += 1
            _log.warning("%s: no new certificate: %s", self._identity.stem[-6:], error)
            return
        self._failures = 0
        _log.info("%s: a new certificate", self._identity.stem[-6:])
        self._renewed()

    def _wait_seconds(self) -> float:
        """Before the next attempt, if this one fails: growing and random, as a fleet may fail all at once."""
        wait = min(_LONGEST_WAIT_SECONDS, _SHORTEST_WAIT_SECONDS * 2.0 ** min(self._failures, 10))
        return wait * random.uniform(0.75, 1.5)

    def _ask(self, body: bytes) -> str:
        """Posts the request; returns the PEM of the answer."""
        where = urlsplit(self._url)
        context = ssl.create_default_context(cafile=str(self._ca_file) if self._ca_file else None)
        connection = http.client.HTTPSConnection(
            where.hostname or "", where.port or 443, timeout=_HTTP_SECONDS, context=context
        )
        try:
            connection.request("POST", where.path.rstrip("/") + PATH, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read(_ANSWER_BYTES))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RenewalError(f"{self._url} does not answer: {error}") from error
        finally:
            connection.close()
        if response.status != 201:
            raise RenewalError(f"{answer.get('reason')}: {answer.get('detail')}")
        return str(answer.get("certificate"))


def _request_body(
    key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, next_key: ec.EllipticCurvePrivateKey
) -> bytes:
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    request = x509.CertificateSigningRequestBuilder(x509.Name([name])).sign(next_key, hashes.SHA256())
    signed = statement(request.public_bytes(serialization.Encoding.DER))
    proof = key.sign(signed, ec.ECDSA(hashes.SHA256()))
    pem = serialization.Encoding.PEM
    words = {
        "certificate": certificate.public_bytes(pem).decode(),
        "request": request.public_bytes(pem).decode(),
        "proof": b64encode(proof).decode(),
    }
    return json.dumps(words).encode()


def _checked(answer: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The chain, if it is for our key; anything else would lock the car out."""
    try:
        certificate = x509.load_pem_x509_certificates(answer.encode())[0]
    except (ValueError, IndexError) as error:
        raise RenewalError("the answer holds no certificate") from error
    if certificate.public_key() != key.public_key():
        raise RenewalError("the answer's certificate is for another key")
    return answer.encode()


def _read_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key is not on an elliptic curve")
    return key


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _replace(path: Path, content: bytes) -> None:
    """As a whole, on the disk, and for nobody else to read."""
    fresh = path.with_name(f"{path.name}.writing")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
