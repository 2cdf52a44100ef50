"""The load generator's socket against a server of Python's own, in the clear and over TLS."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from benchmarks.ingest.car_socket import CarSocket, TlsCarSocket
from vehicles.authority import ensure_authority
from vehicles.server_files import ServerFiles

SECONDS = 20.0
SOME = bytes(range(256)) * 2**10

Pair = tuple[CarSocket, socket.socket]
Connect = Callable[[tuple[str, int]], CarSocket]


@pytest.fixture(params=["in the clear", "over TLS"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    """A car's socket, no longer blocking, and the server's end of it."""
    connect: Connect = CarSocket
    server_context = None
    if request.param == "over TLS":
        now = datetime.now(UTC)
        authority = ensure_authority(tmp_path / "authority", now)
        files = ServerFiles(tmp_path, ("localhost", "127.0.0.1"), timedelta(days=30), timedelta(days=7))
        files.renew_certificate(authority, now)
        server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server_context.load_cert_chain(files.certificate, files.key)
        connect = partial(TlsCarSocket, context=ssl.create_default_context(cafile=files.ca))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found: list[CarSocket] = []
        car = threading.Thread(target=lambda: found.append(connect(listening.getsockname())), daemon=True)
        car.start()
        listening.settimeout(SECONDS)
        accepted, _ = listening.accept()
        if server_context:
            accepted = server_context.wrap_socket(accepted, server_side=True)
        car.join(SECONDS)
    accepted.settimeout(SECONDS)
    found[0].set_blocking(False)
    yield found[0], accepted
    found[0].close()
    accepted.close()


def wait_to_read(car: CarSocket) -> None:
    assert select.select([car], [], [], SECONDS)[0]


def read_on(car: CarSocket) -> None:
    """Over TLS there are tickets and a word of farewell before the end."""
    for _ in range(3):
        wait_to_read(car)
        car.read()


def test_answers_that_came_one_by_one_are_read_at_once(pair: Pair) -> None:
    car, server = pair
    read = car.read()  # over TLS the server has sent its session's tickets by now
    assert read == b""
    for number in range(20):
        server.sendall(bytes([number]))
    while len(read) < 20:
        wait_to_read(car)
        read += car.read()
    assert read == bytes(range(20))
    assert car.read() == b""


def test_what_the_network_does_not_take_is_kept_in_its_order(pair: Pair) -> None:
    car, server = pair
    sent = bytearray()
    while not car.is_blocked:  # how much the sockets of both sides hold is the system's
        car.write(SOME)
        sent += SOME
    car.write(b"end")
    sent += b"end"
    received = bytearray()
    while len(received) < len(sent):
        car.flush()
        received += server.recv(2**20)
    assert received == sent
    assert not car.is_blocked


def test_the_end_is_an_error(pair: Pair) -> None:
    car, server = pair
    server.close()
    with pytest.raises(ConnectionResetError):
        read_on(car)
