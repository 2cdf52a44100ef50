"""The shipped broker configuration, seen from outside. Nothing is judged by acknowledgements, only by what arrives."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from servicelane.broker import LocalBroker
from telemetry_schema.topics import Down, Up, down_topic, up_topic

ONE, TWO = "1M8GDM9AXKP042788", "11111111111111111"
SECONDS = 20.0


class Peer:
    """A stock MQTT client that gathers what it hears."""

    def __init__(self, port: int, user: str | None, password: str | None, client_id: str = "") -> None:
        self.heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.answers: queue.Queue[str] = queue.Queue()
        self.ends: queue.Queue[str] = queue.Queue()
        self.subscribed: queue.Queue[int] = queue.Queue()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id or f"test-{uuid4()}", protocol=mqtt.MQTTv5
        )
        if user:
            self.client.username_pw_set(user, password)
        self.client.on_connect = lambda *given: self.answers.put(str(given[3]))
        self.client.on_disconnect = lambda *given: self.ends.put(str(given[3]))
        self.client.on_subscribe = lambda *given: self.subscribed.put(given[2])
        self.client.on_message = lambda _, __, message: self.heard.put((message.topic, message.payload))
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def connected(self) -> Peer:
        assert self.answers.get(timeout=SECONDS) == "Success"
        return self

    def subscribe(self, topic: str) -> None:
        self.client.subscribe(topic, 1)
        self.subscribed.get(timeout=SECONDS)


@contextmanager
def peer(port: int, user: str | None = None, password: str | None = None, client_id: str = "") -> Iterator[Peer]:
    one = Peer(port, user, password, client_id)
    try:
        yield one
    finally:
        one.client.disconnect()
        one.client.loop_stop()


@contextmanager
def bridge(broker: LocalBroker) -> Iterator[Peer]:
    with peer(broker.service_port, broker.service_user, broker.service_password) as one:
        one.connected().subscribe("servicelane/v1/+/up/#")
        yield one


def test_a_car_is_heard_as_itself_and_never_as_another(broker: LocalBroker) -> None:
    password = broker.add_car(ONE)
    with bridge(broker) as service, peer(broker.device_port, ONE, password) as car:
        car.connected().client.publish(up_topic(TWO, Up.BATCHES), b"forged", 1)
        car.client.publish(down_topic(ONE, Down.ACK), b"forged", 1)
        car.client.publish(up_topic(ONE, Up.BATCHES), b"honest", 1)
        assert service.heard.get(timeout=SECONDS) == (up_topic(ONE, Up.BATCHES), b"honest")
        assert service.heard.empty()


def test_a_car_hears_only_what_is_meant_for_it(broker: LocalBroker) -> None:
    passwords = {vin: broker.add_car(vin) for vin in (ONE, TWO)}
    with bridge(broker) as service, peer(broker.device_port, TWO, passwords[TWO]) as other:
        other.connected()
        for wanted in ("#", down_topic(ONE, Down.ACK), "servicelane/v1/+/down/ack", down_topic(TWO, Down.ACK)):
            other.subscribe(wanted)
        service.client.publish(down_topic(ONE, Down.ACK), b"for one", 1)
        service.client.publish(down_topic(TWO, Down.ACK), b"for two", 1)
        assert other.heard.get(timeout=SECONDS) == (down_topic(TWO, Down.ACK), b"for two")
        time.sleep(0.3)
        assert {topic for topic, _ in list(other.heard.queue)} <= {down_topic(TWO, Down.ACK)}


def test_a_car_cannot_take_the_session_of_another(broker: LocalBroker) -> None:
    passwords = {vin: broker.add_car(vin) for vin in (ONE, TWO)}
    with peer(broker.device_port, ONE, passwords[ONE], client_id=ONE) as victim:
        victim.connected()
        with peer(broker.device_port, TWO, passwords[TWO], client_id=ONE) as thief:
            thief.connected()
            time.sleep(0.3)
            assert victim.ends.empty()


def test_nobody_connects_without_an_account(broker: LocalBroker) -> None:
    broker.add_car(ONE)
    for port in (broker.device_port, broker.service_port):
        with peer(port) as anonymous, peer(port, ONE, "wrong") as guesser:
            assert anonymous.answers.get(timeout=SECONDS) == "Not authorized"
            assert guesser.answers.get(timeout=SECONDS) == "Not authorized"


def test_a_message_above_the_limit_is_refused_and_seen_in_the_log(broker: LocalBroker) -> None:
    password = broker.add_car(ONE)
    with bridge(broker) as service, peer(broker.device_port, ONE, password) as car:
        car.connected().client.publish(up_topic(ONE, Up.BATCHES), b"x" * 300_000, 1)
        assert "too large" in car.ends.get(timeout=SECONDS)
        assert service.heard.empty()
    assert "oversize packet" in broker.log_path.read_text()
