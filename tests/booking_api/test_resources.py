"""Vans, equipment, loaners, breaks, leave, limits, buffers and parts: what stands in the way of a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from booking_api.jobs import Practice, Service, job_at, needs_of
from booking_api.local_days import epoch_minute, instant
from booking_api.models import Claim, Job, PartNeed, Position, Resource, Work, Workshop
from booking_api.offering import free_starts, visit_at
from booking_api.parts import Stock, part_lines, ready_minute
from booking_api.scheduling import Window, obstacle
from tests.booking_api.schedules import bay, make_workshop, technician

MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
WEEK = Window(epoch_minute(MONDAY), epoch_minute(MONDAY + timedelta(days=7)))
NOW = WEEK.from_minute
OFFICE = dict.fromkeys(range(5), ((480, 1080),))
ANY = Job(60, frozenset(), "Servicelane")
VEHICLE = {"make": "Servicelane", "model": "Compact"}
WORK = Work(({"code": "change_oil", "minutes": 45, "skill": "general"}, {"code": "test", "minutes": 30, "skill": None}))


def starts_of(workshop: Workshop, job: Job, claims: list[Claim] | None = None) -> list[datetime]:
    return [instant(start) for start in free_starts(workshop, claims or [], job, WEEK)]


def test_nobody_is_taken_from_lunch() -> None:
    resting = replace(technician(2), breaks={0: ((720, 765),)})
    workshop = make_workshop(hours={0: ((480, 1080),)}, resources=[bay(1), resting])
    starts = starts_of(workshop, ANY)
    hours = {at.astimezone(UTC).strftime("%H:%M") for at in starts}  # Berlin is an hour ahead
    assert {"10:00", "11:45"} <= hours
    assert hours.isdisjoint({"10:15", "10:30", "11:00", "11:30"})


def test_who_is_on_leave_does_no_work_and_the_reason_is_said() -> None:
    away = replace(technician(2), absences=((WEEK.from_minute, WEEK.until_minute),))
    workshop = make_workshop(hours=OFFICE, resources=[bay(1), away])
    assert starts_of(workshop, ANY) == []
    assert obstacle(workshop, ANY, WEEK) == "away"


def test_buffers_are_claimed_and_kept_free() -> None:
    workshop = make_workshop(hours={0: ((480, 600),)})
    job = replace(ANY, before_minutes=15, after_minutes=30)
    assert [at.hour * 60 + at.minute for at in starts_of(workshop, job)] == [7 * 60 + 15, 7 * 60 + 30]
    visit = visit_at(workshop, [], job, MONDAY.replace(hour=7, minute=15), NOW)
    assert visit is not None
    assert (instant(visit.from_minute), instant(visit.until_minute)) == (
        MONDAY.replace(hour=7),
        MONDAY.replace(hour=8, minute=45),
    )
    assert instant(visit.candidate.end_minute) == MONDAY.replace(hour=8, minute=15)


def test_equipment_and_loaners_are_needed_beside_bay_and_technician() -> None:
    lift = Resource(3, "equipment", "bench", frozenset({"adas"}))
    loaner = Resource(4, "loaner", "loaner-1")
    workshop = make_workshop(hours=OFFICE, resources=[bay(1), technician(2), lift, loaner])
    job = replace(ANY, equipment=frozenset({"adas"}), transport="loaner")
    opening = epoch_minute(MONDAY.replace(hour=7))
    visit = visit_at(workshop, [], job, MONDAY.replace(hour=7), NOW)
    assert visit is not None
    assert visit.resource_ids == (1, 2, 3, 4)
    for taken in (3, 4):
        assert visit_at(workshop, [Claim(taken, opening, opening + 15)], job, MONDAY.replace(hour=7), NOW) is None
    assert obstacle(make_workshop(resources=[bay(1), technician(2), loaner]), job, WEEK) == "no_equipment"
    assert obstacle(make_workshop(resources=[bay(1), technician(2), lift]), job, WEEK) == "no_loaner"


def test_a_bay_for_one_kind_of_work_takes_no_other() -> None:
    workshop = make_workshop(resources=[replace(bay(1), skills=frozenset({"body"})), technician(2, "body", "tyres")])
    assert starts_of(workshop, replace(ANY, skills=frozenset({"body"})))
    assert obstacle(workshop, replace(ANY, skills=frozenset({"tyres"})), WEEK) == "no_bay"


def test_a_van_takes_the_place_of_the_bay_where_the_work_allows_it() -> None:
    van = Resource(3, "van", "van-1")
    workshop = replace(make_workshop(resources=[technician(2, "general"), van]), mobile_radius_km=20)
    mobile = Practice((Service("change_oil", mobile=True), Service("test", mobile=True)))
    near, far = Position(52.6, 13.40), Position(53.5, 9.9)
    job = job_at(workshop, mobile, WORK, VEHICLE, "mobile", NOW, near)
    visit = visit_at(workshop, [], job, MONDAY.replace(hour=9), NOW)
    assert visit is not None
    assert visit.resource_ids == (3, 2)
    assert (job.before_minutes, job.after_minutes) == (30, 30)
    assert obstacle(workshop, job_at(workshop, mobile, WORK, VEHICLE, "mobile", NOW, far), WEEK) == "not_this_way"
    half = Practice((Service("change_oil", mobile=True),))
    assert obstacle(workshop, job_at(workshop, half, WORK, VEHICLE, "mobile", NOW, near), WEEK) == "not_this_way"
    assert obstacle(make_workshop(), replace(job, skills=frozenset()), WEEK) == "no_van"


@pytest.mark.parametrize("limit", [{"daily_visits": 1}, {"daily_minutes": 60}])
def test_a_day_that_has_taken_as_much_as_it_may_takes_no_more(limit: dict[str, int]) -> None:
    people = [bay(1), bay(2), technician(3), technician(4)]
    workshop = replace(make_workshop(hours={0: ((480, 600),)}, resources=people), **limit)  # type: ignore[arg-type]
    opening = epoch_minute(MONDAY.replace(hour=7))
    assert starts_of(workshop, ANY)
    assert starts_of(workshop, ANY, [Claim(1, opening, opening + 60), Claim(3, opening, opening + 60)]) == []
    assert starts_of(workshop, ANY, [Claim(1, opening, opening + 60)])  # a bay alone is no visit


def test_work_longer_than_a_day_takes_is_told_as_such() -> None:
    workshop = replace(make_workshop(hours=OFFICE), daily_minutes=45)
    assert obstacle(workshop, ANY, WEEK) == "day_limit"


def test_a_workshops_own_times_go_before_the_plan_and_the_models_before_those_of_all() -> None:
    practice = Practice(
        (
            Service("change_oil", minutes=40, before_minutes=5),
            Service("change_oil", "Compact", minutes=50, after_minutes=20, equipment=frozenset({"lift"})),
            Service("change_oil", "Van", minutes=90),
        )
    )
    job = job_at(make_workshop(), practice, WORK, VEHICLE, "drop_off", NOW)
    assert (job.minutes, job.before_minutes, job.after_minutes, job.equipment) == (80, 0, 20, frozenset({"lift"}))
    other = job_at(make_workshop(), practice, WORK, VEHICLE | {"model": "Coupe"}, "drop_off", NOW)
    assert (other.minutes, other.before_minutes, other.equipment) == (70, 5, frozenset())


def test_parts_of_several_recommendations_are_added_up() -> None:
    details = [{"parts": [{"part": "pad", "quantity": 2}]}, {}, {"parts": [{"part": "pad", "quantity": 2}]}]
    assert needs_of(details) == (PartNeed("pad", 4.0),)


STOCK = {
    "pad_a": Stock("pad_a", 1, 9, "pad_b"),
    "pad_b": Stock("pad_b", 4, 2),
    "disc": Stock("disc", 0, 3),
}


def test_parts_come_from_the_stock_the_old_number_first_or_are_ordered_under_the_new_one() -> None:
    workshop = replace(make_workshop(), parts_lead_days=5)

    def line(part: str, quantity: float) -> tuple[str, str, int]:
        (found,) = part_lines(workshop, [PartNeed(part, quantity)], STOCK, NOW)
        return found.part, found.source, found.ready_minute

    midnight = epoch_minute(MONDAY - timedelta(hours=1))  # in Berlin
    assert line("pad_a", 1) == ("pad_a", "stock", NOW)
    assert line("pad_a", 2) == ("pad_b", "stock", NOW)
    assert line("pad_a", 8) == ("pad_b", "order", midnight + 2 * 1440)
    assert line("disc", 1) == ("disc", "order", midnight + 3 * 1440)
    assert line("unlisted", 1) == ("unlisted", "order", midnight + 5 * 1440)
    assert part_lines(make_workshop(), [PartNeed("unlisted", 1)], {}, NOW)[0].source == "stock"


def test_no_visit_begins_before_its_parts_are_there() -> None:
    workshop = make_workshop(hours=OFFICE)
    lines = part_lines(workshop, [PartNeed("disc", 1), PartNeed("pad_b", 1)], STOCK, NOW)
    job = replace(ANY, ready_minute=ready_minute(lines), parts=lines)
    assert starts_of(workshop, job)[0] == datetime(2026, 3, 26, 7, tzinfo=UTC)
    early = Window(NOW, NOW + 2 * 1440)
    assert obstacle(workshop, job, early) == "parts_not_ready"


def test_the_workshop_of_a_half_hour_zone_keeps_its_lunch_on_the_wall_clock() -> None:
    resting = replace(technician(2), breaks={0: ((750, 810),)})  # 12:30 to 13:30 in Kolkata, 07:00 to 08:00 UTC
    workshop = make_workshop("Asia/Kolkata", {0: ((540, 1080),)}, [bay(1), resting])
    starts = starts_of(workshop, ANY)
    assert starts[0] == MONDAY.replace(hour=3, minute=30)
    assert MONDAY.replace(hour=6) in starts
    assert MONDAY.replace(hour=6, minute=15) not in starts
    assert MONDAY.replace(hour=8) in starts
