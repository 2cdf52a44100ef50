"""The process that does what is due by the clock. Several may run: each job is done once.

procrastinate defers and runs the jobs. That a night is scored once and a rung is climbed once does not rest on it: the
planner's own tables say what was done, and a job that runs twice, late or half finds that out there.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from procrastinate import App
from procrastinate.jobs import Status

from database.connection import Pool, open_pool
from database.settings import DatabaseSettings
from maintenance_planner.reminders.configured import configured_channels
from maintenance_planner.reminders.delivering import deliver
from maintenance_planner.reminders.reminding import remind
from maintenance_planner.schedule.job_queue import be_ready, job_app
from maintenance_planner.schedule.night import by_processes, score_night
from maintenance_planner.settings import MailSettings, ScheduleSettings
from streaming.worker_process import database_check, serving_health, stopped_by_signals

Job = Callable[[], Awaitable[object]]

SILENT_SECONDS: Final = 900.0
"""So long no job of any kind was begun: the queue stands still."""

_END_SECONDS: Final = 20.0


class Pulse:
    """For readiness: when a job was begun last."""

    def __init__(self) -> None:
        self._beat_at = time.monotonic()

    def beat(self) -> None:
        self._beat_at = time.monotonic()

    async def check(self) -> None:
        if time.monotonic() - self._beat_at > SILENT_SECONDS:
            raise TimeoutError("no job was begun for a long time")


async def run_schedule(role: str) -> None:
    """Until SIGTERM or SIGINT; what a job has in hand has some seconds to end. Raises ChannelSettingsError."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # else several lines per job and minute
    settings, url = ScheduleSettings(), DatabaseSettings().database_url
    channels = configured_channels(settings, MailSettings())
    names = [channel.name for channel in channels]
    stopping, pulse = stopped_by_signals(), Pulse()
    async with open_pool(url, role=role) as pool:
        await be_ready(pool)
        app = job_app(url, role)
        score = by_processes(settings.night_processes)
        add(app, pulse, "night", "*/10 * * * *", lambda: score_night(pool, url, role, _now(), settings, score))
        add(app, pulse, "remind", "*/10 * * * *", lambda: remind(pool, names, settings.time_zone, _now()))
        add(app, pulse, "deliver", "* * * * *", lambda: deliver(pool, channels, settings.time_zone, _now))
        add(app, pulse, "tidy", "30 * * * *", lambda: forget_crashed(app))
        await _work(app, pool, pulse, stopping)


def add(app: App, pulse: Pulse, name: str, cron: str, job: Job) -> None:
    """One at most waits in the queue, and one that failed is not missed: the next tick does its work."""

    async def run(timestamp: int) -> None:
        pulse.beat()
        await job()

    app.periodic(cron=cron, periodic_id=name)(app.task(name=name, queueing_lock=name)(run))


async def forget_crashed(app: App) -> None:
    """Jobs whose process ended in the middle: their work was taken up by the next tick long ago."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)


async def _work(app: App, pool: Pool, pulse: Pulse, stopping: asyncio.Event) -> None:
    async with app.open_async(), serving_health(database=database_check(pool), jobs=pulse.check):
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=3,
                delete_jobs="always",
                install_signal_handlers=False,
                shutdown_graceful_timeout=_END_SECONDS,
            )
        )
        asked = asyncio.create_task(stopping.wait())
        await asyncio.wait((worker, asked), return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker


def _now() -> datetime:
    return datetime.now(UTC)
