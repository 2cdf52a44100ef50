"""The schedule as a process: it scores the night, reminds and delivers by itself, also after it was killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from database.connection import Pool
from maintenance_planner.schedule.job_queue import be_ready, job_app
from maintenance_planner.schedule.worker import SILENT_SECONDS, Pulse, add, forget_crashed
from servicelane.ports import free_port
from tests.maintenance_planner.reminders.conftest import Reminded, reminded

__all__ = ["reminded"]

ROLE = "servicelane_maintenance_planner"
NIGHTS = "select night_on, finished_at from planner.nights"
SENT = "select state from planner.reminder_deliveries where channel = 'in_app'"
PATIENCE_SECONDS = 90.0


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await holds():
            await asyncio.sleep(0.1)


async def start(url: str, **environment: str) -> Process:
    words = [sys.executable, "-m", "maintenance_planner", "schedule"]
    return await asyncio.create_subprocess_exec(
        *words, env={**os.environ, "DATABASE_URL": url, "MAINTENANCE_PLANNER_NIGHT_PROCESSES": "1", **environment}
    )


async def test_the_queue_is_made_once_by_several_at_once(planner_pool: Pool) -> None:
    await asyncio.gather(*(be_ready(planner_pool) for _ in range(3)))
    async with planner_pool.connection() as connection:
        found = await connection.execute("select to_regclass('planner_jobs.procrastinate_jobs') is not null as made")
        assert await found.fetchone() == {"made": True}
        others = await connection.execute(
            "select 1 from pg_tables where tablename ~ '^procr' and schemaname <> 'planner_jobs'"
        )
        assert await others.fetchall() == []


@pytest.mark.long  # the ticks of the schedule are minutes
async def test_it_scores_reminds_and_delivers_and_after_a_kill_goes_on(reminded: Reminded, database_url: str) -> None:
    await reminded.advise(4, datetime.now(UTC) + timedelta(days=1))
    port = free_port()
    process = await start(database_url, STREAMING_HEALTH_PORT=str(port))

    async def has_worked() -> bool:
        assert process.returncode is None
        return bool(await reminded.rows(NIGHTS)) and {"state": "sent"} in await reminded.rows(SENT)

    await until(has_worked)
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/readyz")
    assert answer.json()["checks"] == {"database": "ok", "jobs": "ok"}
    process.kill()
    await process.wait()
    await reminded.run("delete from planner.nights")
    await reminded.run("delete from planner_jobs.procrastinate_periodic_defers")  # as if the next tick had come
    process = await start(database_url)
    await until(has_worked)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), PATIENCE_SECONDS) == 0
    assert len(await reminded.rows("select 1 from planner.reminders")) == 1


async def test_jobs_of_a_process_that_is_gone_are_forgotten(planner_pool: Pool, database_url: str, pool: Pool) -> None:
    await be_ready(planner_pool)
    words = (
        "with gone as (insert into planner_jobs.procrastinate_workers (last_heartbeat) "
        "values (now() - interval '1 hour') returning id) "
        "insert into planner_jobs.procrastinate_jobs (queue_name, task_name, status, worker_id) "
        "select 'default', 'remind', 'doing', id from gone"
    )
    async with pool.connection() as connection:
        await connection.execute("set local search_path = planner_jobs")
        await connection.execute(words.encode())
    app = job_app(database_url, ROLE)
    async with app.open_async():
        await forget_crashed(app)
    async with pool.connection() as connection:
        left = await connection.execute("select 1 from planner_jobs.procrastinate_jobs")
        assert await left.fetchall() == []


async def test_a_queue_that_stands_still_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("maintenance_planner.schedule.worker.time.monotonic", lambda: now[0])
    pulse = Pulse()
    now[0] += SILENT_SECONDS
    await pulse.check()
    now[0] += 1
    with pytest.raises(TimeoutError):
        await pulse.check()
    pulse.beat()
    await pulse.check()


async def test_one_job_of_a_kind_waits_at_most(planner_pool: Pool, database_url: str) -> None:
    await be_ready(planner_pool)
    app = job_app(database_url, ROLE)

    async def nothing() -> None:
        pass

    add(app, Pulse(), "remind", "*/10 * * * *", nothing)
    assert app.tasks["remind"].queueing_lock == "remind"
