"""However visits are booked and cancelled: the masks offer what brute force offers, and each offer can be had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date
from itertools import combinations
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from booking_api.errors import NotOfferedError
from booking_api.local_days import epoch_minute, instant, local_day
from booking_api.models import Claim, Job, Resource, Workshop
from booking_api.offering import Visit, first_visits, free_starts, nearest_starts, visit_at
from booking_api.scheduling import Window, day_schedules, obstacle
from tests.booking_api.schedules import brute_force_starts, make_workshop

ON: Final = date(2026, 6, 8)
ZONES: Final = ("Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York")
SKILLS: Final = ("brakes", "electrical")
JOBS: Final = st.builds(
    Job,
    minutes=st.sampled_from((15, 40, 60, 150)),
    skills=st.frozensets(st.sampled_from(SKILLS)),
    make=st.just(""),
    before_minutes=st.sampled_from((0, 0, 10)),
    after_minutes=st.sampled_from((0, 0, 20)),
    equipment=st.sampled_from((frozenset(), frozenset(), frozenset({"bench"}))),
    transport=st.sampled_from(("drop_off", "drop_off", "loaner", "mobile")),
)


def _resources(draw: st.DataObject, day_start: int) -> Iterator[Resource]:
    yield from (Resource(number, "bay", f"bay-{number}") for number in range(1, 1 + draw.draw(st.integers(1, 2))))
    yield Resource(5, "van", "van")
    yield Resource(6, "equipment", "bench", frozenset({"bench"}))
    yield Resource(7, "loaner", "loaner")
    for number in range(10, 10 + draw.draw(st.integers(1, 3))):
        begin = draw.draw(st.integers(660, 780))
        lunch = dict.fromkeys(range(7), ((begin, begin + 45),))
        leave = day_start + draw.draw(st.integers(0, 2880))
        absences = ((leave, leave + 200),) if draw.draw(st.booleans()) else ()
        skills = draw.draw(st.frozensets(st.sampled_from(SKILLS)))
        yield Resource(number, "technician", f"technician-{number}", skills, lunch, absences)


class Workshops(RuleBasedStateMachine):
    """One workshop over two days."""

    @initialize(data=st.data(), zone=st.sampled_from(ZONES), visits=st.sampled_from((None, 3)))
    def open(self, data: st.DataObject, zone: str, visits: int | None) -> None:
        begin = local_day(ON, zone).start_minute
        hours = dict.fromkeys(range(7), ((480, 1020),))
        workshop = make_workshop(zone, hours, list(_resources(data, begin)))
        self.workshop: Workshop = replace(workshop, daily_visits=visits)
        self.window = Window(begin + 300, begin + 2880)
        self.visits: dict[int, Visit] = {}
        self.numbers = 0

    @property
    def claims(self) -> list[Claim]:
        return [
            Claim(resource_id, visit.from_minute, visit.until_minute)
            for visit in self.visits.values()
            for resource_id in visit.resource_ids
        ]

    @rule(job=JOBS, choice=st.integers(0, 1000))
    def book_an_offer(self, job: Job, choice: int) -> None:
        found = list(first_visits(self.workshop, self.claims, job, self.window, 0))
        assert found == sorted(found, key=lambda one: one.start_minute)
        if found:
            wanted = instant(found[choice % len(found)].start_minute)
            visit = visit_at(self.workshop, self.claims, job, wanted, self.window.from_minute)
            assert visit is not None
            self.numbers += 1
            self.visits[self.numbers] = visit
        else:
            assert obstacle(self.workshop, job, self.window)

    @precondition(lambda self: getattr(self, "visits", None))
    @rule(choice=st.integers(0, 1000))
    def cancel(self, choice: int) -> None:
        before = self._free()
        number = sorted(self.visits)[choice % len(self.visits)]
        visit = self.visits.pop(number)
        assert self._free() != before
        self.visits[number] = visit
        assert self._free() == before
        del self.visits[number]

    @rule(job=JOBS)
    def search(self, job: Job) -> None:
        """Every start, and nothing but those, whatever the way they are found."""
        every = [instant(start) for start in free_starts(self.workshop, self.claims, job, self.window)]
        assert every == brute_force_starts(self.workshop, self.claims, job, self.window)

    @rule(job=JOBS, quarter=st.integers(0, 180))
    def ask_for_any_start(self, job: Job, quarter: int) -> None:
        at = instant(self.window.from_minute + 15 * quarter)
        minute = epoch_minute(at)
        free = brute_force_starts(self.workshop, self.claims, job, Window(minute, minute + 1))
        try:
            visit = visit_at(self.workshop, self.claims, job, at, self.window.from_minute)
        except NotOfferedError:
            visit = None
        assert (visit is not None) == bool(free)
        around = Window(minute - 1440, minute + 1440)
        for other in nearest_starts(self.workshop, self.claims, job, around, self.window.from_minute):
            assert visit_at(self.workshop, self.claims, job, other.astimezone(UTC), self.window.from_minute)

    @invariant()
    def nobody_is_taken_twice(self) -> None:
        for one, other in combinations(getattr(self, "visits", {}).values(), 2):
            shared = set(one.resource_ids) & set(other.resource_ids)
            apart = one.until_minute <= other.from_minute or other.until_minute <= one.from_minute
            assert apart or not shared

    @invariant()
    def what_is_free_is_open_and_not_claimed(self) -> None:
        if not hasattr(self, "workshop"):
            return
        for schedule in day_schedules(self.workshop, self.claims, self.window):
            start = schedule.day.start_minute
            for resource_id, begin, end in self.claims:
                taken = [(minute - start) // 15 for minute in range(begin, end, 15)]
                assert not any(schedule.free[resource_id] >> grain & 1 for grain in taken if grain >= 0)
            assert all(free & ~schedule.open_mask == 0 for free in schedule.free.values())

    def _free(self) -> list[dict[int, int]]:
        return [dict(one.free) for one in day_schedules(self.workshop, self.claims, self.window)]


def _run(examples: int, steps: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    how = settings(max_examples=examples, stateful_step_count=steps, derandomize=True, suppress_health_check=quiet)
    run_state_machine_as_test(Workshops, settings=how)


def test_every_offer_is_bookable_in_two_hundred_steps() -> None:
    _run(10, 20)


@pytest.mark.long
def test_every_offer_is_bookable_in_ten_thousand_steps() -> None:
    _run(250, 40)
