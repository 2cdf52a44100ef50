"""What every page has in common: protection, languages, problems; and what an owner does without any script."""

from __future__ import annotations

import gzip
import re
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import httpx
import pytest

from booking_api import service
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.models import BookingRequest, Caller
from database.connection import Connection
from database.queries import Queries
from telemetry_schema.vin import with_check_digit
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, enrol
from tests.web.conftest import FORM, Site, fill
from tests.web.worlds import OWNER, STRANGER, World
from web import cars
from web.pages import visit
from web.request_origin import POLICY, comes_from_us

HOSTILE: Final = "<script>alert(1)</script>\u202egnp.exe'\"><img src=x onerror=alert(2)>{{7*7}}🚗" + "W" * 10_000

FIRST_LOAD_BYTES: Final = 200_000
MORE_VINS: Final = sorted(with_check_digit(f"1M8GDM9A0KP0001{number:02}") for number in range(5))
TEXT_OF_A_SILENT_CAR: Final = "This car has not sent anything yet."


def concern_of(client: httpx.Client) -> str:
    found = re.search(r"/concerns/([0-9a-f-]{36})", client.get(f"/cars/{VIN}").text)
    assert found
    return found[1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_an_owner_is_served_in_both_languages_with_its_protection(
    shared_site: Site, shared_world: World, language: str
) -> None:
    client = shared_site.client(OWNER, language)
    for path in [*shared_world.pages(concern_of(client)), "/", "/offline"]:
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["content-language"] == language
        assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in answer.text
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", answer.text), path
        assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", answer.text), path


def test_the_first_load_is_small(shared_site: Site, shared_world: World) -> None:
    client = shared_site.client(OWNER)
    page = client.get(f"/cars/{VIN}").text
    named = set(re.findall(r"""<(?:link|script|img)[^>]*?(?:href|src)="([^"]+)""", page))
    assert {"/static/servicelane.css", "/static/app.js", "/libraries/htmx.min.js"} <= named
    files = [client.get(path).content for path in named]
    assert sum(len(gzip.compress(one)) for one in [page.encode(), *files]) <= FIRST_LOAD_BYTES


def test_a_garage_of_many_cars_asks_the_database_no_more_often_than_one_of_one_car(
    site: Site, world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = Queries.text

    def counted(queries: Queries, name: str) -> bytes:
        asked.append(name)
        return read(queries, name)

    monkeypatch.setattr(Queries, "text", counted)
    client = site.client(OWNER)
    assert client.get("/garage").text.count('class="vin"') == 1
    of_one = [*asked]

    async def enrol_more(connection: Connection) -> None:
        for vin in MORE_VINS:
            await enrol(connection, vin, OWNER.subject)

    fill(database_url, enrol_more)
    asked.clear()
    page = client.get("/garage").text
    assert page.count('class="vin"') == 1 + len(MORE_VINS)
    assert asked == of_one
    assert page.count(TEXT_OF_A_SILENT_CAR) == len(MORE_VINS)


def test_a_long_list_of_cars_has_pages(site: Site, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cars, "MOST_LISTED", 2)

    async def enrol_all(connection: Connection) -> None:
        for vin in MORE_VINS:
            await enrol(connection, vin, OWNER.subject)

    fill(database_url, enrol_all)
    client, path, seen = site.client(Caller("operator-1", "operator")), "/garage", []
    while path:
        page = client.get(path).text
        seen.append(re.findall(r'<td class="vin">(\w+)</td>', page))
        more = re.search(r'href="(/garage\?after=\w+)"', page)
        path = more[1] if more else ""
    assert seen == [MORE_VINS[:2], MORE_VINS[2:4], MORE_VINS[4:]]


def test_many_visits_have_pages(site: Site, world: World, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "LISTED", 2)
    fill(database_url, world.bring_in)
    client, path, seen = site.client(OWNER), "/visits", []

    async def were_there(connection: Connection) -> None:
        for days in range(1, 4):
            await world.other_visit(connection, world.vehicle_id, NOW - timedelta(days=days), "closed", OWNER.subject)

    fill(database_url, were_there)
    while path:
        page = client.get(path).text
        seen.append((len(re.findall(r'href="/visits/[0-9a-f-]{36}"', page)), "To come" in page))
        more = re.search(r'href="(/visits\?cursor=\w+-[\w-]+)"', page)
        path = more[1] if more else ""
    assert seen == [(2, True), (2, False), (0, False)]


def test_an_owner_books_moves_and_cancels_without_any_script(site: Site, world: World) -> None:
    client = site.client(OWNER)
    page = client.get(f"/cars/{VIN}/book", params={"work": str(world.recommendation_id)}).text
    assert page.index("Recommended") < page.index("<button>")
    path = _send_first_form(client, page, "/book").headers["location"]
    held = client.get(path).text
    assert "Nobody else is offered this time until 08:05" in held
    booked = _send_first_form(client, held, "/confirm")
    visit = client.get(booked.headers["location"])
    assert "It is booked" in visit.text
    assert "Berlin time" in visit.text
    calendar = client.get(f"{path}/visit.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT\r\nUID:" in calendar.text
    moved = _send_first_form(client, client.get(f"{path}/move").text, "/move")
    assert (moved.status_code, moved.headers["location"].split("?")[0]) == (303, path)
    client.post(f"{path}/cancel")
    assert "Cancelled" in client.get(path).text


def _send_first_form(client: httpx.Client, page: str, ending: str) -> httpx.Response:
    form = next(one for one in re.findall(r"<form method=\"post\".*?</form>", page, re.DOTALL) if f'{ending}"' in one)
    action = re.search(r'action="([^"]+)"', form)
    assert action
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return client.post(action[1], content=urlencode(fields), headers=FORM)


def _book_what_is_recommended(database_url: str, page: str, vins: list[str]) -> None:
    """For other cars, while the page is open."""
    form = next(one for one in re.findall(r"<form method=\"post\".*?</form>", page, re.DOTALL) if '/book"' in one)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    starts_at = datetime.fromisoformat(fields["starts_at"])

    async def book(connection: Connection) -> None:
        for number, vin in enumerate(vins):
            await enrol(connection, vin, f"another-{number}")
            access = Access(Caller(f"another-{number}", "owner"), Action.BOOK, NOW)
            await service.book(connection, access, BookingRequest(vin, fields["workshop_id"], starts_at))

    fill(database_url, book)


def test_a_time_that_somebody_else_took_is_answered_with_others_to_book(
    site: Site, world: World, database_url: str
) -> None:
    client = site.client(OWNER)
    page = client.get(f"/cars/{VIN}/book", params={"work": str(world.recommendation_id)}).text
    _book_what_is_recommended(database_url, page, [OTHER_VIN, with_check_digit("1M8GDM9A0KP000003")])
    taken = _send_first_form(client, page, "/book")
    assert taken.status_code == 409, "two bays and two technicians"
    assert "These are free at the same workshop" in taken.text
    assert _send_first_form(client, taken.text, "/book").status_code == 303


def test_a_consent_is_given_used_seen_and_withdrawn(site: Site, world: World) -> None:
    owner, workshop = site.client(OWNER), site.client(Caller("adviser-1", "service_adviser", "workshop-1"))
    assert workshop.get(f"/cars/{VIN}").status_code == 404
    given = {"grantee_kind": "workshop", "workshop": "workshop-1", "scope": ["health"], "days": "7"}
    assert owner.post(f"/cars/{VIN}/sharing", data=given).status_code == 303
    assert workshop.get(f"/cars/{VIN}").status_code == 200
    page = owner.get(f"/cars/{VIN}/sharing").text
    assert "Service adviser" in page
    assert "read its health" in page
    consents = re.findall(r'action="([^"]+/withdraw)"', page)
    for path in consents:
        assert owner.post(path).status_code == 303
    assert workshop.get(f"/cars/{VIN}").status_code == 404


@pytest.mark.parametrize(("change", "words"), [({"scope": []}, "tick at least one"), ({"driver": "  "}, "Say to whom")])
def test_a_consent_that_says_too_little_is_asked_for_again(
    shared_site: Site, shared_world: World, change: dict[str, str], words: str
) -> None:
    given = {"grantee_kind": "driver", "driver": "driver-2", "scope": ["health"], "days": "7"} | change
    answer = shared_site.client(OWNER).post(f"/cars/{VIN}/sharing", data=given)
    assert answer.status_code == 422
    assert words in answer.text


def test_work_is_recorded_by_hand_and_from_a_file(site: Site, world: World) -> None:
    client, path = site.client(OWNER), f"/cars/{VIN}/records"
    done = {"item": "engine_oil", "performed_on": "2026-03-20", "odometer": "51000", "note": "in the yard"}
    assert client.post(path, data=done).headers["location"] == f"/cars/{VIN}/history"
    history = client.get(f"/cars/{VIN}/history").text
    assert "in the yard" in history
    assert "51,000 km" in history
    lines = b"item,performed_on,odometer\nbrake_fluid,2025-05-05,44000\nnonsense,2025-05-05,1\n"
    answer = client.post(f"{path}/file", files={"file": ("work.csv", lines)}).text
    assert "1 line was taken" in answer
    assert "Line 3" in answer
    unreadable = client.post(f"{path}/file", files={"file": ("work.csv", b"\x00\x01")})
    assert unreadable.status_code == 422
    assert "Nothing was taken" in unreadable.text


def test_an_account_is_taken_away_and_its_erasure_asked_for(site: Site, world: World) -> None:
    client = site.client(OWNER)
    taken = client.get("/account/export.json").json()
    assert taken["subject"] == OWNER.subject
    assert taken["vehicles"][0]["vin"] == VIN
    answer = client.post("/account/erasure", follow_redirects=True)
    assert "Your request is recorded" in answer.text


def test_a_stranger_s_car_cannot_be_told_from_none(shared_site: Site, shared_world: World) -> None:
    client = shared_site.client(STRANGER)
    pages = [client.get(f"/cars/{vin}").text.replace(vin, "") for vin in (VIN, "1M8GDM9A9KP999999")]
    assert pages[0] == pages[1]
    assert "Garage" in pages[0]


def test_what_does_not_exist_says_what_to_do_next(shared_site: Site) -> None:
    for path in ("/nothing", "/cars/short", "/visits/no-uuid", "/libraries/../../etc/passwd", "/libraries/none.js"):
        answer = shared_site.client(OWNER).get(path)
        assert answer.status_code == 404, path
        assert 'href="/"' in answer.text


def test_a_form_of_another_site_changes_nothing(site: Site, world: World) -> None:
    client, path = site.client(OWNER), f"/visits/{world.booking_id}/cancel"
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        assert client.post(path, headers=headers).status_code == 403
        assert "Cancelled" not in client.get(path.removesuffix("/cancel")).text
    assert client.post(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert "Cancelled" in client.get(path.removesuffix("/cancel")).text


def test_where_a_request_comes_from() -> None:
    ours = "https://pages.example"
    assert comes_from_us("GET", "cross-site", None, ours)
    assert comes_from_us("POST", "same-origin", None, ours)
    assert comes_from_us("POST", None, ours, ours)
    assert not comes_from_us("POST", None, "null", ours)
    assert not comes_from_us("DELETE", "cross-site", ours, ours)


def test_hostile_text_is_shown_inert_wherever_a_person_or_a_car_can_say_it(site: Site, database_url: str) -> None:
    world = World(text=HOSTILE)
    fill(database_url, world.write)
    client = site.client(OWNER)
    for path in world.pages(concern_of(client)):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "49🚗" not in answer.text


def test_the_language_is_chosen_and_kept(shared_site: Site) -> None:
    client = shared_site.client(OWNER)
    assert client.post("/language", data={"language": "zh", "next": "/account"}).headers["location"] == "/account"
    assert "账户" in client.get("/account").text
    assert client.post("/language", data={"language": "zh", "next": "//evil.example"}).headers["location"] == "/"
