"""What is wrong with a description is said by place and in words, and nothing of it is stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from booking_api import workshop_store
from booking_api.demo_workshops import FILE
from booking_api.jobs import Practice
from booking_api.registration import DescriptionError, read_workshops, register
from database.connection import Pool
from tests.booking_api.conftest import Clients

GOOD = """
[[workshops]]
workshop_id = "workshop-1"
name = "Workshop"
address = "Example Street 1"
city = "Exampletown"
latitude_deg = 52.5
longitude_deg = 13.4
time_zone = "Asia/Kolkata"
notice_minutes = 60
horizon_days = 30
change_notice_minutes = 90
daily_visits = 9
parts_lead_days = 2
hours = [{ weekdays = [0, 1], opens = "09:00", closes = "18:00" }]
services = [{ code = "straighten_frame", model = "Compact", minutes = 300, equipment = ["frame_bench"] }]
parts = [{ part = "door", on_hand = 1, lead_days = 4, superseded_by = "door_b" }]

[[workshops.resources]]
kind = "bay"
name = "bay-1"

[[workshops.resources]]
kind = "technician"
name = "technician-1"
skills = ["body"]
breaks = [{ weekdays = [0], starts = "12:30", ends = "13:15" }]
absences = [{ from = 2026-03-24T00:00:00+05:30, until = 2026-03-25T00:00:00+05:30 }]

[[workshops.resources]]
kind = "equipment"
name = "bench-1"
serves = ["frame_bench"]

[[workshops.resources]]
kind = "loaner"
name = "loaner-1"
"""


def test_the_demos_workshops_are_described_well() -> None:
    assert len(read_workshops(FILE.read_text(encoding="utf-8"), FILE.name)) == 6


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("Asia/Kolkata", "Asia/Calcuta"), "workshops.toml.*time_zone: .*'Asia/Calcuta' is no IANA time zone"),
        (('skills = ["body"]', 'skills = ["bodywork"]'), "skills: .*unknown skills bodywork; known are body, brakes"),
        (('opens = "09:00"', 'opens = "18:00"'), "hours.0: .*18:00 does not lie before 18:00"),
        (('opens = "09:00"', 'opens = "9am"'), "hours.0.opens: "),
        (("notice_minutes = 60", "notice = 60"), "notice: Extra inputs"),
        (("notice_minutes = 60", ""), "notice_minutes: Field required"),
        (('"loaner-1"', '"bay-1"'), "each resource is named once; twice there: bay-1"),
        (('serves = ["frame_bench"]', 'serves = ["lift"]'), "equipment that no resource serves: frame_bench"),
        (('"door_b" }', '"door_b" }, { part = "door_b", lead_days = 1, superseded_by = "door" }'), "in a circle"),
        (
            (
                '[{ weekdays = [0, 1], opens = "09:00", closes = "18:00" }]',
                '[{ weekdays = [0], opens = "09:00", closes = "12:00" },'
                ' { weekdays = [0], opens = "11:00", closes = "13:00" }]',
            ),
            "09:00-12:00 and 11:00-13:00 overlap on weekday 0",
        ),
        (("[[workshops]]", "[[workshops"), "workshops.toml is no TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: tuple[str, str], words: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(DescriptionError, match=f"(?s){words}"):
        read_workshops(GOOD.replace(*change), "workshops.toml")


async def test_what_is_described_is_read_again_and_what_is_no_longer_is_gone(pool: Pool) -> None:
    (described,) = read_workshops(GOOD, "workshops.toml")
    async with pool.connection() as connection:
        await register(connection, described)
        (once,) = await workshop_store.fetch_workshops(connection)
        practices = await workshop_store.fetch_practices(connection, ["straighten_frame"], ["door"])
        await register(connection, described)
        assert await workshop_store.fetch_workshops(connection) == [replace(once, version=2)]
        fewer = [one for one in described.resources if one.kind != "loaner"]
        await register(connection, described.model_copy(update={"resources": fewer, "hours": [], "parts": []}))
        (later,) = await workshop_store.fetch_workshops(connection)
    assert (once.daily_visits, once.parts_lead_days, once.hours[1]) == (9, 2, ((540, 1080),))
    person = once.resources[1]
    assert (person.breaks, len(person.absences)) == ({0: ((750, 795),)}, 1)
    practice = practices["workshop-1"]
    assert isinstance(practice, Practice)
    assert (practice.services[0].minutes, practice.services[0].equipment) == (300, frozenset({"frame_bench"}))
    assert (practice.stock["door"].free, practice.stock["door"].superseded_by) == (1.0, "door_b")
    assert [one.name for one in later.resources] == ["bay-1", "technician-1", "bench-1"]
    assert later.hours == {}


async def test_an_operator_describes_a_workshop_over_the_api_and_what_is_wrong_is_named(clients: Clients) -> None:
    (described,) = read_workshops(GOOD, "workshops.toml")
    body = described.model_dump(mode="json", by_alias=True)
    operator = clients("operator-1", "operator")
    put = await operator.put("/v1/workshops/workshop-1", json=body)
    assert put.status_code == 200, put.text
    assert (put.json()["name"], put.json()["time_zone"]) == ("Workshop", "Asia/Kolkata")
    assert put.json()["change_notice_minutes"] == 90
    assert (await clients().get("/v1/workshops/workshop-1")).json() == put.json()
    seen = {"If-Match": put.headers["etag"]}
    wrong = await operator.put("/v1/workshops/workshop-1", json={**body, "time_zone": "Mars/Base"}, headers=seen)
    assert (wrong.status_code, wrong.json()["errors"][0]["location"]) == (422, ["body", "time_zone"])
    assert "no IANA time zone" in wrong.json()["errors"][0]["message"]
    assert (await operator.put("/v1/workshops/workshop-2", json=body)).status_code == 404
    assert (await clients().put("/v1/workshops/workshop-1", json=body)).status_code == 403
    assert (await clients().get("/v1/workshops/workshop-1")).json() == put.json()


async def test_a_description_replaces_the_one_that_was_read_and_no_later_one(clients: Clients) -> None:
    (described,) = read_workshops(GOOD, "workshops.toml")
    body = described.model_dump(mode="json", by_alias=True)
    operator = clients("operator-1", "operator")
    none_yet = await operator.put("/v1/workshops/workshop-1", json=body, headers={"If-Match": "*"})
    assert (none_yet.status_code, none_yet.json()["type"]) == (412, "stale-version")
    await operator.put("/v1/workshops/workshop-1", json=body)
    seen = {"If-Match": (await operator.get("/v1/workshops/workshop-1")).headers["etag"]}
    renamed = await operator.put("/v1/workshops/workshop-1", json=body | {"name": "Renamed"}, headers=seen)
    assert (renamed.status_code, renamed.headers["etag"] == seen["If-Match"]) == (200, False)
    stale = await operator.put("/v1/workshops/workshop-1", json=body, headers=seen)
    assert (stale.status_code, stale.json()["type"]) == (412, "stale-version")
    missing = await operator.put("/v1/workshops/workshop-1", json=body)
    assert (missing.status_code, missing.json()["type"]) == (428, "if-match-missing")
    assert (await operator.get("/v1/workshops/workshop-1")).json()["name"] == "Renamed"
