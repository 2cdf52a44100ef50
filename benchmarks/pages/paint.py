"""How soon somebody sees a page: the largest contentful paint in Chromium, its processor slowed down four times.

Every load is a first one: a fresh profile, nothing cached, over loopback.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from benchmarks.pages.stage import Stage
from booking_api.models import Caller
from servicelane.chromium import arguments, find_chromium
from web.visitors import SESSION_COOKIE

SLOWED_DOWN: Final = 4
PHONE: Final = {"width": 360, "height": 740}
DESKTOP: Final = {"width": 1280, "height": 900}
_WATCH: Final = """new PerformanceObserver(list => {
  for (const one of list.getEntries()) window.painted_ms = one.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });"""
_PAINTED: Final = """() => new Promise(done => {
  const look = () => window.painted_ms ? done(window.painted_ms) : setTimeout(look, 20);
  look();
})"""


@dataclass(frozen=True, slots=True)
class Paint:
    """Milliseconds from the beginning of the navigation, of so many first loads."""

    page: str
    role: str
    loads: int
    median_ms: float
    worst_ms: float


def painted(stage: Stage, pages: Sequence[tuple[Caller, str, str]], loads: int) -> Iterator[Paint]:
    """`pages`: who, the path, its name. Raises RuntimeError where there is no Chromium."""
    path = find_chromium()
    if path is None:
        raise RuntimeError("Chromium is missing: apt-get install chromium, or leave paints out with --loads 0")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        _load(browser, stage, *pages[0][:2])  # the browser's own first steps
        for caller, address, name in pages:
            took = [_load(browser, stage, caller, address) for _ in range(loads)]
            yield Paint(name, caller.role, loads, round(median(took), 1), round(max(took), 1))
        browser.close()


def _load(browser: Browser, stage: Stage, caller: Caller, path: str) -> float:
    size = PHONE if caller.role == "owner" else DESKTOP
    context = browser.new_context(viewport=size, base_url=stage.address)  # type: ignore[arg-type]
    context.add_cookies([{"name": SESSION_COOKIE, "value": stage.cookie(caller), "url": stage.address}])
    page = context.new_page()
    page.add_init_script(_WATCH)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED_DOWN})
    page.goto(path, wait_until="networkidle")
    took = float(page.evaluate(_PAINTED))
    context.close()
    return took
