"""What is shown is what would be shown if everything had been looked at, and most of it is not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from booking_api.local_days import epoch_minute
from booking_api.models import Position, Wishes, Workshop
from booking_api.ranking import Candidate, Need, rank
from booking_api.shortlist import shortlist
from tests.booking_api.schedules import make_workshop

NOW: Final = epoch_minute(datetime(2026, 3, 23, 7, tzinfo=UTC))
DAY: Final = 1440
MONDAY: Final = date(2026, 3, 23)
BERLIN: Final = Position(52.52, 13.405)
WORKSHOPS: Final = [
    make_workshop(
        workshop_id=f"workshop-{number}", position=Position(52.52 + 0.05 * (number % 6), 13.4 + 0.05 * number)
    )
    for number in range(30)
]


def candidate(workshop: Workshop, minute: int, load: float = 0.5) -> Candidate:
    """So many minutes after NOW, which is a Monday 07:00 on the workshop's clock."""
    start = NOW + minute
    return Candidate(workshop, start, start + 60, MONDAY + timedelta(minute // DAY), 420 + minute % DAY, load)


def visits_of(workshop: Workshop, seed: int) -> list[Candidate]:
    """Some of the halves of fourteen days, in order of time."""
    chance = random.Random(f"{seed} {workshop.workshop_id}")
    return [
        candidate(workshop, minute, load)
        for half in range(28)
        if chance.random() < 0.3
        for minute, load in [(half // 2 * DAY + half % 2 * 300 + chance.choice((60, 75, 90)), chance.random())]
    ]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("wishes", [Wishes(BERLIN, usual_workshop_id="workshop-17"), Wishes(weekdays=frozenset({3}))])
def test_it_leaves_out_nothing_that_would_be_shown(seed: int, wishes: Wishes) -> None:
    need = Need(NOW, urgency=1 + seed % 4, latest_safe_minute=NOW + (3 + seed) * DAY)
    everything = [one for workshop in WORKSHOPS for one in visits_of(workshop, seed)]
    in_time = [one for one in everything if need.limit_minute is None or one.start_minute <= need.limit_minute]
    found, too_late = shortlist(WORKSHOPS, lambda one: iter(visits_of(one, seed)), need, wishes)
    assert not too_late
    assert rank(found, need, wishes) == rank(in_time, need, wishes)
    assert len(found) < len(in_time)


def test_of_a_workshop_far_away_only_the_first_visit_is_looked_at() -> None:
    looked_at: Counter[str] = Counter()

    def visits(workshop: Workshop) -> Iterator[Candidate]:
        for one in visits_of(workshop, 1):
            looked_at[workshop.workshop_id] += 1
            yield one

    shortlist(WORKSHOPS, visits, Need(NOW), Wishes(BERLIN))
    assert looked_at["workshop-29"] == 2  # one to keep, one to see that it is dearer
    assert looked_at["workshop-0"] == len(visits_of(WORKSHOPS[0], 1)) > 1


def test_urgent_work_is_offered_before_the_safe_date_alone() -> None:
    need = Need(NOW, urgency=3, due_minute=NOW + 2 * DAY, latest_safe_minute=NOW + 4 * DAY)
    assert _days_offered([3, 5], need) == ([3], False)


def test_where_nothing_is_early_enough_the_soonest_is_offered_and_it_is_said() -> None:
    need = Need(NOW, urgency=4, latest_safe_minute=NOW + DAY)
    assert _days_offered([3, 5], need) == ([3, 5], True)
    said = rank([candidate(WORKSHOPS[0], 3 * DAY)], need, Wishes())[0].reasons
    assert {"en": "later than it is safe to wait", "zh": "晚于安全期限"} in said


def test_where_nothing_is_early_enough_a_few_hours_are_not_worth_the_way_to_another_town() -> None:
    near, far = (
        make_workshop(workshop_id=name, position=Position(at, 13.4)) for name, at in (("a", 52.5), ("b", 54.0))
    )
    free = {"a": candidate(near, 2 * DAY + 240), "b": candidate(far, 2 * DAY)}
    need, wishes = Need(NOW, urgency=4, latest_safe_minute=NOW), Wishes(BERLIN)
    found, too_late = shortlist([far, near], lambda one: iter([free[one.workshop_id]]), need, wishes)
    labels = {slot.workshop.workshop_id: slot.labels for slot in rank(found, need, wishes)}
    assert too_late
    assert labels == {"a": ("recommended", "closest"), "b": ("soonest",)}


def test_work_that_can_wait_has_no_limit() -> None:
    assert _days_offered([5], Need(NOW, urgency=2, latest_safe_minute=NOW + DAY)) == ([5], False)


def test_of_nothing_nothing_is_chosen() -> None:
    assert shortlist(WORKSHOPS, lambda _: iter(()), Need(NOW), Wishes()) == ([], False)


def _days_offered(days: list[int], need: Need) -> tuple[list[int], bool]:
    def visits(workshop: Workshop) -> Iterator[Candidate]:
        yield from (candidate(workshop, day * DAY) for day in days)

    found, too_late = shortlist(WORKSHOPS[:1], visits, need, Wishes())
    return [(one.start_minute - NOW) // DAY for one in found], too_late
