"""How the cars of the benchmark prove who they are: by certificate, as shipped, or by password, without TLS."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.ingest.drives import vin_of
from servicelane.broker import LocalBroker
from servicelane.broker_configuration import Cars
from vehicles.authority import Authority, ensure_authority, write_private
from vehicles.certificates import key_pem, new_key
from vehicles.passwords import hash_password
from vehicles.server_files import ServerFiles

_LIFE: Final = timedelta(days=30)
_NAMES: Final = ("127.0.0.1", "localhost")


@dataclass(slots=True)
class Identities:
    """Made once for a benchmark; `equip` gives every fresh broker what it checks the cars against."""

    folder: Path
    cars: int
    by_certificate: bool
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Cars:
        return "cars" if self.by_certificate else "cars-by-password"

    @property
    def vins(self) -> list[str]:
        return [vin_of(car) for car in range(self.cars)]

    @property
    def accounts_path(self) -> Path:
        """[VIN, password or null] per car, for the load generator."""
        return self.folder / "accounts.json"

    @property
    def certificates(self) -> Path | None:
        """A folder with key and certificate of each car, `<vin>.pem`."""
        return self.folder / "certificates" if self.by_certificate else None

    def make(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.certificates:
            self._make_certificates(self.certificates)
        else:
            self.passwords = {vin: secrets.token_urlsafe(18) for vin in self.vins}
        write_private(self.accounts_path, json.dumps([[vin, self.passwords.get(vin)] for vin in self.vins]).encode())

    def equip(self, broker: LocalBroker) -> None:
        if self.by_certificate:
            files, now = ServerFiles(broker.folder, _NAMES, _LIFE, _LIFE), datetime.now(UTC)
            files.renew_certificate(self._authority(), now)
            files.write_revocation_list(self._authority(), [], now)
        else:
            broker.set_accounts((vin, hash_password(password)) for vin, password in self.passwords.items())

    def _authority(self) -> Authority:
        return ensure_authority(self.folder / "authority", datetime.now(UTC))

    def _make_certificates(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        authority, now = self._authority(), datetime.now(UTC)
        for vin in self.vins:
            key = new_key()
            certificate = authority.issue_for_car(vin, key.public_key(), now, _LIFE)
            (folder / f"{vin}.pem").write_bytes(key_pem(key) + authority.chain_pem(certificate))
