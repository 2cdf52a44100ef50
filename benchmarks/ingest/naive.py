"""The naive consumer as a contender: what a backend looks like before anybody has measured it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.ingest.contender import BrokerContender
from benchmarks.ingest.payloads import Form
from benchmarks.ingest.peer_table import PeerTable
from benchmarks.ingest.stage import BenchmarkBroker, Stage
from servicelane.processes import die_with_parent


class Naive(PeerTable, BrokerContender):
    kind = "naive"
    form = Form.JSON

    @property
    def name(self) -> str:
        return f"naive paho + INSERT, {self.load.words}"

    @asynccontextmanager
    async def consumer(self, stage: Stage, broker: BenchmarkBroker, url: str) -> AsyncIterator[dict[str, int]]:
        told = {
            "DATABASE_URL": url,
            "NAIVE_BROKER_PORT": str(broker.service_port),
            "NAIVE_BROKER_USER": broker.service_user,
            "NAIVE_BROKER_PASSWORD": broker.service_password,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "benchmarks.ingest.naive_consumer"),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **told},
            preexec_fn=die_with_parent,
        )
        assert process.stdout
        try:
            await asyncio.wait_for(process.stdout.readline(), 30)
            yield {"naive consumer": process.pid}
        finally:
            process.kill()
            await process.wait()
