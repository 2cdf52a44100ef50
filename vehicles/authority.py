"""The certificate authority of this installation: a folder with a root, an issuer and their keys.

The keys are readable for their owner only. `root.key` is needed to make an issuer and for nothing else: it may be moved
to a safe place once the folder exists.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from vehicles.certificates import (
    Signer,
    certificate_pem,
    issue_for_car,
    issue_for_server,
    key_pem,
    make_issuer,
    make_root,
    new_key,
    read_key,
)

_ROOT, _ISSUER = "root", "issuer"
_LEFT_OF_ISSUER: Final = timedelta(days=365)


class AuthorityError(RuntimeError):
    """The authority cannot issue; the message says what to do."""


class Authority:
    """Issues certificates. Made by `ensure_authority` or `open_authority`."""

    def __init__(self, root: x509.Certificate, issuer: Signer) -> None:
        self.root = root
        self.issuer = issuer

    @property
    def root_pem(self) -> bytes:
        """What a car trusts."""
        return certificate_pem(self.root)

    @property
    def trust_pem(self) -> bytes:
        """What a server checks cars against; also right for a car that sends no intermediate certificate."""
        return certificate_pem(self.root, self.issuer.certificate)

    def issue_for_car(
        self, vin: str, public_key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
    ) -> x509.Certificate:
        self._check_time(now)
        return issue_for_car(self.issuer, vin, public_key, now, life)

    def issue_for_server(
        self, names: Sequence[str], public_key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
    ) -> x509.Certificate:
        self._check_time(now)
        return issue_for_server(self.issuer, names, public_key, now, life)

    def chain_pem(self, certificate: x509.Certificate) -> bytes:
        """A certificate as its holder presents it: with the issuer's behind it."""
        return certificate_pem(certificate, self.issuer.certificate)

    def _check_time(self, now: datetime) -> None:
        if self.issuer.certificate.not_valid_after_utc - now < _LEFT_OF_ISSUER:
            raise AuthorityError(
                "the issuer ends within a year; make a new one with the root's key, see docs/devices.md"
            )


def ensure_authority(folder: Path, now: datetime) -> Authority:
    """The authority of this folder, made where it is missing. Safe for several processes at once."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with _locked(folder):
        if not (folder / "issuer.pem").exists():
            _make(folder, now)
    return open_authority(folder)


def open_authority(folder: Path) -> Authority:
    """Raises AuthorityError where a file is missing or unreadable."""
    try:
        root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
        issuer = x509.load_pem_x509_certificate((folder / "issuer.pem").read_bytes())
        return Authority(root, Signer(issuer, read_key((folder / "issuer.key").read_bytes())))
    except (OSError, ValueError) as error:
        raise AuthorityError(f"{folder} holds no authority ({error}); bring its files back from the back-up") from error


def write_private(path: Path, content: bytes) -> None:
    """Replaces the file as a whole; nobody but its owner can read it at any instant."""
    _replace(path, content, 0o600)


def write_public(path: Path, content: bytes) -> None:
    _replace(path, content, 0o644)


def _replace(path: Path, content: bytes, mode: int) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(mode)
    fresh.replace(path)


def _make(folder: Path, now: datetime) -> None:
    name = f"Servicelane {secrets.token_hex(4)}"
    root_key, issuer_key = new_key(), new_key()
    root = make_root(root_key, f"{name} {_ROOT}", now)
    issuer = make_issuer(Signer(root, root_key), issuer_key.public_key(), f"{name} {_ISSUER}", now)
    write_private(folder / "root.key", key_pem(root_key))
    write_private(folder / "issuer.key", key_pem(issuer_key))
    write_public(folder / "root.pem", certificate_pem(root))
    write_public(folder / "issuer.pem", certificate_pem(issuer))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
