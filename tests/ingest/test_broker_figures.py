"""The broker's own figures reach the metrics, over the shipped ACL."""

from __future__ import annotations

import shutil
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from prometheus_client import REGISTRY

from ingest import broker_figures
from servicelane.broker import LocalBroker
from tests.ingest.conftest import VIN
from tests.ingest.test_mqtt_bridge import Car, until


@pytest.fixture
def talkative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalBroker:
    """Says its figures every second."""
    shipped = Path(__file__).parents[2] / "deploy" / "mosquitto"
    shutil.copytree(shipped, tmp_path / "shipped")
    configuration = tmp_path / "shipped" / "mosquitto.conf"
    configuration.write_text(f"sys_interval 1\n{configuration.read_text()}")
    monkeypatch.setattr("servicelane.broker_configuration._SHIPPED", tmp_path / "shipped")
    return LocalBroker(tmp_path / "broker")


async def test_the_bridge_s_account_reads_what_the_broker_says_of_itself(talkative: LocalBroker) -> None:
    talkative.start()
    car = Car(talkative, talkative.add_car(VIN))
    car.connect()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bridge", protocol=mqtt.MQTTv5, manual_ack=True)
    client.username_pw_set(talkative.service_user, talkative.service_password)
    broker_figures.watch(client)
    client.on_connect = lambda *_: broker_figures.subscribe(client)
    client.connect("127.0.0.1", talkative.service_port)
    client.loop_start()

    async def shown() -> bool:
        clients = REGISTRY.get_sample_value("servicelane_broker_clients") or 0
        return clients >= 2 and REGISTRY.get_sample_value("servicelane_broker_dropped_messages") == 0

    await until(shown, "the car and the bridge among the broker's clients")
    client.loop_stop()
    car.close()
    talkative.stop()
