"""An owner reads reminders, says how to be reminded, and lets a calendar follow what is due."""

from __future__ import annotations

import re
from typing import Final

from tests.web.conftest import Site
from tests.web.test_workbench import press
from tests.web.worlds import OWNER, STRANGER, World

PATH: Final = "/reminders"


def test_a_reminder_is_new_until_it_is_read(site: Site, world: World) -> None:
    client = site.client(OWNER)
    page = client.get(PATH).text
    assert "Brake fluid in three weeks" in page
    assert press(client, page, "Mark as read").status_code == 303
    assert "Mark as read" not in client.get(PATH).text
    assert "三周后更换制动液" in site.client(OWNER, "zh").get(PATH).text
    stranger = site.client(STRANGER)
    assert "Nothing to be reminded of" in stranger.get(PATH).text
    assert stranger.post(f"{PATH}/{world.reminder_id}/read").status_code == 404


def test_ways_and_quiet_hours_are_chosen_and_everything_is_stopped(site: Site, world: World) -> None:
    client = site.client(OWNER)
    chosen = {"language": "zh", "time_zone": "Asia/Shanghai", "quiet_since": "22:30", "quiet_until": "07:00"}
    answer = client.post(f"{PATH}/preferences", data=chosen | {"channel": ["in_app"]}, follow_redirects=True)
    assert "Your choice is kept" in answer.text
    assert re.findall(r'name="channel" value="(\w+)" checked', answer.text) == ["in_app"]
    assert all(f'value="{one}"' in answer.text for one in ("22:30", "07:00", "Asia/Shanghai"))
    stopped = press(client, answer.text, "No reminders at all")
    page = client.get(stopped.headers["location"]).text
    assert "You get no reminders" in page
    assert 'value="Asia/Shanghai"' in page
    for wrong in ({"time_zone": "Mars/Olympus"}, {"quiet_since": "25:00"}, {"channel": "pigeon"}):
        assert client.post(f"{PATH}/preferences", data=chosen | wrong).status_code == 422, wrong
    assert "You get no reminders" in client.get(PATH).text


def test_a_calendar_follows_what_is_due_until_its_address_ends(site: Site, world: World) -> None:
    client, anybody = site.client(OWNER), site.client()
    told = press(client, client.get(PATH).text, "New address").text
    address = re.search(rf'value="{site.address}(/due-calendars/[^"]+)"', told)
    assert address
    assert "due-calendars" not in client.get(PATH).text
    followed = anybody.get(address[1])
    assert followed.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in followed.text
    assert press(client, client.get(PATH).text, "End the address").status_code == 303
    assert anybody.get(address[1]).status_code == 404
