"""The page for makers of head units: its example, its commands and its tables are true."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from ingest.admission import admit
from ingest.received import Received
from telemetry_schema.batches import MAXIMUM_COLUMNS, MAXIMUM_FRAMES, decode_batch
from telemetry_schema.catalogue import signals_by_id
from telemetry_schema.content import CONTENT_TYPES, JSON
from telemetry_schema.events import encode_acknowledgements
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import RefusalReason
from telemetry_schema.topics import UP_FILTER, Down, Up, down_topic, up_topic
from tests.certified_cars import CertifiedBroker

PAGE = Path("docs/head-units.md").read_text(encoding="utf-8")
VIN = "1M8GDM9AXKP042788"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_is_a_batch_of_two_frames() -> None:
    (example,) = blocks("json")
    batch = decode_batch(example.encode(), JSON)
    assert (batch.identity.vin, batch.identity.sequence, batch.frames) == (VIN, 1, 2)
    names = {signals_by_id()[signal_id].name: column for signal_id, column in batch.columns.items()}
    assert names["engine_speed_rpm"].values.tolist() == [812.5, 830.0]
    assert names["coolant_temperature_c"].at is not None
    assert names["coolant_temperature_c"].at.tolist() == [1]


def test_every_reason_disposition_topic_and_limit_is_explained() -> None:
    answers = PAGE.split("## What an acknowledgement means")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z0-9_]+)` \|", answers, re.MULTILINE)) == set(RefusalReason)
    dispositions = {name.removeprefix("DISPOSITION_") for name in wire.Disposition.keys()} - {"UNKNOWN"}  # noqa: SIM118
    assert all(f"| `{name}` |" in PAGE for name in dispositions)
    topics = [
        *(up_topic("{vin}", kind) for kind in Up),
        down_topic("{vin}", Down.ACK),
        down_topic("{vin}", Down.COMMANDS),
    ]
    assert all(f"`{topic}`" in PAGE for topic in topics)
    assert all(f"`{content_type}`" in PAGE for content_type in CONTENT_TYPES)
    assert f"| frames in a batch | {MAXIMUM_FRAMES:,} |" in PAGE
    assert f"| columns in a batch | {MAXIMUM_COLUMNS:,} |" in PAGE


def test_every_field_of_a_batch_is_explained() -> None:
    fields = {field.json_name for field in wire.Batch.DESCRIPTOR.fields} - {"catalogueVersion"}
    table = PAGE.split("## The fields of a batch")[1].split("##")[0]
    assert fields == set(
        re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in table.splitlines() if "|" in row))
    )


@pytest.fixture
def bridge(certified_broker: CertifiedBroker) -> Iterator[None]:
    """The far side of the broker: judges each message by admission and answers, with nothing stored behind it."""
    subscribed = threading.Event()

    def answer(client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        assert message.properties is not None
        content_type = message.properties.ContentType  # type: ignore[attr-defined]
        verdict = admit(Received(message.topic, message.payload, content_type, b"", datetime.now(UTC)))
        assert verdict.vin is not None
        assert verdict.acknowledgement is not None
        client.publish(down_topic(verdict.vin, Down.ACK), encode_acknowledgements([verdict.acknowledgement], JSON), 1)

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bridge", protocol=mqtt.MQTTv5)
    broker = certified_broker
    client.username_pw_set(broker.service_user, broker.service_password)
    client.on_message = answer
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect(broker.host, broker.service_port)
    client.loop_start()
    client.subscribe(UP_FILTER, 1)
    assert subscribed.wait(10)
    yield
    client.disconnect()
    client.loop_stop()


@pytest.mark.usefixtures("bridge")
@pytest.mark.parametrize("place", [0, 1], ids=["mosquitto_rr", "mosquitto_pub and mosquitto_sub"])
def test_the_commands_publish_the_example_and_show_its_acknowledgement(
    certified_broker: CertifiedBroker, tmp_path: Path, place: int
) -> None:
    if not shutil.which("mosquitto_rr"):
        reason = "the Mosquitto clients are not installed; run `make setup-dev`"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    (tmp_path / "batch.json").write_text(blocks("json")[0])
    broker = certified_broker
    (tmp_path / VIN).mkdir()  # as `servicelane device enrol` leaves it
    broker.identity(VIN).rename(tmp_path / VIN / "identity.pem")
    (tmp_path / VIN / "ca.pem").write_bytes(broker.authority.root_pem)
    environment = {"HOST": broker.host, "PORT": str(broker.device_port), "VIN": VIN}
    ran = subprocess.run(
        ["bash", "-euc", blocks("sh")[place]],
        cwd=tmp_path,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    (shown,) = blocks("text")
    assert json.loads(ran.stdout) == json.loads(shown)
