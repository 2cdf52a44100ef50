"""The tests' own servers: a fresh database each, and nothing left behind however a run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import psutil
import psycopg
import pytest

from database.connection import Connection
from tests.postgres_fixtures import TestServer

ROOT: Final = Path(__file__).parents[2]

_TEST = """
import sys, time

def test_that_takes_its_time(database_url, postgres_18):
    print("server", postgres_18.server.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_server_outlives_a_run_that_is_interrupted(tmp_path: Path, how: signal.Signals) -> None:
    (tmp_path / "test_slow.py").write_text(_TEST)
    arguments = ["-p", "tests.postgres_fixtures", "-c", str(ROOT / "pyproject.toml"), "-s", "-q", str(tmp_path)]
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "--rootdir", str(tmp_path), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hear_interrupts,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SERVICELANE_TEST_PACKAGES": "streaming"},
    ) as run:
        assert run.stdout is not None
        pid = next(int(line.split()[1]) for line in run.stdout if line.startswith("server"))
        run.send_signal(how)
        run.stdout.read()
        run.wait(20)
    deadline = time.monotonic() + 20
    while psutil.pid_exists(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_each_test_has_a_database_of_its_own(postgres_18: TestServer, connection: Connection) -> None:
    await connection.execute("create table public.mine ()")
    other = postgres_18.create_database()
    try:
        with psycopg.connect(other) as there:
            row = there.execute("select to_regclass('public.mine'), to_regclass('streaming.records')::text").fetchone()
        assert row == (None, "streaming.records")
    finally:
        postgres_18.drop_database(other)


def test_a_database_of_a_test_is_gone_afterwards(postgres_18: TestServer) -> None:
    url = postgres_18.create_database()
    connection = psycopg.connect(url)  # left open: it must not keep the database
    postgres_18.drop_database(url)
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def _hear_interrupts() -> None:
    """A run in the background of a shell hands on that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
