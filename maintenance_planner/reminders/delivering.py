"""Carries waiting reminders to their channels, and tries again later what did not arrive.

No transaction is open while a message is on its way. Two workers never carry the same delivery at once; after a crash
in between it is carried again once its time in hand has run out, under the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from database.connection import Pool
from maintenance_planner.reminders import store
from maintenance_planner.reminders.channels import Channel, DeliveryError, DeliveryRefusedError
from maintenance_planner.reminders.ladder import THROUGH_QUIET_HOURS, ChannelName
from maintenance_planner.reminders.preferences import Preferences, by_default
from maintenance_planner.reminders.quiet_hours import after_quiet
from observability.metrics import REMINDERS

IN_HAND: Final = timedelta(minutes=5)
"""Longer than any channel waits for its other side."""

RETRY_AFTER: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""After the last it is given up: two days, as long as a mail server would try."""

_log: Final = structlog.get_logger(__name__)


async def deliver(pool: Pool, channels: Sequence[Channel], time_zone: str, clock: Callable[[], datetime]) -> int:
    """Carries everything that waits at the clock's now, and how much was taken by its other side."""
    by_name = {channel.name: channel for channel in channels}
    sent = 0
    while (taken := await _take(pool, by_name, clock())) is not None:
        sent += await _carry(pool, by_name[taken.channel], taken, time_zone, clock)
    return sent


async def _take(pool: Pool, by_name: Mapping[ChannelName, Channel], now: datetime) -> store.Taken | None:
    async with pool.connection() as connection:
        return await store.take_delivery(connection, list(by_name), now, now + IN_HAND)


async def _carry(
    pool: Pool, channel: Channel, taken: store.Taken, time_zone: str, clock: Callable[[], datetime]
) -> bool:
    async with pool.connection() as connection:
        chosen = await store.fetch_preferences(connection, [taken.message.owner_id])
    preferences = chosen.get(taken.message.owner_id) or by_default(time_zone)
    if not taken.is_still_due or taken.channel not in preferences.channels:
        await _end(pool, taken, "withdrawn", clock())
        return False
    if (until := _quiet_until(preferences, taken, clock())) is not None:
        await _put_off(pool, taken, until, taken.attempts - 1, None)
        return False
    message = replace(taken.message, language=preferences.language)
    try:
        await channel.send(message, clock())
    except DeliveryRefusedError as error:
        await _end(pool, taken, "given_up", clock(), str(error))
        return False
    except DeliveryError as error:
        await _try_later(pool, taken, preferences, clock(), str(error))
        return False
    await _end(pool, taken, "sent", clock())
    return True


async def _try_later(pool: Pool, taken: store.Taken, preferences: Preferences, now: datetime, detail: str) -> None:
    if taken.attempts > len(RETRY_AFTER):
        await _end(pool, taken, "given_up", now, detail)
        return
    again_at = now + RETRY_AFTER[taken.attempts - 1]
    await _put_off(pool, taken, _quiet_until(preferences, taken, again_at) or again_at, taken.attempts, detail)
    _log.info("reminder_put_off", reminder_id=str(taken.message.reminder_id), channel=taken.channel, why=detail)


def _quiet_until(preferences: Preferences, taken: store.Taken, at: datetime) -> datetime | None:
    """None: at this instant the message may arrive."""
    until = after_quiet(preferences.quiet, at)
    return None if taken.message.urgency >= THROUGH_QUIET_HOURS or until == at else until


async def _put_off(pool: Pool, taken: store.Taken, until: datetime, attempts: int, detail: str | None) -> None:
    async with pool.connection() as connection:
        await store.put_off_delivery(connection, taken, until, attempts, detail)


async def _end(pool: Pool, taken: store.Taken, state: str, now: datetime, detail: str | None = None) -> None:
    async with pool.connection() as connection:
        await store.end_delivery(connection, taken, state, now, detail)
    REMINDERS.labels(taken.channel, state).inc()
    if state == "given_up":
        _log.warning("reminder_given_up", reminder_id=str(taken.message.reminder_id), channel=taken.channel, why=detail)
