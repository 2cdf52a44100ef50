"""Looks at this machine and says what would keep Servicelane from running, and what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from database.migrations import OLDEST_SERVER
from servicelane.broker import find_mosquitto
from servicelane.broker_accounts import BrokerError
from servicelane.kafka_server import KafkaMissingError, find_jars, find_java
from servicelane.ports import accepts_connections
from servicelane.state_file import read_state
from streaming.settings import KafkaSettings, StreamKind

_FREE_BYTES: Final = 2 * 2**30


@dataclass(frozen=True, slots=True)
class Check:
    """`advice` is empty where all is well."""

    name: str
    found: str
    advice: str = ""


def examine(data_folder: Path, stream: StreamKind = StreamKind.POSTGRES) -> Iterator[Check]:
    """Every check, in the order in which a person would make them."""
    yield _python()
    yield _mosquitto()
    yield _database()
    if stream is StreamKind.KAFKA:
        yield _kafka()
    yield _disk(data_folder)
    yield _stack(data_folder)


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", found, "" if sys.version_info >= (3, 11) else "Install Python 3.11 or later.")


def _mosquitto() -> Check:
    try:
        return Check("Mosquitto", find_mosquitto())
    except BrokerError as error:
        return Check("Mosquitto", "missing", str(error))


def _kafka() -> Check:
    if bootstrap := KafkaSettings().bootstrap:
        unreachable = [one for one in bootstrap.split(",") if not _answers(one)]
        advice = f"{', '.join(unreachable)} does not answer; check STREAMING_KAFKA_BOOTSTRAP." if unreachable else ""
        return Check("Kafka", bootstrap, advice)
    try:
        _, version = find_java()
        return Check("Kafka", f"{find_jars()}, Java {version}")
    except KafkaMissingError as error:
        return Check("Kafka", "missing", str(error))


def _answers(address: str) -> bool:
    host, _, port = address.strip().rpartition(":")
    return port.isdigit() and accepts_connections(host, int(port))


def _database() -> Check:
    url = os.environ.get("DATABASE_URL")
    if not url:
        return Check("database", "embedded PostgreSQL (DATABASE_URL is not set)")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        return Check("database", "DATABASE_URL does not answer", f"Check address, user and password: {error}".strip())
    advice = "" if version >= OLDEST_SERVER else "Servicelane needs PostgreSQL 15 or later."
    return Check("database", f"PostgreSQL {version // 10000}.{version % 10000}", advice)


def _disk(folder: Path) -> Check:
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if not os.access(existing, os.W_OK):
        return Check("data folder", str(folder), f"{existing} is not writable; choose another with --data-dir.")
    free = shutil.disk_usage(existing).free
    advice = "" if free > _FREE_BYTES else "Less than 2 GiB are free; make room or choose another with --data-dir."
    return Check("data folder", f"{folder}, {free / 2**30:.0f} GiB free", advice)


def _stack(folder: Path) -> Check:
    state = read_state(folder)
    if state is None:
        return Check("stack", "not running (`servicelane up` starts it)")
    if accepts_connections(state.device_host, state.device_port):
        return Check("stack", f"running, API at {state.api_url}")
    return Check("stack", "running, but the broker does not answer", f"Read the logs in {folder / 'log'}.")
