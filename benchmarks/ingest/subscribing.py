"""A session that is subscribed before its consumer comes, so that no message can be too early."""

from __future__ import annotations

import asyncio
from typing import Final

from benchmarks.ingest.measurement import RunFailed
from benchmarks.ingest.stage import BenchmarkBroker
from telemetry_schema.topics import MQTT_ROOT, Up

UP_BATCHES: Final = f"{MQTT_ROOT}/+/up/{Up.BATCHES}"


def subscriber(broker: BenchmarkBroker, client_id: str, *, version: str) -> list[str]:
    """The command of `mosquitto_sub` with the bridge's account and a lasting session; version "5" or "311"."""
    account = ["-u", broker.service_user, "-P", broker.service_password]
    session = ["-c", "-i", client_id, "-V", version, *(["-x", "3600"] if version == "5" else [])]
    return ["mosquitto_sub", "-p", str(broker.service_port), *account, *session, "-q", "1", "-t", UP_BATCHES]


async def subscribe_ahead(broker: BenchmarkBroker, client_id: str, *, version: str) -> None:
    process = await asyncio.create_subprocess_exec(*subscriber(broker, client_id, version=version), "-E")
    if await process.wait():
        raise RunFailed("mosquitto_sub could not subscribe; is mosquitto-clients installed?")
