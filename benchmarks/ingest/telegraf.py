"""Telegraf, `mqtt_consumer` to `postgresql`, where TELEGRAF names its program; tuned, JSON, the same table."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from string import Template
from typing import Final

from benchmarks.ingest.contender import BrokerContender, until
from benchmarks.ingest.payloads import Form, Load
from benchmarks.ingest.peer_table import PeerTable
from benchmarks.ingest.stage import BenchmarkBroker, Stage, queries
from benchmarks.ingest.subscribing import UP_BATCHES, subscribe_ahead
from database.connection import connect
from servicelane.processes import die_with_parent

_CLIENT_ID: Final = "benchmark-telegraf"


class Telegraf(PeerTable, BrokerContender):
    kind = "telegraf"
    form = Form.JSON

    def __init__(self, load: Load, program: Path) -> None:
        super().__init__(load)
        self._program = program

    @property
    def name(self) -> str:
        return f"Telegraf, JSON, {self.load.words}"

    async def fresh_database(self, stage: Stage) -> str:
        """Its COPY sends a text as a text, so it cannot fill a column of type uuid."""
        url = await super().fresh_database(stage)
        async with await connect(url) as connection:
            await queries.run(connection, "keep_boot_id_as_text")
        return url

    @asynccontextmanager
    async def consumer(self, stage: Stage, broker: BenchmarkBroker, url: str) -> AsyncIterator[dict[str, int]]:
        await subscribe_ahead(broker, _CLIENT_ID, version="311")
        configuration, log = stage.folder / "telegraf.toml", stage.folder / "telegraf.log"
        configuration.touch(mode=0o600)
        configuration.write_text(_configuration(broker, url))
        process = self._start(configuration, log)

        async def connected() -> bool:
            return "Connected [" in log.read_text()

        try:
            await until(connected, f"Telegraf's connection to the broker; read {log}", 30)
            yield {"telegraf": process.pid}
        finally:
            process.terminate()
            process.wait()

    def _start(self, configuration: Path, log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as said:
            return subprocess.Popen(
                [str(self._program), "--config", str(configuration)],
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )


def _configuration(broker: BenchmarkBroker, url: str) -> str:
    return Template(Path(__file__).with_name("telegraf.toml").read_text()).substitute(
        port=broker.service_port,
        topic=UP_BATCHES,
        client_id=_CLIENT_ID,
        user=broker.service_user,
        password=broker.service_password,
        connection=url,
    )
