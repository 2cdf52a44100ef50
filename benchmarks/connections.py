"""`python -m benchmarks.connections`: what a car's TLS connection costs the MQTT broker, in CPU and in memory.

The broker is the shipped one, each car has a certificate of its own, and all of them stay connected until the end.
"""

from __future__ import annotations

import argparse
import json
import resource
import socket
import ssl
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psutil

from benchmarks.ingest.drives import vin_of
from servicelane.broker import LocalBroker
from vehicles.authority import Authority, ensure_authority, write_private
from vehicles.certificates import key_pem, new_key
from vehicles.server_files import ServerFiles

_LIFE: Final = timedelta(days=1)
_SECONDS: Final = 10.0
_CONNECT: Final = bytes([0x10, 14, 0, 4]) + b"MQTT" + bytes([5, 2, 0x01, 0x2C, 0, 0, 1]) + b"c"
"""MQTT 5, clean start, keep-alive 300 s; the broker takes the certificate's name for the client id."""

_ACCEPTED: Final = b"\x20"


def measure(connections: int) -> dict[str, float]:
    """`handshake_us`: CPU of the broker for each; `connection_bytes`: its memory for each."""
    _allow_files(2 * connections + 100)
    with tempfile.TemporaryDirectory(prefix="connections-") as name, ExitStack() as opened:
        folder = Path(name)
        authority = ensure_authority(folder / "authority", datetime.now(UTC))
        files = ServerFiles(folder / "broker", ("127.0.0.1",), _LIFE, _LIFE)
        files.renew_certificate(authority, datetime.now(UTC))
        files.write_revocation_list(authority, [], datetime.now(UTC))
        cars = [_identity(authority, vin_of(car), folder) for car in range(connections)]
        broker = LocalBroker(folder / "broker", cars="cars")
        broker.start()
        opened.callback(broker.stop)
        process = psutil.Process(broker.pid)
        opened.enter_context(_connected(broker, files, cars[0]))  # what is set up once is not a connection's
        before = process.cpu_times(), process.memory_info().rss
        for car in cars[1:]:
            opened.enter_context(_connected(broker, files, car))
        after = process.cpu_times(), process.memory_info().rss
    spent = sum(after[0][:2]) - sum(before[0][:2])
    return {
        "handshake_us": round(spent / (connections - 1) * 1e6),
        "connection_bytes": round((after[1] - before[1]) / (connections - 1)),
    }


def _identity(authority: Authority, vin: str, folder: Path) -> Path:
    key = new_key()
    certificate = authority.issue_for_car(vin, key.public_key(), datetime.now(UTC), _LIFE)
    path = folder / f"{vin}.pem"
    write_private(path, key_pem(key) + authority.chain_pem(certificate))
    return path


def _connected(broker: LocalBroker, files: ServerFiles, car: Path) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(files.ca))
    context.load_cert_chain(str(car))
    plain = socket.create_connection(("127.0.0.1", broker.device_port), _SECONDS)
    secured = context.wrap_socket(plain, server_hostname="127.0.0.1")
    secured.sendall(_CONNECT)
    if secured.recv(1024)[:1] != _ACCEPTED:
        raise ConnectionError(f"the broker does not accept a car; read {broker.log_path}")
    return secured


def _allow_files(wanted: int) -> None:
    """For this process and for the broker, which inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.connections", description=__doc__)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--json", type=Path, help="write the figures for programs")
    arguments = parser.parse_args()
    figures = measure(arguments.connections)
    for name, value in figures.items():
        print(f"{name:18} {value:,}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
