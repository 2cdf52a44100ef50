"""What a browser waits for: each page from its first byte out to its last one in, and what its first load brings."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import httpx

from benchmarks.pages.stage import Stage
from booking_api.models import Caller

OWNER: Final = Caller("owner-1", "owner")
TECHNICIAN: Final = Caller("technician-1", "technician", "workshop-2")
ADVISER: Final = Caller("adviser-1", "service_adviser", "workshop-2")
OPERATOR: Final = Caller("operator-1", "operator")
AUDITOR: Final = Caller("auditor-1", "auditor")
VIN: Final = "BENCH000000000001"
"""The first car: of owner-1, and soon at workshop-2."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`p95_ms`: of `requests`, the median of the runs. `first_load_bytes`: the page and what it names, compressed."""

    page: str
    role: str
    requests: int
    p50_ms: float
    p95_ms: float
    first_load_bytes: int


def measured(stage: Stage, pages: Sequence[tuple[Caller, str]], runs: int, requests: int) -> Iterator[Figure]:
    for caller, path in pages:
        with stage.client(caller) as client:
            first_load = _first_load(client, path)
            timed = [_times(client, path, requests) for _ in range(runs)]
        p50, p95 = (round(median(_quantile(times, share) for times in timed), 1) for share in (0.5, 0.95))
        yield Figure(shape(path), caller.role, requests, p50, p95, first_load)


def pages_of(stage: Stage) -> list[tuple[Caller, str]]:
    with stage.client(OWNER) as client:
        car = client.get(f"/cars/{VIN}").raise_for_status().text
    concern, work, visit = (
        _named(pattern, car)
        for pattern in (r"/concerns/([0-9a-f-]{36})", r"work=([0-9a-f-]{36})", r"/visits/([0-9a-f-]{36})")
    )
    of_car = [
        "",
        f"/concerns/{concern}",
        f"/book?work={work}",
        "/history",
        "/sharing",
        "/records",
        "/waiting",
        "/signals",
    ]
    own = ["/garage", *(f"/cars/{VIN}{path}" for path in of_car), "/visits", f"/visits/{visit}"]
    own += [f"/visits/{visit}/move", "/reminders", "/account"]
    bench = ["/board", f"/cars/{VIN}", f"/cars/{VIN}/concerns/{concern}", f"/cars/{VIN}/signals", f"/visits/{visit}"]
    pages = [(OWNER, path) for path in own] + [(TECHNICIAN, path) for path in bench]
    return [*pages, (ADVISER, "/calendar"), (OPERATOR, "/operations"), (OPERATOR, "/garage"), (AUDITOR, "/access-log")]


def _named(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    if not found:
        raise RuntimeError(f"the car's page names nothing like {pattern}")
    return found[1]


def shape(path: str) -> str:
    """Without what differs from car to car."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", path.replace(VIN, "…"))


def _times(client: httpx.Client, path: str, requests: int) -> list[float]:
    """Milliseconds of each request."""
    times = []
    for _ in range(requests):
        begun = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - begun) * 1000)
        answer.raise_for_status()
    return times


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _first_load(client: httpx.Client, path: str) -> int:
    page = client.get(path).raise_for_status()
    named = sorted(set(re.findall(r"""<(?:link|script|img)[^>]*?(?:href|src)="(/[^"]+)""", page.text)))
    return page.num_bytes_downloaded + sum(client.get(one).num_bytes_downloaded for one in named)
