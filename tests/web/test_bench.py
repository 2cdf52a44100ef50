"""A car on the bench: codes through time, signals, similar cases, stock; and the calendar of the workshop's bays."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Final

import pytest

from booking_api.models import Caller
from tests.booking_api.conftest import NOW, VIN
from tests.web.conftest import Site, fill
from tests.web.test_pages import concern_of
from tests.web.test_workbench import ADVISER, TECHNICIAN
from tests.web.worlds import OWNER, THIRD_VIN, World

DRIVER: Final = Caller("driver-1", "driver")


@pytest.fixture
def world(database_url: str) -> World:
    made = World()
    for write in (made.write, made.fill_the_board, made.know_the_car):
        fill(database_url, write)
    return made


def test_a_technician_sees_codes_through_time_what_helped_elsewhere_and_the_shelf(site: Site, world: World) -> None:
    client, concern = site.client(TECHNICIAN), concern_of(site.client(OWNER))
    car = html.unescape(client.get(f"/cars/{VIN}").text)
    timeline = car.split("Trouble codes through time")[1]
    assert re.search(r'class="confirmed" x="[\d.]+%" width="[\d.]+%"', timeline)
    assert re.search(r"Freeze frames.*Engine speed.*812.0 rpm.*–", timeline, re.DOTALL)
    assert "Trouble codes through time" not in site.client(OWNER).get(f"/cars/{VIN}").text
    page = html.unescape(client.get(f"/cars/{VIN}/concerns/{concern}").text)
    similar = page.split('id="similar"')[1].split("</section>")[0]
    assert "12 V battery aged" in similar
    assert re.findall(r"<td>(\d+)</td>", similar) == ["1", "1", "0", "1"], "repairs, on this model, held, came back"
    assert THIRD_VIN not in page
    assert "workshop-1" not in page
    assert "3 on the shelf" in page.split('id="kit"')[1].split("</section>")[0]


def test_a_signal_is_told_with_its_healthy_band_to_whoever_may_see_the_car_s_state(site: Site, world: World) -> None:
    client, asked = site.client(TECHNICIAN), {"signal": "system_voltage_v", "days": "7"}
    (panel,) = client.get(f"/cars/{VIN}/signals.json", params=asked).json()["panels"]
    assert (panel["unit"], panel["healthy_low"], panel["healthy_high"]) == ("V", 12.2, None)
    assert [round(one, 1) for one in (min(panel["low"]), max(panel["high"]))] == [12.7, 14.2]
    begin = (NOW - timedelta(days=1)).timestamp()
    assert all(begin <= at <= begin + 3600 for at in panel["at_s"])
    page = client.get(f"/cars/{VIN}/signals").text
    assert f'data-chart="/cars/{VIN}/signals.json?signal=system_voltage_v&amp;days=7"' in page
    evidence = client.get(f"/cars/{VIN}/evidence/{world.finding_id}.json").json()
    assert {one["kind"] for one in evidence["markers"]} == {"onset", "found"}
    assert client.get(f"/cars/{VIN}/signals.json", params={"signal": "no_such_signal"}).status_code == 404
    driver = site.client(DRIVER)
    assert driver.get(f"/cars/{VIN}").status_code == 200
    assert driver.get(f"/cars/{VIN}/signals.json", params=asked).status_code == 404, (
        "health is shared, its state is not"
    )


def test_a_visit_is_moved_in_the_calendar_and_a_refused_move_says_why(site: Site, world: World) -> None:
    adviser = site.client(ADVISER)
    calendar = html.unescape(adviser.get("/calendar").text)
    assert f'data-visit="{world.coming_id}"' in calendar
    assert 'id="move-form"' not in site.client(TECHNICIAN).get("/calendar").text, "moving is the desk's"
    moving = {"visit": f"{world.coming_id}@1"}

    def move(local: str) -> str:
        answer = adviser.post("/calendar/moves", data=moving | {"starts_at": local})
        assert answer.status_code in (409, 412, 422)
        return html.unescape(answer.text).split('role="alert"')[1].split("</div>")[0]

    assert "closed" in move("2026-03-24T21:00")
    assert "multiple of 15 minutes" in move("2026-03-24T10:07")
    assert "The visit stays where it was." in move("2026-03-29T10:00")
    moved = adviser.post("/calendar/moves", data=moving | {"starts_at": "2026-03-26T10:00"})
    assert (moved.status_code, moved.headers["location"]) == (303, "/calendar?from=2026-03-26")
    assert "has changed" in move("2026-03-26T13:00"), "another version than the one that was seen"
    moving["visit"] = f"{world.booking_id}@1"
    taken = adviser.post("/calendar/moves", data=moving | {"starts_at": "2026-03-26T10:00"})
    assert taken.status_code == 409
    other = re.search(r'name="starts_at" value="(2026-03-26T[^"]+)"', html.unescape(taken.text))
    assert other, "the nearest free times are offered"
    assert adviser.post("/calendar/moves", data=moving | {"starts_at": other[1]}).status_code == 303
