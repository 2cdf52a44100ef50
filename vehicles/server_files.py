"""What a server in front of cars reads: whom to trust, its own certificate, who is revoked. In one folder.

`ca.pem`, `server.pem` with `server.key`, `crl.pem`. They are replaced as a whole; whoever runs the broker makes it read
them again when they change.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from vehicles.authority import Authority, write_private, write_public
from vehicles.certificates import BACKDATED, Revocation, key_pem, make_revocation_list, new_key

_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """`names` are the host names and addresses that cars connect to."""

    folder: Path
    names: Sequence[str]
    certificate_life: timedelta
    revocation_list_life: timedelta

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"

    @property
    def revocation_list(self) -> Path:
        return self.folder / "crl.pem"

    def renew_certificate(self, authority: Authority, now: datetime) -> bool:
        """Writes whom to trust, and a new certificate where a third of its life is left, or the names differ."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.ca.exists() or self.ca.read_bytes() != authority.trust_pem:
            write_public(self.ca, authority.trust_pem)
        if self._is_good(_read_certificate(self.certificate), authority, now):
            return False
        key = new_key()
        certificate = authority.issue_for_server(self.names, key.public_key(), now, self.certificate_life)
        write_private(self.key, key_pem(key))
        write_public(self.certificate, authority.chain_pem(certificate))
        return True

    def write_revocation_list(self, authority: Authority, revoked: Sequence[Revocation], now: datetime) -> None:
        """Writes the list anew.

        Among several lists that it has read a broker takes the one with the latest instant, and the first of equals. So
        each is at least a second later than the one before.
        """
        with self._locked():
            before = _read_list(self.revocation_list)
            if before is not None and before.issuer == authority.issuer.certificate.subject:
                now = max(now, before.last_update_utc + BACKDATED + _SECOND)
            number = int(now.timestamp())
            fresh = make_revocation_list(authority.issuer, revoked, number, now, self.revocation_list_life)
            write_public(self.revocation_list, fresh.public_bytes(serialization.Encoding.PEM))

    def is_revocation_list_due(self, now: datetime) -> bool:
        """After a seventh of its life: six sevenths remain for somebody to notice that it is not renewed."""
        left = self.revocation_list_left(now)
        return left is None or left <= self.revocation_list_life * 6 / 7

    def revocation_list_left(self, now: datetime) -> timedelta | None:
        """How long the list is good for; None where there is none. Without a good one the broker refuses every car."""
        found = _read_list(self.revocation_list)
        return found.next_update_utc - now if found is not None and found.next_update_utc else None

    def certificate_left(self, now: datetime) -> timedelta | None:
        found = _read_certificate(self.certificate)
        return found.not_valid_after_utc - now if found else None

    def _is_good(self, found: x509.Certificate | None, authority: Authority, now: datetime) -> bool:
        if found is None or not self.key.exists() or found.issuer != authority.issuer.certificate.subject:
            return False
        if found.not_valid_after_utc - now <= (found.not_valid_after_utc - found.not_valid_before_utc) / 3:
            return False
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return {str(name.value) for name in names} == set(self.names)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".crl.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _read_certificate(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None


def _read_list(path: Path) -> x509.CertificateRevocationList | None:
    try:
        return x509.load_pem_x509_crl(path.read_bytes())
    except (OSError, ValueError):
        return None
