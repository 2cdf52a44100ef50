"""The C pipe: `mosquitto_sub -q 1` into one `psql` COPY. No repeats, no late acknowledgement, one transaction."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from benchmarks.ingest.contender import BrokerContender, until
from benchmarks.ingest.load_plan import LoadReport
from benchmarks.ingest.measurement import RunFailed
from benchmarks.ingest.payloads import TSV_COLUMNS, Form
from benchmarks.ingest.peer_table import PeerTable
from benchmarks.ingest.processor_time import has_ended
from benchmarks.ingest.stage import BenchmarkBroker, Stage
from database.server_files import wheel_programs
from servicelane.processes import die_with_parent
from telemetry_schema.topics import MQTT_ROOT

_Process = subprocess.Popen[bytes]
_TOPIC: Final = f"{MQTT_ROOT}/+/up/batches"


class CPipe(PeerTable, BrokerContender):
    """Ends when it has seen as many messages as were to come, which ends the COPY and commits."""

    kind = "c-pipe"
    form = Form.TSV

    @property
    def name(self) -> str:
        return f"C pipe, {self.load.words}"

    @asynccontextmanager
    async def consumer(self, stage: Stage, broker: BenchmarkBroker, url: str) -> AsyncIterator[dict[str, int]]:
        subscriber = _subscriber(broker)
        await _subscribe_ahead(subscriber)
        receiving, storing = self._start(subscriber, stage, url)
        self._ending = receiving, storing
        self._errors = stage.folder / "psql.stderr"
        try:
            yield {"mosquitto_sub": receiving.pid, "psql": storing.pid}
        finally:
            for process in self._ending:
                process.kill()
                process.wait()

    def _start(self, subscriber: list[str], stage: Stage, url: str) -> tuple[_Process, _Process]:
        messages = self.load.all_frames // self.load.frames_per_message
        copy = f"copy samples ({', '.join(TSV_COLUMNS)}) from stdin"
        receiving = subprocess.Popen(
            [*subscriber, "-C", str(messages)], stdout=subprocess.PIPE, preexec_fn=die_with_parent
        )
        storing = subprocess.Popen(
            [str(wheel_programs() / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", copy, url],
            stdin=receiving.stdout,
            stderr=(stage.folder / "psql.stderr").open("wb"),
            env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
            preexec_fn=die_with_parent,
        )
        assert receiving.stdout
        receiving.stdout.close()
        return receiving, storing

    async def wait_until_stored(self, url: str, load: LoadReport) -> None:
        """Both have ended and are not waited for, so that their times can still be read."""

        async def ended() -> bool:
            return all(has_ended(process.pid) for process in self._ending)

        await until(ended, "the end of psql's COPY", every=0.05)
        said = self._errors.read_text()
        if said:
            raise RunFailed(f"psql: {said.strip()}")


def _subscriber(broker: BenchmarkBroker) -> list[str]:
    account = ["-u", broker.service_user, "-P", broker.service_password]
    session = ["-c", "-i", "benchmark-pipe", "-V", "5", "-x", "3600"]
    return ["mosquitto_sub", "-p", str(broker.service_port), *account, *session, "-q", "1", "-t", _TOPIC]


async def _subscribe_ahead(subscriber: list[str]) -> None:
    """Leaves a session behind, so that no message can come before the subscription."""
    process = await asyncio.create_subprocess_exec(*subscriber, "-E")
    if await process.wait():
        raise RunFailed("mosquitto_sub could not subscribe")
