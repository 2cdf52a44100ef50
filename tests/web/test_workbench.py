"""The pages of those who repair and of operators: from the board to a confirmed cause, estimates, driving again."""

from __future__ import annotations

import html
import re
from typing import Final

import httpx
import pytest

from booking_api.models import Caller
from database.connection import Connection
from diagnostics.isolation.service import take_reports
from telemetry_schema.redrives import decode_redrive
from telemetry_schema.workshop_reports import decode_report
from tests.booking_api.conftest import OTHER_VIN, VIN
from tests.web.conftest import Site, fill
from tests.web.worlds import OWNER, World

TECHNICIAN: Final = Caller("technician-1", "technician", "workshop-2")
ADVISER: Final = Caller("adviser-1", "service_adviser", "workshop-2")
OPERATOR: Final = Caller("operator-1", "operator")


@pytest.fixture
def world(database_url: str) -> World:
    """The car is at the workshop, and nothing has been done yet."""
    made = World()
    fill(database_url, made.write)
    fill(database_url, made.bring_in)
    return made


def press(client: httpx.Client, page: str, words: str, **fields: str) -> httpx.Response:
    """Sends the form that has a button with these words; `fields` are filled in beside the hidden ones."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if words in html.unescape(one))
    action = re.search(r'action="([^"]+)"', form)
    assert action
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return client.post(action[1], data=hidden | fields)


def follow(client: httpx.Client, page: str, path: str) -> str:
    link = re.search(rf'href="({path}[^"]*)"', page)
    assert link, path
    answer = client.get(link[1])
    assert answer.status_code == 200
    return answer.text


def reported(database_url: str, topic: str) -> list[bytes]:
    found: list[bytes] = []

    async def read(connection: Connection) -> None:
        rows = await connection.execute(b"select value from streaming.records where topic = %s order by id", [topic])
        found.extend(bytes(row["value"]) for row in await rows.fetchall())

    fill(database_url, read)
    return found


def test_a_technician_goes_from_the_board_to_a_confirmed_cause(site: Site, world: World, database_url: str) -> None:
    client = site.client(TECHNICIAN)
    board = client.get("/", follow_redirects=True).text
    assert "At the workshop" in board
    fault = follow(client, follow(client, board, f"/cars/{VIN}"), f"/cars/{VIN}/concerns/")
    assert fault.index("Likely causes") < fault.index("This was it") < fault.index("Next tests")
    assert re.search(r"<strong>\d+%</strong>", fault)
    told = press(client, fault, "Positive", result="positive")
    assert "Taken." in client.get(told.headers["location"]).text
    confirmed = press(client, fault, "This was it")
    assert confirmed.status_code == 303
    reports = [decode_report(value) for value in reported(database_url, "diagnostics.workshop-reports.v1")]
    assert (reports[0].kind, reports[0].value) == ("test", "positive")
    assert reports[1].kind == "cause"

    async def take(connection: Connection) -> None:
        await take_reports(connection, reports)

    fill(database_url, take)
    assert "Confirmed:" in client.get(confirmed.headers["location"]).text


def test_the_steps_of_a_visit_are_taken_and_the_owner_is_asked(site: Site, world: World) -> None:
    adviser, path = site.client(ADVISER), f"/visits/{world.booking_id}"
    lines = {"title": "Brake pads", "urgency": "red", "minutes": "60", "cost_eur": "180.50"}
    assert press(adviser, adviser.get(path).text, "Ask the owner", **lines).status_code == 303
    owner = site.client(OWNER)
    page = owner.get(path).text
    assert "Brake pads" in page
    assert press(owner, page, "Send my decision", **{"line-1": "approve"}).status_code == 303
    page = adviser.get(path).text
    assert "Decided" in page
    assert press(adviser, page, "Begin the repair", step="repair").status_code == 303
    longer = adviser.get(path).text
    assert press(adviser, longer, "Take longer", minutes="30").status_code == 303
    assert "ready about 09:30" in adviser.get(path).text
    stale = press(adviser, page, "Begin the repair", step="repair")
    assert stale.status_code in (409, 412)
    assert "Being repaired" in owner.get(path).text
    assert "Begin the" not in owner.get(path).text


def test_the_board_shows_bays_arrivals_no_shows_and_who_waits(site: Site, world: World, database_url: str) -> None:
    fill(database_url, world.fill_the_board)
    page = html.unescape(site.client(ADVISER).get("/board").text)
    lanes, rest = page.split("Cars to arrive")
    assert lanes.count(f'data-visit="{world.booking_id}"') == 2, "its bay, its technician"
    assert lanes.count("07:00–09:00 Being inspected") == 2
    assert str(world.coming_id) not in lanes.split("At the workshop")[0], "tomorrow's visit is not of today"
    arrival = rest.split("Waiting for a time")[0]
    assert str(world.coming_id) in arrival
    assert "1 × Thermostat</bdi>: ordered, here on Tue 24 Mar" in arrival
    assert re.search(r"Risk that it fails before it comes: \d+%", arrival)
    waiting, missed = rest.split("Waiting for a time")[1].split('id="missed"')
    assert "Servicelane Compact" in waiting
    assert OTHER_VIN not in waiting, "who waits has no work there yet"
    assert OTHER_VIN in missed
    other = site.client(Caller("adviser-2", "service_adviser", "workshop-1")).get("/board").text
    assert str(world.coming_id) not in other


def test_who_did_not_come_is_written_down_from_the_board(site: Site, world: World, database_url: str) -> None:
    async def make_late(connection: Connection) -> None:
        words = "update booking.bookings set status = 'booked' where booking_id = %s"
        await connection.execute(words.encode(), [world.booking_id])

    fill(database_url, make_late)
    assert "Nobody came" not in site.client(TECHNICIAN).get("/board").text
    adviser = site.client(ADVISER)
    assert press(adviser, adviser.get("/board").text, "Nobody came", step="miss").status_code == 303
    page = adviser.get("/board").text
    assert "Should have come" not in page
    assert "Missed" in page


def test_a_visit_is_closed_with_what_was_found_and_done(site: Site, world: World, database_url: str) -> None:
    client, path = site.client(TECHNICIAN), f"/visits/{world.booking_id}"
    page = client.get(path).text
    assert "Close the visit" not in page
    press(client, page, "The car is ready", step="finish")
    page = client.get(path).text
    assert "What it was:" not in site.client(ADVISER).get(path).text, "causes are a technician's word"
    cause = re.search(r'<option value="(\w+)">([^<]+) \(', page)
    assert cause
    told = press(client, page, "Close the visit", cause=cause[1], item="engine_oil", odometer="52010")
    assert told.status_code == 303
    closed = client.get(path).text
    assert "Done, still watching" in closed
    assert cause[2] in closed
    reports = [decode_report(value) for value in reported(database_url, "diagnostics.workshop-reports.v1")]
    assert [(one.kind, one.value) for one in reports] == [("cause", cause[1])]
    history = site.client(OWNER).get(f"/cars/{VIN}/history").text
    assert "52,010" in history


def test_an_owner_sees_no_causes(site: Site, world: World) -> None:
    owner = site.client(OWNER)
    fault = follow(owner, owner.get(f"/cars/{VIN}").text, f"/cars/{VIN}/concerns/")
    assert "Likely causes" not in fault


def test_an_operator_drives_again_what_was_set_aside(site: Site, database_url: str) -> None:
    fill(database_url, World().set_aside)
    client = site.client(OPERATOR)
    page = client.get("/", follow_redirects=True).text
    assert "&lt;b&gt;odd" in page
    number = re.search(r'name="message" value="(\d+)"', page)
    assert number
    asked = press(client, page, "Drive the chosen ones again", message=number[1])
    assert "1 message is driven again" in client.get(asked.headers["location"]).text
    requests = [decode_redrive(value) for value in reported(database_url, "ingest.redrive.v1")]
    assert [(one.quarantine_ids, one.requested_by) for one in requests] == [((int(number[1]),), OPERATOR.subject)]
    assert "0 messages" in client.get(client.post("/operations/redrives").headers["location"]).text
