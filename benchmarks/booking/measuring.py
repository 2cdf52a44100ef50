"""What clients wait for: each request is timed by who sends it, from its first byte out to the last one in."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import httpx

from benchmarks.booking.stage import Stage

PLACE: Final = {"latitude": 52.55, "longitude": 13.6}
_MIXED_CLIENTS: Final = 8
_SEARCHES_PER_BOOKING: Final = 4


@dataclass(slots=True)
class Timed:
    """Milliseconds of each request and how they were answered."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    async def send(self, request: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        begun = time.perf_counter()
        answer = await request()
        self.milliseconds.append((time.perf_counter() - begun) * 1000)
        self.statuses[answer.status_code] += 1
        return answer

    def quantile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True)
class Figure:
    """`what` was asked `requests` times by `clients` at once, of so many workshops and days."""

    what: str
    workshops: int
    days: int
    clients: int
    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    per_second: float
    statuses: dict[str, int]


def figure(what: str, timed: Timed, seconds: float, workshops: int, days: int, clients: int = 1) -> Figure:
    p50, p95, p99 = (round(timed.quantile(share), 1) for share in (0.5, 0.95, 0.99))
    count = len(timed.milliseconds)
    statuses = {str(status): number for status, number in sorted(timed.statuses.items())}
    return Figure(what, workshops, days, clients, count, p50, p95, p99, round(count / seconds, 1), statuses)


async def searches(stage: Stage, requests: int, days: int, within_km: float | None = None) -> tuple[Timed, float]:
    """One client after the other: search and rank for one car's work."""
    timed, begun = Timed(), time.perf_counter()
    for number in range(requests):
        await timed.send(partial(_search, stage, number, days, within_km))
    return timed, time.perf_counter() - begun


def _search(stage: Stage, number: int, days: int, within_km: float | None = None) -> Awaitable[httpx.Response]:
    car = number % len(stage.vins)
    until = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    body: dict[str, Any] = {"vin": stage.vins[car], "recommendation_ids": [stage.work[car]], "position": PLACE}
    body |= {"until": until, "preferred_days": ["thursday"], "day_part": "morning"}
    body |= {"within_km": within_km} if within_km else {}
    return stage.clients[car].post("/v1/slot-searches", json=body)


async def bookings(stage: Stage, requests: int, days: int, path: str = "/v1/bookings") -> tuple[Timed, float]:
    """Each car searches (not timed), books what is recommended (timed) and cancels it again (not timed)."""
    timed, spent = Timed(), 0.0
    for number in range(requests):
        request = await _booking(stage, number, days)
        begun = time.perf_counter()
        answer = await timed.send(partial(_post, stage, path, request))
        spent += time.perf_counter() - begun
        await _cancel(stage, number, answer)
    return timed, spent


async def _booking(stage: Stage, number: int, days: int) -> dict[str, Any]:
    slots: Sequence[dict[str, Any]] = (await _search(stage, number, days)).json()["slots"]
    slot, car = slots[number % len(slots)], number % len(stage.vins)
    work = {"vin": stage.vins[car], "recommendation_ids": [stage.work[car]]}
    return work | {"workshop_id": slot["workshop_id"], "starts_at": slot["starts_at"]}


def _post(stage: Stage, path: str, body: dict[str, Any]) -> Awaitable[httpx.Response]:
    return stage.clients[stage.vins.index(body["vin"])].post(path, json=body)


async def _cancel(stage: Stage, number: int, booked: httpx.Response) -> None:
    if booked.status_code == 201:
        await stage.clients[number % len(stage.vins)].delete(f"/v1/bookings/{booked.json()['booking_id']}")


async def race(stage: Stage, rounds: int, days: int) -> tuple[Timed, float]:
    """Every owner wants the same slot at the same moment, round after round."""
    timed, begun = Timed(), time.perf_counter()
    for number in range(rounds):
        wanted = await _booking(stage, number, days)
        requests = [
            {**wanted, "vin": vin, "recommendation_ids": [work]}
            for vin, work in zip(stage.vins, stage.work, strict=True)
        ]
        answers = await asyncio.gather(*(timed.send(partial(_post, stage, "/v1/bookings", one)) for one in requests))
        for car, answer in enumerate(answers):
            await _cancel(stage, car, answer)
    return timed, time.perf_counter() - begun


async def mixed(stage: Stage, requests: int, days: int) -> tuple[Timed, float]:
    """Eight clients at once: four searches for each booking, each booking cancelled a little later."""
    timed, begun, numbers = Timed(), time.perf_counter(), itertools.count()

    async def client(chance: random.Random) -> None:
        while (number := next(numbers)) < requests:
            if chance.random() * (_SEARCHES_PER_BOOKING + 1) < _SEARCHES_PER_BOOKING:
                await timed.send(partial(_search, stage, number, days))
            else:
                request = await _booking(stage, number, days)
                await _cancel(stage, number, await timed.send(partial(_post, stage, "/v1/bookings", request)))

    await asyncio.gather(*(client(random.Random(seed)) for seed in range(_MIXED_CLIENTS)))
    return timed, time.perf_counter() - begun
