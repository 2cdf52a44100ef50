"""What the broker says of itself below `$SYS`, as metrics of ours: above all, whether it has dropped anything.

A broker that drops loses nothing for good (cars keep what Servicelane has not acknowledged), but it says that its queue
or its window is too small for what comes, and cars send twice. The figures come on the service listener, every
`sys_interval` seconds (10 by default), with QoS 0: the newest is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import paho.mqtt.client as mqtt
from prometheus_client import Gauge

from observability.metrics import BROKER_CLIENTS, BROKER_DROPPED, BROKER_QUEUED

FIGURES: Final[Mapping[str, Gauge]] = {
    "$SYS/broker/publish/messages/dropped": BROKER_DROPPED,
    "$SYS/broker/clients/connected": BROKER_CLIENTS,
    "$SYS/broker/store/messages/count": BROKER_QUEUED,
}


def watch(client: mqtt.Client) -> None:
    """These messages go to the metrics, and to nobody else."""
    for topic in FIGURES:
        client.message_callback_add(topic, _show)


def subscribe(client: mqtt.Client) -> None:
    """At each connection. Where the broker's ACL does not allow it, the figures stay away and nothing else changes."""
    client.subscribe([(topic, 0) for topic in FIGURES])


def _show(_client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
    if message.payload.isdigit():
        FIGURES[message.topic].set(int(message.payload))
