"""A broker that takes cars by certificate, as shipped, and cars of every kind that try to get in."""

from __future__ import annotations

import queue
import ssl
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from cryptography import x509
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from database.connection import connect
from servicelane.broker import LocalBroker
from servicelane.device_files import give_identity
from servicelane.stack import LocalStack
from vehicles.authority import Authority, ensure_authority, write_private
from vehicles.certificates import Revocation, key_pem, new_key
from vehicles.server_files import ServerFiles

SECONDS = 20.0
NAMES = ("localhost", "127.0.0.1")


class CertifiedBroker(LocalBroker):
    """`without` leaves out lines of the configuration, to show what each of them is for."""

    def __init__(self, folder: Path, *, without: Collection[str] = (), extra: Sequence[str] = ()) -> None:
        super().__init__(folder, cars="cars")
        self._without = without
        self._extra = extra
        self.authority = ensure_authority(folder / "authority", datetime.now(UTC))
        self.files = ServerFiles(folder, NAMES, timedelta(days=30), timedelta(days=7))
        self.files.renew_certificate(self.authority, datetime.now(UTC))
        self.revoked: list[Revocation] = []
        self.write_list()

    def write_list(self) -> None:
        self.files.write_revocation_list(self.authority, self.revoked, datetime.now(UTC))

    def revoke(self, identity: Path) -> None:
        """Adds it to the list and lets the broker read that."""
        certificate = x509.load_pem_x509_certificate(identity.read_bytes())
        self.revoked.append(Revocation(certificate.serial_number, datetime.now(UTC)))
        self.write_list()
        self.reload()

    def identity(self, vin: str, life: timedelta = timedelta(days=30), issued_at: datetime | None = None) -> Path:
        """A car's file: key and certificate."""
        return identity_of(self.authority, vin, self.folder, life, issued_at)

    def _write_configuration(self) -> None:
        super()._write_configuration()
        path = self.folder / "mosquitto.conf"
        kept = [line for line in path.read_text().splitlines() if line.split(" ")[0] not in self._without]
        path.write_text("\n".join([*self._extra, *kept, ""]))


def identity_of(
    authority: Authority,
    vin: str,
    folder: Path,
    life: timedelta = timedelta(days=30),
    issued_at: datetime | None = None,
) -> Path:
    key = new_key()
    certificate = authority.issue_for_car(vin, key.public_key(), issued_at or datetime.now(UTC), life)
    path = folder / f"{certificate.serial_number:x}.pem"
    write_private(path, key_pem(key) + authority.chain_pem(certificate))
    return path


def tls_context(ca: Path, identity: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca))
    if identity:
        context.load_cert_chain(str(identity))
    return context


class CarClient:
    """A stock MQTT client with a certificate, which gathers what it hears. What goes wrong is in `ends`."""

    def __init__(
        self,
        ca: Path,
        port: int,
        identity: Path | None,
        *,
        client_id: str = "car",
        user: str | None = None,
        session_seconds: int = 0,
        will: str | None = None,
    ) -> None:
        self.heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.answers: queue.Queue[str] = queue.Queue()
        self.ends: queue.Queue[str] = queue.Queue()
        self.subscribed: queue.Queue[int] = queue.Queue()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, reconnect_on_failure=False
        )
        if user:
            self.client.username_pw_set(user, "anything")
        if will:
            self.client.will_set(will, b"will", qos=1)
        self.client.on_connect = lambda *given: self.answers.put(str(given[3]))
        self.client.on_disconnect = lambda *given: self.ends.put(str(given[3]))
        self.client.on_subscribe = lambda *given: self.subscribed.put(given[2])
        self.client.on_message = lambda _, __, message: self.heard.put((message.topic, message.payload))
        self._connect(ca, port, identity, session_seconds)

    def connected(self) -> CarClient:
        assert self.answers.get(timeout=SECONDS) == "Success"
        return self

    def subscribe(self, *topics: str) -> None:
        for topic in topics:
            self.client.subscribe(topic, 1)
            self.subscribed.get(timeout=SECONDS)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self.client.publish(topic, payload, qos=1, retain=retain)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def vanish(self) -> None:
        """Without a word, as a car in a tunnel."""
        self.client.loop_stop()
        connection: Any = self.client.socket()
        connection.close()

    def _connect(self, ca: Path, port: int, identity: Path | None, session_seconds: int) -> None:
        self.client.tls_set_context(tls_context(ca, identity))
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = session_seconds
        try:
            self.client.connect("127.0.0.1", port, clean_start=False, properties=properties)
        except OSError as error:  # refused within the handshake (TLS 1.2)
            self.ends.put(str(error))
        self.client.loop_start()


@contextmanager
def car(ca: Path, port: int, identity: Path | None, **more: Any) -> Iterator[CarClient]:
    one = CarClient(ca, port, identity, **more)
    try:
        yield one
    finally:
        one.close()


@contextmanager
def car_at(broker: LocalBroker, identity: Path | None, **more: Any) -> Iterator[CarClient]:
    with car(broker.folder / "ca.pem", broker.device_port, identity, **more) as one:
        yield one


def wait_for_either(client: CarClient) -> None:
    """Until the broker has answered or the connection has ended."""
    for _ in range(int(SECONDS / 0.02)):
        if not (client.answers.empty() and client.ends.empty()):
            return
        time.sleep(0.02)
    pytest.fail("neither an answer nor an end")


async def identity_at(stack: LocalStack, vin: str) -> Path:
    """The key and certificate of a car that is enrolled at this stack."""
    settings = stack.device_settings()
    authority = ensure_authority(settings.authority_folder, datetime.now(UTC))
    async with await connect(stack.database_url) as connection:
        files = await give_identity(connection, authority, vin, stack.folder / "identities", f"{vin}.pem")
    assert files.identity is not None
    return files.identity
