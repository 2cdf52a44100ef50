"""A Mosquitto of our own on this machine, with the configuration that is shipped in `deploy/mosquitto/`."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from servicelane.broker_accounts import BrokerError, reload, set_accounts
from servicelane.broker_configuration import MAXIMUM_PACKET_BYTES, Cars, on_this_machine
from servicelane.ports import free_port, keep_port, wait_until_open
from servicelane.processes import die_with_parent
from vehicles.passwords import hash_password

SERVICE_USER: Final = "ingest"
WATCHED_FILES: Final = ("crl.pem", "server.pem")
"""Replaced by the enrolment service; the key is replaced before its certificate."""

_WATCH_SECONDS: Final = 0.5


def find_mosquitto() -> str:
    """The path of the broker's program. Raises BrokerError with the command that installs it."""
    found = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")
    if found is None:
        raise BrokerError("Mosquitto is not installed. Run `make setup`, or `sudo apt-get install mosquitto`.")
    return found


class LocalBroker:
    """Mosquitto with two listeners: one for cars, one on loopback for the bridge (user `ingest`).

    Cars come by certificate where `ca.pem`, `server.pem`, `server.key` and `crl.pem` (`vehicles.server_files`) stand in
    the folder, and `cars` says so; else by password (`add_car`), for development and tests.
    """

    def __init__(
        self,
        folder: Path,
        *,
        device_host: str = "127.0.0.1",
        device_port: int | None = None,
        cars: Cars = "cars-by-password",
        maximum_packet_bytes: int = MAXIMUM_PACKET_BYTES,
    ) -> None:
        self.folder = folder
        self._cars = cars
        self.host = device_host
        self.device_port = keep_port(device_port)
        self.service_port = free_port()
        self.service_user = SERVICE_USER
        self.service_password = secrets.token_urlsafe(24)
        self._maximum_packet_bytes = maximum_packet_bytes
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log_path(self) -> Path:
        return self.folder / "mosquitto.log"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, timeout_seconds: float = 20) -> None:
        """Starts the broker and waits until both listeners answer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        (self.folder / "mosquitto.pid").unlink(missing_ok=True)
        self._write_configuration()
        self.set_accounts([(SERVICE_USER, hash_password(self.service_password))])
        self._process = subprocess.Popen(
            [find_mosquitto(), "-c", str(self.folder / "mosquitto.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "mosquitto.stderr").open("wb"),
            preexec_fn=die_with_parent,
            start_new_session=True,
        )
        for port in (self.device_port, self.service_port):
            if not wait_until_open("127.0.0.1", port, timeout_seconds):
                raise BrokerError(f"Mosquitto does not answer on port {port}; read {self.log_path}")

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """Ends the broker as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def add_car(self, vin: str) -> str:
        """Opens an account for one car and returns its password. Of no use where cars come by certificate."""
        password = secrets.token_urlsafe(18)
        self.set_accounts([(vin, hash_password(password))])
        return password

    def reload(self) -> None:
        """Makes a running broker read accounts, rules, its certificate and the list of revoked ones again."""
        reload(self.folder)

    def set_accounts(self, accounts: Iterable[tuple[str, str]]) -> None:
        """Adds accounts (user name, password hash) and makes a running broker read them."""
        set_accounts(self.folder, accounts)

    def _write_configuration(self) -> None:
        device = self.host, self.device_port
        user, limit = getpass.getuser(), self._maximum_packet_bytes
        on_this_machine(self.folder, user, device, self.service_port, self._cars, limit).write()


async def keep_broker(broker: LocalBroker, stopping: asyncio.Event) -> None:
    """Starts the broker again whenever it has died, on the same ports, until `stopping` is set.

    It is made to read its certificate and the list of revoked ones whenever somebody has replaced them.
    """
    seen = _stamp(broker.folder)
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _WATCH_SECONDS)
        if stopping.is_set():
            return
        with contextlib.suppress(BrokerError, OSError):  # tried again at the next look
            if not broker.alive:
                await asyncio.to_thread(broker.start)
            if (now := _stamp(broker.folder)) != seen:
                await asyncio.to_thread(broker.reload)
                seen = now


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = (path for name in WATCHED_FILES if (path := folder / name).exists())
    return tuple((path.name, path.stat().st_ino, path.stat().st_mtime_ns) for path in files)
