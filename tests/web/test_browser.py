"""Owners in a real Chromium, on a phone and a desktop, in both languages."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from booking_api.models import Caller
from tests.booking_api.conftest import VIN
from tests.web import live_parts
from tests.web.browsers import DESKTOP, PHONE, browser, opened
from tests.web.conftest import LIBRARIES, Site, bound_socket, fill, running_site
from tests.web.test_pages import HOSTILE, concern_of
from tests.web.worlds import OWNER, World

__all__ = ["browser"]

pytestmark = pytest.mark.timeout(400)  # a browser on a slow machine, with other tests beside it

ADVISER: Final = Caller("adviser-1", "service_adviser", "workshop-2")
TECHNICIAN: Final = Caller("technician-1", "technician", "workshop-2")
OPERATOR: Final = Caller("operator-1", "operator")
AUDITOR: Final = Caller("auditor-1", "auditor")
AXE: Final = LIBRARIES / "axe-core" / "axe.min.js"
CONTROLLED: Final = """new Promise(done => navigator.serviceWorker.controller
  ? done(true) : navigator.serviceWorker.addEventListener("controllerchange", () => done(true)))"""
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_a_new_fault_is_shown_without_a_reload_and_none_is_missed_while_the_server_restarts(
    browser: Browser, database_url: str, secrets_folder: Path
) -> None:
    fill(database_url, live_parts.car_with_a_visit)
    with bound_socket() as bound, live_parts.working_parts(database_url), ExitStack() as servers:
        first = ExitStack()
        site = first.enter_context(running_site(database_url, secrets_folder, bound=bound))
        servers.push(first)
        with opened(browser, site, live_parts.TECHNICIAN, size=DESKTOP) as watched:
            page, faults = watched.page, watched.page.locator("#wrong + .cards li")
            page.goto(f"/cars/{VIN}")
            expect(faults).to_have_count(0)
            page.evaluate("window.still_the_same = true")
            live_parts.send(database_url, 1, live_parts.THERMOSTAT)
            expect(faults).to_have_count(1)
            expect(page.locator("[data-news]")).to_contain_text("Something new")
            first.close()
            live_parts.send(database_url, 2, live_parts.THERMOSTAT, live_parts.MISFIRE)
            servers.enter_context(running_site(database_url, secrets_folder, bound=bound))
            expect(faults).to_have_count(2)
            assert page.evaluate("window.still_the_same") is True
            watched.wrong[:] = [one for one in watched.wrong if "net::ERR_" not in one]


def test_what_suits_is_searched_without_a_new_page(browser: Browser, shared_site: Site, shared_world: World) -> None:
    if not (LIBRARIES / "htmx.org").exists():
        pytest.skip("htmx is missing: make web-libraries")
    with opened(browser, shared_site, OWNER) as watched:
        page = watched.page
        page.goto(f"/cars/{VIN}/book?work={shared_world.recommendation_id}")
        page.evaluate("window.still_the_same = true; document.querySelector('#slots').dataset.before = 'yes'")
        page.get_by_label("Afternoon").check(force=True)
        expect(page.locator("#slots[data-before]")).to_have_count(0)
        assert page.locator("#slots").get_by_text("at the time of day you prefer").count() > 0
        assert page.evaluate("window.still_the_same") is True


def test_the_pages_that_are_opened_most_keep_nobody_out(
    browser: Browser, shared_site: Site, shared_world: World
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is missing: make setup-dev")
    fault = f"/cars/{VIN}/concerns/{concern_of(shared_site.client(OWNER))}"
    tried = [
        (OWNER, PHONE, "light", f"/cars/{VIN}"),
        (OWNER, PHONE, "dark", f"/cars/{VIN}/book?work={shared_world.recommendation_id}"),
        (TECHNICIAN, DESKTOP, "dark", fault),
    ]
    for caller, size, scheme, path in tried:
        with opened(browser, shared_site, caller, size=size, scheme=scheme) as watched:
            assert _violations(watched.page, path) == [], path


@pytest.mark.long
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_keeps_anybody_out(
    browser: Browser, site: Site, world: World, size: dict[str, int], scheme: str
) -> None:
    """axe-core finds nothing, and nothing is wider than the screen."""
    if not AXE.exists():
        pytest.skip("axe-core is missing: make setup-dev")
    paths = ["/", *world.pages(concern_of(site.client(OWNER))), f"/cars/{VIN}/sharing?", "/nothing"]
    with opened(browser, site, OWNER, size=size, scheme=scheme) as watched:
        found = {path: found for path in paths if (found := _violations(watched.page, path))}
        watched.wrong[:] = [one for one in watched.wrong if "404" not in one]
    with opened(browser, site, None, size=size, scheme=scheme) as watched:
        found |= {path: seen for path in ("/", "/offline", "/sign-in") if (seen := _violations(watched.page, path))}
    assert found == {}


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_keeps_those_who_work_with_it_out(
    browser: Browser, site: Site, world: World, database_url: str, scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is missing: make setup-dev")
    for write in (world.bring_in, world.fill_the_board, world.ask_the_owner, world.set_aside):
        fill(database_url, write)
    visit, fault = f"/visits/{world.booking_id}", f"/cars/{VIN}/concerns/{concern_of(site.client(OWNER))}"
    tried = [
        (TECHNICIAN, PHONE, [visit]),
        (TECHNICIAN, DESKTOP, ["/board", visit, fault]),
        (OWNER, PHONE, [visit]),
        (OPERATOR, DESKTOP, ["/operations", "/garage"]),
        (AUDITOR, DESKTOP, ["/access-log"]),
    ]
    found: dict[str, list[str]] = {}
    for caller, size, paths in tried:
        with opened(browser, site, caller, size=size, scheme=scheme) as watched:
            found |= {path: seen for path in paths if (seen := _violations(watched.page, path))}
    assert found == {}


def _violations(page: Page, path: str) -> list[str]:
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {{runOnly: {_RULES}}})")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    told = [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0].get('failureSummary', '')}"
        for one in found["violations"]
    ]
    return told + ([f"{wide} px wider than the screen"] if wide > 0 else [])


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)], ids=["one-of-a-kind", "every"])
def test_hostile_text_runs_nothing_and_breaks_no_layout(
    browser: Browser, site: Site, database_url: str, every: bool
) -> None:
    world, kinds = World(text=HOSTILE), ("/concerns/", "/book?", "/history", "/visits/")
    fill(database_url, world.write)
    fill(database_url, world.bring_in)
    concern = concern_of(site.client(OWNER))
    own = world.pages(UUID(concern))
    bench = ["/board", "/calendar", f"/cars/{VIN}", f"/cars/{VIN}/concerns/{concern}", f"/visits/{world.booking_id}"]
    odd = Caller(HOSTILE[:200], "technician", "workshop-2")
    tried = [(OWNER, [next(path for path in own if kind in path) for kind in kinds]), (TECHNICIAN, bench[:1])]
    if every:
        fill(database_url, world.ask_the_owner)
        tried = [(odd, [*bench, "/account"]), (OWNER, own), (OPERATOR, ["/operations"]), (AUDITOR, ["/access-log"])]
    for caller, paths in tried:
        with opened(browser, site, caller) as watched:
            watched.page.on("dialog", lambda dialog, wrong=watched.wrong: wrong.append(f"dialog: {dialog.message}"))
            for path in paths:
                watched.page.goto(path)
                wide = watched.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, path


def test_without_a_network_the_last_known_state_is_shown_with_its_age(
    browser: Browser, shared_site: Site, shared_world: World
) -> None:
    with opened(browser, shared_site, OWNER) as watched:
        page = watched.page
        page.goto("/garage")
        page.evaluate(CONTROLLED)
        page.goto(f"/cars/{VIN}", wait_until="networkidle")
        page.context.set_offline(True)
        page.goto(f"/cars/{VIN}")
        note = page.locator(".kept-note")
        note.wait_for(state="visible")
        assert re.search(r"This is what was known at .*2026.*,.*(ago|in)", note.inner_text())
        assert page.locator(".sentence").first.inner_text()
        page.goto(f"/cars/{VIN}/history")
        assert "No connection" in page.locator("h1").inner_text()
        page.context.set_offline(False)
        page.goto(f"/cars/{VIN}")
        assert not note.is_visible()
        watched.wrong[:] = [one for one in watched.wrong if "ERR_INTERNET_DISCONNECTED" not in one]


@pytest.mark.long
def test_whoever_signs_out_leaves_nothing_on_the_device(
    browser: Browser, shared_site: Site, shared_world: World
) -> None:
    with opened(browser, shared_site, OWNER) as watched:
        page = watched.page
        page.goto("/garage")
        page.evaluate(CONTROLLED)
        page.goto(f"/cars/{VIN}")
        assert page.evaluate("caches.open('pages').then(one => one.keys()).then(keys => keys.length)") > 0
        page.goto("/account")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("heading", name="Know your car").wait_for()
        kept = "caches.has('pages').then(has => has ? caches.open('pages').then(one => one.keys()) : [])"
        assert page.evaluate(f"{kept}.then(keys => keys.length)") == 0


@pytest.mark.long
def test_a_visit_is_booked_by_keyboard_alone(browser: Browser, site: Site, world: World) -> None:
    with opened(browser, site, OWNER, size=DESKTOP) as watched:
        page = watched.page
        page.goto(f"/cars/{VIN}/book?work={world.recommendation_id}")
        page.keyboard.press("Tab")
        assert "Skip to the content" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.slots .first button')"):
                break
        else:
            pytest.fail("the first time cannot be reached")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px", "what has the focus is seen"
        page.keyboard.press("Enter")
        page.wait_for_url("**/visits/*")


def test_a_technician_zooms_and_an_adviser_drags_a_visit(
    browser: Browser, site: Site, world: World, database_url: str
) -> None:
    if not (LIBRARIES / "uplot").exists():
        pytest.skip("uPlot is missing: make web-libraries")
    fill(database_url, world.fill_the_board)
    fill(database_url, world.know_the_car)
    with opened(browser, site, Caller("somebody", "technician", "workshop-2"), size=DESKTOP) as watched:
        page = watched.page
        page.goto(f"/cars/{VIN}/signals")
        chart = page.locator("[data-drawn] .chart")
        expect(chart).to_have_attribute("data-seconds", "2419")
        page.get_by_role("button", name="Zoom in").click()
        expect(chart).to_have_attribute("data-seconds", "1210")
        page.get_by_role("button", name="All of it").click()
        expect(chart).to_have_attribute("data-seconds", "2419")
    with opened(browser, site, ADVISER, size=DESKTOP) as watched:
        page = watched.page
        page.goto("/calendar?from=2026-03-24")
        visit = page.locator(f'[data-visit="{world.coming_id}"]').first
        box = visit.bounding_box()
        assert box
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 20 + box["width"], box["y"] + 20, steps=4)
        page.mouse.up()
        expect(visit.locator("a")).to_contain_text("11:00–13:00")


@pytest.mark.long
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_no_page_of_the_bench_keeps_anybody_out(
    browser: Browser, site: Site, world: World, database_url: str, size: dict[str, int], scheme: str
) -> None:
    for write in (world.bring_in, world.fill_the_board, world.know_the_car):
        fill(database_url, write)
    car = f"/cars/{VIN}"
    paths = ["/board", "/calendar", car, f"{car}/signals", f"{car}/concerns/{concern_of(site.client(OWNER))}"]
    with opened(browser, site, ADVISER, size=size, scheme=scheme) as watched:
        assert {path: seen for path in paths if (seen := _violations(watched.page, path))} == {}
