"""Every topic name of Servicelane, in one place: MQTT between cars and the broker, stream topics behind it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NamedTuple

MQTT_ROOT: Final = "servicelane/v1"
_UP: Final = re.compile(rf"{MQTT_ROOT}/([^/]+)/up/([^/]+)")


class Up(StrEnum):
    """What a car may publish."""

    BATCHES = "batches"
    EVENTS = "events"
    COMMAND_RESULTS = "command-results"


class Down(StrEnum):
    """What a car may receive."""

    ACK = "ack"
    COMMANDS = "commands"
    CONFIG = "config"


class StreamTopic(StrEnum):
    """What the services say to one another. The key is the VIN."""

    BATCHES = "telemetry.batches.v1"
    EVENTS = "telemetry.events.v1"
    COMMAND_RESULTS = "telemetry.command-results.v1"
    QUARANTINE = "ingest.quarantine.v1"
    REDRIVE = "ingest.redrive.v1"
    STORED = "telemetry.stored.v1"
    FINDINGS = "diagnostics.findings.v1"
    WORKSHOP_REPORTS = "diagnostics.workshop-reports.v1"


class UpTopic(NamedTuple):
    vin: str
    kind: Up


UP_FILTER: Final = f"{MQTT_ROOT}/+/up/+"


def up_topic(vin: str, kind: Up) -> str:
    return f"{MQTT_ROOT}/{vin}/up/{kind}"


def down_topic(vin: str, kind: Down) -> str:
    return f"{MQTT_ROOT}/{vin}/down/{kind}"


def vin_of(up_topic: str) -> str:
    """The VIN of a topic that UP_FILTER matches. Quicker than `parse_up_topic`, which also asks for the kind."""
    return up_topic.split("/", 3)[2]


def parse_up_topic(topic: str) -> UpTopic | None:
    """The VIN and kind of an `up` topic, or None where the topic is not one of ours."""
    match = _UP.fullmatch(topic)
    if match is None or match[2] not in set(Up):
        return None
    return UpTopic(match[1], Up(match[2]))
