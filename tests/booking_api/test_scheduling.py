"""The bitmask against an oracle, and the reasons why nothing fits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking_api.local_days import epoch_minute, instant, local_day
from booking_api.models import Claim, Job, Resource, Workshop
from booking_api.offering import free_starts
from booking_api.scheduling import Window, assign, day_schedules, obstacle, start_grains, start_mask, starts
from tests.booking_api.schedules import bay, brute_force_starts, make_workshop, technician

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Shanghai"]
MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
WEEK = Window(epoch_minute(MONDAY), epoch_minute(MONDAY + timedelta(days=7)))
ANY = Job(60, frozenset(), "Servicelane")
OFFICE = dict.fromkeys(range(5), ((480, 1080),))

SWITCHES = [
    # zone, day, grains: 15-minute grains of a day of 23, 24, 25, 23.5 and 24.5 hours
    ("Europe/Berlin", date(2026, 3, 29), 92),
    ("Europe/Berlin", date(2026, 10, 25), 100),
    ("America/New_York", date(2026, 3, 8), 92),
    ("America/New_York", date(2026, 11, 1), 100),
    ("Australia/Lord_Howe", date(2026, 4, 5), 98),
    ("Australia/Lord_Howe", date(2026, 10, 4), 94),
    ("Asia/Kolkata", date(2026, 3, 29), 96),
    ("Asia/Shanghai", date(2026, 3, 29), 96),
]


def found(workshop: Workshop, claims: list[Claim], job: Job, window: Window) -> list[datetime]:
    return [instant(start) for start in free_starts(workshop, claims, job, window)]


@pytest.mark.parametrize(("zone", "on", "grains"), SWITCHES)
def test_a_day_has_as_many_grains_as_it_has_quarters_of_an_hour(zone: str, on: date, grains: int) -> None:
    day = local_day(on, zone)
    assert day.grains == grains
    assert day.end_minute == local_day(on + timedelta(days=1), zone).start_minute


@pytest.mark.parametrize(("zone", "on", "_grains"), SWITCHES)
@pytest.mark.parametrize("hours", [(0, 1440), (480, 1080), (90, 150), (105, 165), (120, 180), (150, 240)])
def test_a_day_on_which_the_clock_changes_offers_what_the_oracle_offers(
    zone: str, on: date, _grains: int, hours: tuple[int, int]
) -> None:
    workshop = make_workshop(zone, dict.fromkeys(range(7), (hours,)))
    window = Window(local_day(on, zone).start_minute - 120, local_day(on, zone).end_minute + 120)
    for minutes in (15, 45, 120):
        job = Job(minutes, frozenset(), "")
        assert found(workshop, [], job, window) == brute_force_starts(workshop, [], job, window)


def test_opening_times_stay_on_the_wall_clock_when_summer_time_begins() -> None:
    window = Window(epoch_minute(datetime(2026, 3, 27, tzinfo=UTC)), epoch_minute(datetime(2026, 3, 31, tzinfo=UTC)))
    first_by_day: dict[date, datetime] = {}
    for at in found(make_workshop(hours=OFFICE), [], ANY, window):
        first_by_day.setdefault(at.date(), at)
    assert list(first_by_day.values()) == [
        datetime(2026, 3, 27, 7, tzinfo=UTC),  # 08:00 in Berlin in winter
        datetime(2026, 3, 30, 6, tzinfo=UTC),  # and in summer
    ]


def test_the_hour_that_summer_time_skips_is_not_offered() -> None:
    workshop = make_workshop(hours={6: ((120, 180),)})  # 02:00 to 03:00, which does not exist on that Sunday
    day = local_day(date(2026, 3, 29), "Europe/Berlin")
    assert found(workshop, [], ANY, Window(day.start_minute, day.end_minute)) == []
    assert obstacle(workshop, ANY, Window(day.start_minute, day.end_minute)) == "closed"


def test_the_weeks_in_which_only_america_has_changed_its_clocks_are_right_for_both() -> None:
    window = Window(epoch_minute(datetime(2026, 3, 16, tzinfo=UTC)), epoch_minute(datetime(2026, 3, 17, tzinfo=UTC)))
    assert found(make_workshop("Europe/Berlin", OFFICE), [], ANY, window)[0].hour == 7
    assert found(make_workshop("America/New_York", OFFICE), [], ANY, window)[0].hour == 12


@given(free=st.integers(0, 2**100 - 1), grains=st.integers(1, 40))
def test_a_start_mask_says_where_so_many_free_grains_follow_each_other(free: int, grains: int) -> None:
    needed = (1 << grains) - 1
    expected = {bit for bit in range(100) if (free >> bit) & needed == needed}
    assert set(start_grains(start_mask(free, grains))) == expected


def test_a_job_does_not_hop_from_one_bay_to_the_next() -> None:
    opening = epoch_minute(MONDAY.replace(hour=7))
    workshop = make_workshop(hours={0: ((480, 600),)}, resources=[bay(1), bay(2), technician(3)])
    claims = [Claim(1, opening, opening + 60), Claim(2, opening + 60, opening + 120)]
    assert found(workshop, claims, Job(120, frozenset(), ""), WEEK) == []
    assert obstacle(workshop, Job(120, frozenset(), ""), WEEK.within(workshop, WEEK.from_minute)) == "fully_booked"


def test_who_has_the_fewest_skills_is_taken_first() -> None:
    people = [technician(2, "electrical", "high_voltage"), technician(3, "electrical")]
    workshop = make_workshop(resources=[bay(1), *people])
    schedule = next(iter(day_schedules(workshop, [], WEEK)))
    job = Job(60, frozenset({"electrical"}), "")
    assert [one.resource_id for one in assign(schedule, job, workshop.resources, 40)] == [1, 3]


def test_one_technician_must_have_every_skill() -> None:
    workshop = make_workshop(resources=[bay(1), technician(2, "electrical"), technician(3, "brakes")])
    assert obstacle(workshop, Job(60, frozenset({"electrical", "brakes"}), ""), WEEK) == "no_technician_with_skill"


@pytest.mark.parametrize(
    ("workshop", "job", "window", "expected"),
    [
        (make_workshop(brands=["Other"]), ANY, WEEK, "brand_not_served"),
        (make_workshop(resources=[technician(2)]), ANY, WEEK, "no_bay"),
        (make_workshop(), Job(60, frozenset({"brakes"}), ""), WEEK, "no_technician_with_skill"),
        (make_workshop(), ANY, Window(5, 5), "window"),
        (make_workshop(hours={}), ANY, WEEK, "closed"),
        (make_workshop(closed_on=[date(2026, 3, day) for day in range(22, 31)]), ANY, WEEK, "closed"),
        (make_workshop(hours=OFFICE), Job(601, frozenset(), ""), WEEK, "too_long"),
    ],
)
def test_where_nothing_fits_the_reason_is_given(workshop: Workshop, job: Job, window: Window, expected: str) -> None:
    assert found(workshop, [], job, window) == []
    assert obstacle(workshop, job, window) == expected


def test_notice_and_horizon_limit_the_window() -> None:
    workshop = make_workshop(notice_minutes=120, horizon_days=2)
    now = WEEK.from_minute
    assert WEEK.within(workshop, now) == Window(now + 120, now + 2 * 1440)


SKILLS = ("electrical", "brakes", "tyres")
RESOURCES = st.builds(
    lambda bays, people: [
        *(bay(1 + number) for number in range(bays)),
        *(technician(10 + number, *skills) for number, skills in enumerate(people)),
    ],
    st.integers(0, 3),
    st.lists(st.sets(st.sampled_from(SKILLS)), max_size=3),
)
SWITCH_DAYS = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25)]


@settings(max_examples=40)
@given(
    resources=RESOURCES,
    zone=st.sampled_from(ZONES),
    on=st.sampled_from([*SWITCH_DAYS, date(2026, 11, 1), date(2026, 6, 10)]),
    hours=st.lists(st.tuples(st.integers(0, 94), st.integers(1, 48)), min_size=1, max_size=2),
    taken=st.lists(st.tuples(st.integers(0, 12), st.integers(-300, 1500), st.integers(1, 400)), max_size=8),
    minutes=st.integers(1, 300),
    skills=st.sets(st.sampled_from(SKILLS), max_size=2),
    offset=st.integers(-100, 700),
)
def test_the_bitmask_offers_what_the_oracle_offers(
    resources: list[Resource],
    zone: str,
    on: date,
    hours: list[tuple[int, int]],
    taken: list[tuple[int, int, int]],
    minutes: int,
    skills: set[str],
    offset: int,
) -> None:
    spans = tuple((15 * opens, min(1440, 15 * (opens + length))) for opens, length in hours)
    workshop = make_workshop(zone, dict.fromkeys(range(7), spans), resources)
    midnight = local_day(on, zone).start_minute
    claims = [Claim(who, midnight + begin, midnight + begin + length) for who, begin, length in taken]
    job, window = Job(minutes, frozenset(skills), ""), Window(midnight + offset, midnight + offset + 900)
    assert found(workshop, claims, job, window) == brute_force_starts(workshop, claims, job, window)


def test_free_and_claimed_time_together_are_the_open_time() -> None:
    workshop = make_workshop(hours=OFFICE)
    opening = epoch_minute(MONDAY.replace(hour=8))
    claims = [Claim(1, opening, opening + 75), Claim(2, opening + 300, opening + 330)]
    schedule = next(one for one in day_schedules(workshop, claims, WEEK) if one.open_mask)
    busy = [schedule.open_mask & ~free for free in schedule.free.values()]
    assert [mask.bit_count() for mask in busy] == [5, 2]
    assert reduce(or_, schedule.free.values()) == schedule.open_mask
    assert schedule.load(workshop.resources) == pytest.approx(2 / 40)
    assert starts(schedule, ANY, workshop.resources, WEEK).bit_count() > 0
