"""Carries MQTT messages onto the stream and answers each with `down/ack`, after the append is durable.

The order is what the promise rests on: first the append, then `down/ack` and the acknowledgement to the broker. While
the stream cannot be reached nothing is acknowledged to anybody; the broker stops delivering at its window, and head
units keep what they have.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import structlog

from ingest.admission import Admission, Verdict, defer
from ingest.answers import Answer, WaitingAnswers
from ingest.bridge_session import session_of
from ingest.broker_connection import BrokerConnection
from ingest.intake_gate import IntakeGate
from ingest.packed_messages import packed
from ingest.received import Received
from ingest.settings import IngestSettings
from observability.metrics import BRIDGE_APPEND_SECONDS, BRIDGE_MESSAGES
from streaming.contract import Stream
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.events import encode_acknowledgements
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Down, down_topic, vin_of

_LEAVING_SECONDS: Final = 0.5
"""A bridge that leaves its fellows goes when nothing more has come for so long."""

_WAIT_SECONDS: Final = 0.5
_RETRY_SECONDS: Final = (0.1, 0.5, 1.0, 2.0, 5.0)
_log: Final = structlog.get_logger("ingest.bridge")


class _Judged(NamedTuple):
    """Messages of one take: how the broker calls them, on which connection they came, and what becomes of them."""

    mids: list[int]
    generation: int
    verdicts: list[Verdict]
    answers: list[Answer]


class MqttBridge:
    """`await bridge.run(stopping)` until stopped."""

    def __init__(self, settings: IngestSettings, stream: Stream, gate: IntakeGate | None = None) -> None:
        """Without a gate there is no dead-letter limit."""
        self._settings = settings
        self._session = session_of(settings)
        self._stream = stream
        self._gate = gate
        self._budgets = settings.vehicle_budgets()
        self._admission = Admission()
        self._connection = BrokerConnection(settings, self._session)
        self._answers = WaitingAnswers()

    @property
    def is_listening(self) -> bool:
        """Whether the broker has its subscription: from then on no message passes it by."""
        return self._connection.is_listening

    async def check(self) -> None:
        """Raises ConnectionError where no message could come through now."""
        if not self.is_listening:
            raise ConnectionError("the broker does not deliver; is it running, and does it know the bridge's account?")

    async def run(self, stopping: asyncio.Event) -> None:
        async with self._connection:
            await self._carry_all(stopping)
            if self._session.shared and self.is_listening:
                await self._leave(stopping)

    async def _carry_all(self, stopping: asyncio.Event) -> None:
        """While some messages are on their way to the disk the next ones are read and judged."""
        under_way: asyncio.Task[bool] | None = None
        try:
            while not stopping.is_set():
                messages = await self._connection.take(self._settings.messages_at_once, _WAIT_SECONDS)
                if not messages:
                    self._tell(everything=True)
                judged = self._judge(messages)
                if under_way and not await under_way:
                    return
                under_way = asyncio.create_task(self._carry(judged, stopping)) if messages else None
            if under_way:
                await under_way
        finally:
            if under_way:
                under_way.cancel()

    async def _leave(self, stopping: asyncio.Event) -> None:
        """The others take over; what the broker has given to this one is carried, so that no car sends it again."""
        self._connection.unsubscribe()
        while messages := await self._connection.take(self._settings.messages_at_once, _LEAVING_SECONDS):
            if not await self._carry(self._judge(messages), stopping):
                return

    def _judge(self, messages: Sequence[Received]) -> _Judged:
        now = time.monotonic()
        admitted, deferred = self._within_budget(messages, now)
        verdicts = self._admission.judge(admitted)
        for verdict in verdicts:
            self._budgets.charge_values(verdict.vin or "", verdict.values, now)
        answers = deferred + [(one, verdict.acknowledgement) for one, verdict in zip(admitted, verdicts, strict=True)]
        return _Judged([message.mid for message in messages], self._connection.generation, verdicts, answers)

    async def _carry(self, judged: _Judged, stopping: asyncio.Event) -> bool:
        """Appends, answers, acknowledges. False: stopped before the append, and the messages are the broker's still."""
        if not (await self._may_take(judged.verdicts, stopping) and await self._append(judged.verdicts, stopping)):
            return False
        self._answers.add(judged.answers, time.monotonic())
        for mid in judged.mids:
            self._connection.acknowledge(mid, judged.generation)
        self._tell(everything=stopping.is_set())
        _count(judged.answers)
        return True

    def _within_budget(self, messages: Iterable[Received], now: float) -> tuple[list[Received], list[Answer]]:
        """What is carried now, and what is put off with the answer that says so: nobody waits for a chatty car."""
        admitted: list[Received] = []
        deferred: list[Answer] = []
        for one in messages:
            if one.is_retained:
                continue
            wait_seconds = self._budgets.wait_seconds(vin_of(one.topic), len(one.payload), now)
            if wait_seconds:
                deferred.append((one, defer(one, wait_seconds)))
            else:
                admitted.append(one)
        return admitted, deferred

    async def _may_take(self, verdicts: Sequence[Verdict], stopping: asyncio.Event) -> bool:
        if self._gate is None:
            return True
        heard = {verdict.vin for verdict in verdicts if verdict.vin}
        set_aside = {verdict.vin for verdict in verdicts if verdict.vin and verdict.is_set_aside}
        return await self._gate.let_through(heard, set_aside, stopping)

    async def _append(self, verdicts: Sequence[Verdict], stopping: asyncio.Event) -> bool:
        started = time.perf_counter()
        for attempt in range(10**9):
            try:
                if verdicts:
                    await self._stream.produce(list(packed(verdict.record for verdict in verdicts)))
            except Exception as error:  # whatever keeps the stream from us: wait, nothing has been acknowledged
                wait = _RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)]
                _log.warning("the stream does not take records; trying again", error=str(error), seconds=wait)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), wait)
                if stopping.is_set():
                    return False
            else:
                BRIDGE_APPEND_SECONDS.observe(time.perf_counter() - started)
                return True
        return False

    def _tell(self, *, everything: bool) -> None:
        """With QoS 0: where it is lost the car sends again."""
        for topic, content_type, entries in self._answers.take(time.monotonic(), everything=everything):
            language = JSON if content_type.lstrip()[: len(JSON)].lower() == JSON else PROTOBUF
            payload = encode_acknowledgements(entries, language)
            self._connection.publish(down_topic(vin_of(topic), Down.ACK), payload, language)
        self._connection.flush()


def _count(answers: Iterable[Answer]) -> None:
    told = Counter((answer.disposition, answer.reason) if answer else None for _, answer in answers)
    for kind, number in told.items():
        if kind is None:
            BRIDGE_MESSAGES.labels("quarantined", "unknown_topic").inc(number)
            continue
        disposition = wire.Disposition.Name(kind[0]).removeprefix("DISPOSITION_").lower()
        BRIDGE_MESSAGES.labels(disposition, kind[1]).inc(number)
