"""`python -m benchmarks.ingest.load_generator PLAN`: a fleet's messages over one connection per car.

Everything is encoded before it says `ready` on standard output; it starts at a line on standard input and ends with
its report as one line of JSON.
"""

from __future__ import annotations

import gc
import math
import random
import select
import ssl
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.ingest.car_connection import CarConnection, LoadError, Outgoing, boot_id_of, read_accounts
from benchmarks.ingest.drives import FRAME_MS
from benchmarks.ingest.load_plan import LoadPlan, LoadReport
from benchmarks.ingest.mqtt_packets import publish
from benchmarks.ingest.payloads import Form, Message, read_messages, shifted
from telemetry_schema.topics import up_topic

_STALLS: Final = 4
_TICK_SECONDS: Final = 0.005
_LOOK_SECONDS: Final = 0.2
"""Between two looks at the sockets of 1,000 cars, less for fewer: one read takes several answers, and windows of 50
let 250,000 messages a second through."""

_STEADY_LOOK_SECONDS: Final = 1.0
"""Where a rate is asked for nobody waits for an answer before sending more."""

_WRITES_PER_SECOND: Final = 4
"""Of one car at most, where a rate is asked for: what is due goes together, as it does where windows bound it."""

_SEED: Final = 7


@dataclass(slots=True)
class _Progress:
    started_ns: int = 0
    last_answer_ns: int = 0
    published: int = 0
    resent: int = 0
    instants: list[tuple[int, int, int, int]] = field(default_factory=list)  # car, first publish, its end, ns


class Generator:
    """`connect()`, then `run()` once."""

    def __init__(self, plan: LoadPlan) -> None:
        self._plan = plan
        self._progress = _Progress()
        self._turns: deque[tuple[int, int]] = deque()  # which car sends how many next, where a rate is asked for
        self._cars: list[CarConnection] = []
        self._numbers: dict[int, int] = {}  # by file descriptor
        self._poll = select.epoll()

    def connect(self) -> None:
        of_cars: dict[int, list[Message]] = defaultdict(list)
        ordered = in_order(list(read_messages(self._plan.messages)), self._plan)
        for message in ordered:
            of_cars[message.car].append(message)
        if self._plan.messages_per_second is not None:
            at_once = math.ceil(self._plan.messages_per_second / len(of_cars) / _WRITES_PER_SECOND)
            self._turns += gathered([message.car for message in ordered], at_once)
        longest_ms = FRAME_MS * max(sum(one.frames for one in messages) for messages in of_cars.values())
        ends_at_ms = self._plan.ends_at_ms or time.time_ns() // 1_000_000
        start_ms = started_at_ms(ends_at_ms - longest_ms, self._plan.boot)
        accounts = read_accounts(self._plan.accounts.read_text())
        for car in sorted(of_cars):
            self._connect_car(accounts[car], of_cars.pop(car), start_ms)

    def run(self) -> LoadReport:
        cpu = time.process_time()
        self._progress.started_ns = self._progress.last_answer_ns = time.time_ns()
        if self._plan.messages_per_second is None:
            for number in range(len(self._cars)):
                self._fill(number)
        self._carry()
        return self._report(time.process_time() - cpu)

    def close(self) -> None:
        if self._plan.instants:
            np.save(self._plan.instants, np.array(list(self._instants()), dtype=np.int64).reshape(-1, 3))
        for car in self._cars:
            car.close()

    def _connect_car(self, account: tuple[str, str | None], messages: Sequence[Message], start_ms: int) -> None:
        vin = account[0]
        payloads = [shifted(message, self._plan.form, start_ms, self._plan.boot) for message in messages]
        awaits = self._plan.awaits_acknowledgement
        boot_id = boot_id_of(payloads[0]) if self._plan.form is Form.PROTOBUF else bytes(16)
        outgoing = [
            Outgoing(
                publish(
                    up_topic(vin, message.kind),
                    payload,
                    number,
                    self._plan.form.content_type,
                    boot_id + message.sequence.to_bytes(8, "big"),
                ),
                message.sequence,
            )
            for number, (message, payload) in enumerate(zip(messages, payloads, strict=True), 1)
        ]
        car = CarConnection(
            (self._plan.host, self._plan.port),
            account,
            outgoing,
            window=self._plan.window,
            boot_id=boot_id if awaits else None,
            context=_context(self._plan, vin),
        )
        self._numbers[car.socket.fileno()] = len(self._cars)
        self._cars.append(car)
        self._poll.register(car.socket, select.EPOLLIN)

    def _carry(self) -> None:
        longest = _LOOK_SECONDS if self._plan.messages_per_second is None else _STEADY_LOOK_SECONDS
        look_seconds = longest * min(1.0, len(self._cars) / 1000)
        incomplete = sum(not car.is_complete for car in self._cars)
        look_at = answered_at = time.monotonic()
        stalls = 0
        while incomplete:
            self._send_due()
            time.sleep(_TICK_SECONDS if self._turns else look_seconds)
            if (now := time.monotonic()) < look_at:
                continue
            look_at = now + look_seconds
            answered, completed = self._look()
            incomplete -= completed
            if answered:
                answered_at = now
            elif now - answered_at > self._plan.stall_seconds:
                answered_at, stalls = now, stalls + 1
                self._resend(stalls)

    def _look(self) -> tuple[int, int]:
        """How many messages were answered, and how many cars have all their answers now."""
        answered = completed = 0
        for descriptor, event in self._poll.poll(0, len(self._cars) + 1):
            number = self._numbers[descriptor]
            was_complete = self._cars[number].is_complete
            answered += self._serve(number, event)
            completed += self._cars[number].is_complete and not was_complete
        return answered, completed

    def _serve(self, number: int, event: int) -> int:
        car = self._cars[number]
        was_blocked = car.socket.is_blocked
        answered = 0
        if event & select.EPOLLOUT:
            car.socket.flush()
        if event & ~select.EPOLLOUT:
            answered = car.read()
            if answered:
                self._progress.last_answer_ns = time.time_ns()
        if self._plan.messages_per_second is None:
            self._fill(number)
        self._watch(number, was_blocked)
        return answered

    def _fill(self, number: int) -> None:
        car = self._cars[number]
        was_blocked = car.socket.is_blocked
        self._send(number, car.fill)
        self._watch(number, was_blocked)

    def _watch(self, number: int, was_blocked: bool) -> None:
        car = self._cars[number]
        if car.socket.is_blocked != was_blocked:
            self._poll.modify(car.socket, select.EPOLLIN | (select.EPOLLOUT if car.socket.is_blocked else 0))

    def _send(self, number: int, send: Callable[[], int]) -> None:
        """`send` tells how many it has sent. They count from before it: the broker may be faster than we look again."""
        at_ns = time.time_ns()
        sent = send()
        self._progress.published += sent
        if sent and self._plan.instants:
            last = self._cars[number].sent
            self._progress.instants.append((number, last - sent, last, at_ns))

    def _send_due(self) -> None:
        """What the asked rate has made due."""
        rate = self._plan.messages_per_second
        if rate is None:
            return
        due = int((time.time_ns() - self._progress.started_ns) / 1e9 * rate) - self._progress.published
        while due > 0 and self._turns:
            number, together = self._turns.popleft()
            due -= together
            was_blocked = self._cars[number].socket.is_blocked
            self._send(number, partial(self._cars[number].send, together))
            self._watch(number, was_blocked)

    def _resend(self, stalls: int) -> None:
        missing = sum(car.expected - car.answered for car in self._cars)
        if stalls > _STALLS or not self._plan.awaits_acknowledgement:
            raise LoadError(f"{missing} messages were never answered; read the logs of the broker and of the consumer")
        self._progress.resent += sum(car.send_again() for car in self._cars)

    def _instants(self) -> Iterator[tuple[int, int, int]]:
        """Car, sequence, and the instant (Unix ns) of its first publish."""
        seen: set[tuple[int, int]] = set()
        for number, first, last, at in self._progress.instants:
            for one in self._cars[number].outgoing[first:last]:
                if (number, one.sequence) not in seen:
                    seen.add((number, one.sequence))
                    yield number, one.sequence, at

    def _report(self, cpu_seconds: float) -> LoadReport:
        return LoadReport(
            messages=sum(car.expected for car in self._cars),
            published=self._progress.published,
            acknowledged=sum(car.answered for car in self._cars),
            resent=self._progress.resent,
            refused=sum(car.refused for car in self._cars),
            first_publish_ns=self._progress.started_ns,
            last_answer_ns=self._progress.last_answer_ns,
            cpu_seconds=cpu_seconds,
        )


def started_at_ms(start_ms: int, boot: int) -> int:
    """Frames stand a second apart; those of another boot stand between them, not at the same instants."""
    return start_ms - start_ms % FRAME_MS + boot % FRAME_MS if boot else start_ms


def in_order(messages: list[Message], plan: LoadPlan) -> list[Message]:
    """The order of sending with the plan's disorder and repeats. A car's message trades places with its next one."""
    choose = random.Random(_SEED)
    ordered = list(messages)
    places: dict[int, list[int]] = defaultdict(list)
    for place, message in enumerate(messages):
        places[message.car].append(place)
    for own in places.values():
        for earlier, later in zip(own[::2], own[1::2], strict=False):
            if choose.random() < 2 * plan.disorder:
                ordered[earlier], ordered[later] = ordered[later], ordered[earlier]
    if not plan.repeat_every:
        return ordered
    later = len(places) + 1  # a turn of the fleet, as a resend comes
    copies = [(number + later, message) for number, message in enumerate(ordered, 1) if number % plan.repeat_every == 0]
    return [message for _, message in sorted([*enumerate(ordered), *copies], key=lambda entry: entry[0])]


def gathered(turns: Sequence[int], at_once: int) -> Iterator[tuple[int, int]]:
    """The cars' turns, each with its number of messages: within `at_once` turns of the fleet a car sends once."""
    block = len(set(turns)) * max(1, at_once)
    for start in range(0, len(turns), block):
        yield from Counter(turns[start : start + block]).items()


def _context(plan: LoadPlan, vin: str) -> ssl.SSLContext | None:
    if plan.ca_file is None:
        return None
    context = ssl.create_default_context(cafile=str(plan.ca_file))
    if plan.certificates:
        context.load_cert_chain(plan.certificates / f"{vin}.pem")
    return context


def main() -> None:
    generator = Generator(LoadPlan.read(Path(sys.argv[1])))
    try:
        generator.connect()
        gc.freeze()  # hundreds of thousands of packets: not to be looked through while they are sent
        print("ready", flush=True)
        sys.stdin.readline()
        print(generator.run().as_json(), flush=True)
        generator.close()
    except (LoadError, OSError) as error:
        sys.exit(f"load generator: {error}")


if __name__ == "__main__":
    main()
