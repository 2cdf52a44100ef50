"""The C pipe: `mosquitto_sub -q 1` into one `psql` COPY. No repeats, no late acknowledgement, one transaction."""

from __future__ import annotations

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
from benchmarks.ingest.subscribing import subscribe_ahead, subscriber
from database.server_files import wheel_programs
from servicelane.processes import die_with_parent

_Process = subprocess.Popen[bytes]
_CLIENT_ID: Final = "benchmark-pipe"


class CPipe(PeerTable, BrokerContender):
    """Ends when it has seen as many messages as were to come, which ends the COPY and commits."""

    kind = "c-pipe"
    form = Form.TSV

    @property
    def name(self) -> str:
        return f"C pipe, {self.load.words}"

    @asynccontextmanager
    async def consumer(self, stage: Stage, broker: BenchmarkBroker, url: str) -> AsyncIterator[dict[str, int]]:
        await subscribe_ahead(broker, _CLIENT_ID, version="5")
        receiving, storing = self._start(subscriber(broker, _CLIENT_ID, version="5"), stage, url)
        self._ending = receiving, storing
        self._errors = stage.folder / "psql.stderr"
        try:
            yield {"mosquitto_sub": receiving.pid, "psql": storing.pid}
        finally:
            for process in self._ending:
                process.kill()
                process.wait()

    def _start(self, receive: list[str], stage: Stage, url: str) -> tuple[_Process, _Process]:
        messages = self.load.all_frames // self.load.frames_per_message
        copy = f"copy samples ({', '.join(TSV_COLUMNS)}) from stdin"
        receiving = subprocess.Popen(
            [*receive, "-C", str(messages)], stdout=subprocess.PIPE, preexec_fn=die_with_parent
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
