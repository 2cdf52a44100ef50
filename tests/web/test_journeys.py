"""From a wish to its end in a real Chromium, against real servers: every journey on two sizes and in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from booking_api import service
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.languages import Language
from booking_api.models import BookingRequest, Caller
from database.connection import Connection, open_pool
from diagnostics.isolation.service import take_reports
from telemetry_schema.batches import encode_batch
from telemetry_schema.workshop_reports import decode_report
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, enrol, start
from tests.ingest import conftest as messages
from tests.ingest.test_redrive import House
from tests.web.browsers import DESKTOP, PHONE, browser, opened
from tests.web.conftest import Site, fill
from tests.web.test_workbench import OPERATOR, TECHNICIAN, reported
from tests.web.worlds import OWNER, STRANGER, World
from web.words import translations

__all__ = ["browser"]

pytestmark = pytest.mark.timeout(400)  # a browser on a slow machine, with other tests beside it

Size = dict[str, int]
OUTSIDER: Final = Caller("technician-9", "technician", "workshop-1")
"""Of a workshop where the car has no visit."""
TAKEN: Final = "Taken. The causes are ranked anew within seconds; load the page again."
IN_ENGLISH_ON_A_PHONE: Final = (PHONE, "en")
OTHERWISE: Final = [
    pytest.param(size, language, marks=pytest.mark.long)
    for size, language in ((DESKTOP, "zh"), (PHONE, "zh"), (DESKTOP, "en"))
]
everywhere = pytest.mark.parametrize(("size", "language"), [IN_ENGLISH_ON_A_PHONE, *OTHERWISE])


def words_of(language: Language) -> Callable[[str], str]:
    """What the pages say in that language for what stands in the templates."""
    return translations(language).gettext


def open_part(page: Page, words: str) -> None:
    page.locator("summary", has_text=words).click()


def book(page: Page) -> None:
    """The first time that is offered, and yes to it."""
    page.locator(".slots .first button").click()
    page.locator("#live .first button").first.click()
    page.wait_for_url("**/visits/*new=1")


@everywhere
def test_from_a_new_fault_to_a_booked_time_in_three_taps(
    browser: Browser, site: Site, world: World, size: Size, language: Language
) -> None:
    said = words_of(language)
    with opened(browser, site, OWNER, size=size, language=language) as watched:
        page = watched.page
        page.goto("/garage")
        page.locator("main h2 a").first.click()
        page.locator("#wrong + .cards h3 a").first.click()
        page.wait_for_url("**/concerns/*")
        page.get_by_role("link", name=said("Find a time at a workshop")).click()
        book(page)
        expect(page.locator("#live [role=status]")).to_have_text(said("It is booked"))


@pytest.mark.long
@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "en"), (DESKTOP, "zh"), (PHONE, "en"), (PHONE, "zh")])
def test_from_the_board_to_a_confirmed_cause(
    browser: Browser, site: Site, world: World, database_url: str, size: Size, language: Language
) -> None:
    said = words_of(language)
    fill(database_url, world.bring_in)

    async def take(connection: Connection) -> None:
        await take_reports(connection, [decode_report(value) for value in told])

    with opened(browser, site, TECHNICIAN, size=size, language=language) as watched:
        page = watched.page
        page.goto("/board")
        page.locator("#at-hand + .scroll a.vin").click()
        page.locator("#wrong + .cards h3 a").first.click()
        page.locator("#causes ~ .causes li").first.get_by_role("button", name=said("This was it")).click()
        expect(page.locator("#causes ~ [role=status]")).to_have_text(said(TAKEN))
        told = reported(database_url, "diagnostics.workshop-reports.v1")
        fill(database_url, take)
        page.reload()
        expect(page.locator("#causes ~ p strong").first).to_have_text(said("Confirmed:"))


@pytest.mark.parametrize(("ours", "theirs"), [("en", "zh"), pytest.param("zh", "en", marks=pytest.mark.long)])
def test_an_estimate_is_approved_on_the_phone_and_the_workshop_s_page_changes_by_itself(
    browser: Browser, site: Site, world: World, database_url: str, ours: Language, theirs: Language
) -> None:
    fill(database_url, world.bring_in)
    path = f"/visits/{world.booking_id}"
    with (
        opened(browser, site, OWNER, language=ours) as phone,
        opened(browser, site, TECHNICIAN, size=DESKTOP, language=theirs) as bench,
    ):
        for watched in (phone, bench):
            watched.page.goto(path)
            watched.page.evaluate("window.still_the_same = true")
        expect(phone.page.locator("#live [role=status]")).to_have_text(words_of(ours)("Being inspected"))
        fill(database_url, world.ask_the_owner)
        phone.page.get_by_text("Brake pads").wait_for()
        phone.page.locator("input[value=approve]").check(force=True)
        assert phone.page.evaluate("window.still_the_same") is True
        phone.page.get_by_role("button", name=words_of(ours)("Send my decision")).click()
        expect(bench.page.locator("#live [role=status]")).to_have_text(words_of(theirs)("Decided"))
        assert bench.page.get_by_text(words_of(theirs)("Approved"), exact=True).count() == 1
        assert bench.page.evaluate("window.still_the_same") is True


@pytest.mark.long
@everywhere
def test_a_visit_is_moved_and_cancelled(
    browser: Browser, site: Site, world: World, size: Size, language: Language
) -> None:
    said = words_of(language)
    with opened(browser, site, OWNER, size=size, language=language) as watched:
        page = watched.page
        page.goto(f"/cars/{VIN}/book?work={world.recommendation_id}")
        book(page)
        was = page.locator("h1 time").get_attribute("datetime")
        page.get_by_role("link", name=said("Another time")).click()
        page.locator(".more-times summary").click()
        page.locator(".more-times button").last.click()
        page.wait_for_url("**/visits/*new=1")
        assert page.locator("h1 time").get_attribute("datetime") != was
        open_part(page, said("Cancel the visit"))
        page.get_by_role("button", name=said("Cancel it")).click()
        expect(page.locator("#live [role=status]")).to_have_text(said("Cancelled"))


@pytest.mark.long
@everywhere
def test_who_waits_takes_the_time_that_another_gives_up(
    browser: Browser, site: Site, world: World, database_url: str, size: Size, language: Language
) -> None:
    said, theirs = words_of(language), []

    async def book_another(connection: Connection) -> None:
        await enrol(connection, OTHER_VIN, STRANGER.subject)
        asked = BookingRequest(OTHER_VIN, "workshop-1", datetime.fromisoformat(start(days=3, hour=10)))
        theirs.append(await service.book(connection, Access(STRANGER, Action.BOOK, NOW), asked))

    fill(database_url, book_another)
    with opened(browser, site, OWNER, size=size, language=language) as watched:
        page = watched.page
        page.goto(f"/cars/{VIN}/book?work={world.recommendation_id}")
        open_part(page, said("No time suits? Wait for one"))
        page.locator("select[name=workshop_id]").select_option("workshop-1")
        page.get_by_role("button", name=said("Put me on the waiting list")).click()
        expect(page.locator("main .badge")).to_have_text(said("Waiting"))
        site.client(STRANGER).post(f"/visits/{theirs[0].booking.booking_id}/cancel")
        page.reload()
        expect(page.locator("main .badge")).to_have_text(said("A time is held for you"))
        page.get_by_role("link", name=said("To the offer")).click()
        page.locator("#live .first button").first.click()
        page.wait_for_url("**/visits/*new=1")
        expect(page.locator("#live [role=status]")).to_have_text(said("It is booked"))
        at = page.locator("h1 time").get_attribute("datetime")
        assert at == start(days=3, hour=10)
        page.goto(f"/cars/{VIN}/waiting")
        expect(page.locator("main .badge")).to_have_text(said("Booked"))


@pytest.mark.long
@everywhere
def test_a_consent_is_given_its_use_is_seen_and_with_it_the_access_ends(
    browser: Browser, site: Site, world: World, size: Size, language: Language
) -> None:
    said = words_of(language)
    with (
        opened(browser, site, OWNER, size=size, language=language) as mine,
        opened(browser, site, OUTSIDER, size=size, language=language) as theirs,
    ):
        page, car = mine.page, f"/cars/{VIN}"
        page.goto(f"{car}/sharing")
        expect(page.locator("#log ~ .timeline li")).to_have_count(0)
        page.locator("select[name=workshop]").select_option("workshop-1")
        page.get_by_role("button", name=said("Give the consent")).click()
        theirs.page.goto(car)
        assert theirs.page.locator(".sentence").first.inner_text()
        page.reload()
        expect(page.locator("#log ~ .timeline li").first).to_contain_text(said("Technician"))
        withdraw = page.get_by_role("button", name=said("Withdraw"))
        expect(withdraw).to_have_count(2)  # the driver's of the world, and the one of now
        withdraw.first.click()
        expect(withdraw).to_have_count(1)
        gone = theirs.page.goto(car)
        assert gone
        assert gone.status == 404
        theirs.wrong[:] = [one for one in theirs.wrong if "404" not in one]


@pytest.mark.long
@everywhere
def test_an_operator_drives_a_batch_again_that_was_set_aside(
    browser: Browser, site: Site, database_url: str, size: Size, language: Language
) -> None:
    """Its car was not enrolled when it came, and is by now."""
    said = words_of(language)

    async def receive(_: Connection) -> None:
        async with open_pool(database_url) as pool:
            await House(pool).receive(encode_batch(messages.make_batch(1)))
            await House(pool).enrol()

    async def work(_: Connection) -> None:
        async with open_pool(database_url) as pool:
            await House(pool).write()
            stored.extend(await House(pool).samples())

    stored: list[object] = []
    fill(database_url, receive)
    with opened(browser, site, OPERATOR, size=size, language=language) as watched:
        page = watched.page
        page.goto("/operations")
        row = page.locator("#set-aside ~ form tbody tr")
        expect(row).to_contain_text(messages.VIN)
        page.get_by_role("button", name=said("Drive the chosen ones again")).click()
        expect(page.locator(".notice[role=status]")).to_be_visible()
        fill(database_url, work)
        page.goto("/operations")
        expect(row).to_have_count(0)
        expect(page.locator("#set-aside ~ .empty")).to_be_visible()
    assert stored
