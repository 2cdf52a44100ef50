"""`python -m benchmarks.ingest.naive_consumer`: what one writes first. paho, JSON, one INSERT and one commit a message.

From the environment: NAIVE_BROKER_PORT, NAIVE_BROKER_USER, NAIVE_BROKER_PASSWORD, DATABASE_URL.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from telemetry_schema.topics import MQTT_ROOT

_INSERT: Final = (Path(__file__).parent / "queries" / "insert_peer_row.sql").read_bytes()
_OPTIONAL: Final = ("latitude_deg", "longitude_deg", "codes")


def main() -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="benchmark-naive", protocol=mqtt.MQTTv5)
    client.username_pw_set(os.environ["NAIVE_BROKER_USER"], os.environ["NAIVE_BROKER_PASSWORD"])
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:

        def store(_client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
            read = json.loads(message.payload)
            for frame in read if isinstance(read, list) else [read]:
                connection.execute(_INSERT, {**dict.fromkeys(_OPTIONAL), **frame})
            connection.commit()

        def subscribe(client: mqtt.Client, *_: Any) -> None:
            client.subscribe(f"{MQTT_ROOT}/+/up/batches", qos=1)

        client.on_message = store
        client.on_connect = subscribe
        client.on_subscribe = lambda *_: print("ready", flush=True)
        client.connect("127.0.0.1", int(os.environ["NAIVE_BROKER_PORT"]))
        client.loop_forever()


if __name__ == "__main__":
    main()
