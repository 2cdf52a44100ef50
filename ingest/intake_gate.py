"""The gate in front of the intake: it closes when the dead-letter limit is passed, and a person opens it again.

Closed, the bridge acknowledges nothing (cars keep their data) and the writer leaves everything on the stream. The stop
is a row of `telemetry.intake_stops`, so that a restart alone does not open the gate: `servicelane quarantine resume`
does, or a start with a limit that the figures of the stop do not pass.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Collection
from typing import Final, Literal

import structlog

from database.connection import Connection, connect
from database.errors import DatabaseError, translated
from ingest import store
from ingest.dead_letter_limit import DeadLetterLimit, DeadLetterWatch, Overrun
from observability.metrics import INTAKE_STOPPED

Part = Literal["bridge", "writer"]

POLL_SECONDS: Final = 2.0
"""How often a closed gate looks whether it may open, and how soon a failed look is tried again."""

_REMIND_SECONDS: Final = 60.0
_ADVICE: Final = (
    "nothing is lost: cars keep what is not acknowledged. Read `servicelane quarantine list`, "
    "correct the cause, then `servicelane quarantine resume`, or restart with INGEST_DEAD_LETTER_CARS or "
    "INGEST_DEAD_LETTER_SHARE raised if so many broken cars are expected"
)
_log: Final = structlog.get_logger("ingest.intake")


class IntakeStoppedError(RuntimeError):
    """Too many cars' messages cannot be taken: a person has to look before more is set aside."""


class IntakeGate:
    """One per process. Works on connections of its own, which it opens only at the start and around a stop."""

    def __init__(self, url: str, role: str, part: Part, limit: DeadLetterLimit) -> None:
        self._url = url
        self._role = role
        self._part = part
        self._limit = limit
        self._watch = DeadLetterWatch(limit)
        self._stopped_by: Overrun | None = None
        self._is_noted = True  # in the table
        self._has_looked = False
        self._look_again_at = 0.0
        self._quiet_until = 0.0
        self._remind_at = 0.0
        INTAKE_STOPPED.labels(part).set(0)

    async def check(self) -> None:
        """For readiness: raises IntakeStoppedError while the gate is closed."""
        if self._stopped_by is not None:
            raise IntakeStoppedError(_ADVICE)

    async def pass_through(self, heard: Collection[str], set_aside: Collection[str]) -> None:
        """VINs of the messages in hand, and of those among them that would be set aside.

        Raises IntakeStoppedError where they must not be taken now.
        """
        await self._look()
        if self._stopped_by is None:
            await self._judge(heard, set_aside)
        await self.check()

    async def let_through(self, heard: Collection[str], set_aside: Collection[str], stopping: asyncio.Event) -> bool:
        """As `pass_through`, but waits while the gate is closed; False where `stopping` was set meanwhile."""
        while True:
            try:
                await self.pass_through(heard, set_aside)
                return True
            except IntakeStoppedError:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), POLL_SECONDS)
            if stopping.is_set():
                return False

    async def _judge(self, heard: Collection[str], set_aside: Collection[str]) -> None:
        now = time.monotonic()
        found = self._watch.note(heard, set_aside, now)
        if found is None or now < self._quiet_until:
            return
        self._close(found)
        self._is_noted = False
        self._look_again_at = 0.0
        await self._look()

    async def _look(self) -> None:
        """At the table: at the first call and while the gate is closed, but not at every call."""
        now = time.monotonic()
        if (self._has_looked and self._stopped_by is None) or now < self._look_again_at:
            return
        self._look_again_at = now + POLL_SECONDS
        try:
            await self._compare()
        except (
            DatabaseError
        ) as error:  # closed stays closed; open stays open, for the stream may well be another server
            _log.warning("intake_stops_cannot_be_read", error=str(error), again_in_seconds=POLL_SECONDS)
        self._remind(now)

    async def _compare(self) -> None:
        with translated():
            async with await connect(self._url, self._role) as connection:
                await self._settle(connection)
        self._has_looked = True

    async def _settle(self, connection: Connection) -> None:
        """What this part says and what the table says become the same."""
        known = await store.fetch_intake(connection, self._part)
        self._quiet_until = time.monotonic() + known.quiet_seconds
        if known.quiet_seconds > 0 and not self._is_noted:
            self._open("the limit is switched off for a while")
        elif not self._is_noted and self._stopped_by is not None:
            await store.insert_intake_stop(connection, self._part, self._stopped_by)
            self._is_noted = True
        elif known.stopped_by is None:
            self._open("somebody has resumed it")
        elif self._limit.is_passed(known.stopped_by):
            self._close(known.stopped_by)
        else:
            await store.resume_intake(connection, self._part, "a raised limit", quiet_seconds=0)
            self._open("the limit was raised")

    def _close(self, found: Overrun) -> None:
        if self._stopped_by is None:
            self._remind_at = 0.0
        self._stopped_by = found
        INTAKE_STOPPED.labels(self._part).set(1)

    def _open(self, why: str) -> None:
        if self._stopped_by is not None:
            _log.warning("intake_resumed", why=why)
        self._stopped_by, self._is_noted = None, True
        self._watch.forget()
        INTAKE_STOPPED.labels(self._part).set(0)

    def _remind(self, now: float) -> None:
        if self._stopped_by is None or now < self._remind_at:
            return
        self._remind_at = now + _REMIND_SECONDS
        affected, heard = self._stopped_by
        _log.error(
            "intake_stopped",
            why=f"messages of {affected} of {heard} cars cannot be taken: something is wrong for all of them",
            limit_cars=self._limit.cars,
            limit_share=self._limit.share,
            what_to_do=_ADVICE,
        )
