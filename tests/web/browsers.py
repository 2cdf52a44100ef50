"""A real Chromium: Debian's, driven by Playwright; sizes of a phone and a desktop; what a page must not do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from booking_api.models import Caller
from servicelane.chromium import arguments, find_chromium
from tests.postgres_fixtures import TestServer, fresh
from tests.web.conftest import Site
from web.visitors import SESSION_COOKIE

PHONE: Final = {"width": 360, "height": 740}
DESKTOP: Final = {"width": 1280, "height": 900}
PATIENCE_MS: Final = 90_000
"""A slow machine is given this long; a quick one goes on at once."""
LOCALES: Final = {"en": "en-GB", "zh": "zh-CN"}


def chromium() -> str:
    """Its path. Skips the test where there is none, and fails where there must be one."""
    found = find_chromium()
    if found is None:
        message = "Chromium is missing: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    path = chromium()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page with what went wrong on it: errors of script or network, requests to other hosts."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.type}: {message.text} at {self.page.url}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address + "/", "data:", "blob:")):
            self.wrong.append(f"another host: {request.url}")


@contextmanager
def opened(
    browser: Browser,
    site: Site,
    caller: Caller | None,
    *,
    size: dict[str, int] = PHONE,
    language: str = "en",
    scheme: str = "light",
    scale: float = 1,
) -> Iterator[Watched]:
    """A page of a fresh profile; `caller` has signed in. What went wrong fails the test at the end."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale=LOCALES[language],
        color_scheme=scheme,  # type: ignore[arg-type]
        timezone_id="Europe/Berlin",
        device_scale_factor=scale,
        reduced_motion="reduce",
        base_url=site.address,
    )
    context.set_default_timeout(PATIENCE_MS)
    if caller:
        sign_in(context, site, caller)
    watched = Watched(context.new_page(), site.address)
    try:
        yield watched
    finally:
        context.close()
    assert watched.wrong == []


def sign_in(context: BrowserContext, site: Site, caller: Caller) -> None:
    context.add_cookies([{"name": SESSION_COOKIE, "value": site.sealed(caller), "url": site.address}])


@pytest.fixture(scope="module")
def browser(postgres_18: TestServer) -> Iterator[Browser]:
    with fresh(postgres_18):
        pass  # the template is made before Playwright's loop runs in this thread
    with open_browser() as running:
        yield running
