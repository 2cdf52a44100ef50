"""Nobody is woken, wherever they live and whatever their clock does."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance_planner.reminders.quiet_hours import QuietHours, after_quiet

NIGHT = (time(21), time(8))


@pytest.mark.parametrize(
    ("zone", "since", "until", "at", "expected"),
    [
        ("UTC", *NIGHT, "2026-05-04T12:00", "2026-05-04T12:00"),
        ("UTC", *NIGHT, "2026-05-04T21:00", "2026-05-05T08:00"),
        ("UTC", *NIGHT, "2026-05-04T07:59", "2026-05-04T08:00"),
        ("UTC", *NIGHT, "2026-05-04T08:00", "2026-05-04T08:00"),
        ("Asia/Shanghai", *NIGHT, "2026-05-04T14:00", "2026-05-05T00:00"),
        ("America/Los_Angeles", *NIGHT, "2026-05-04T10:00", "2026-05-04T15:00"),
        ("UTC", time(12), time(14), "2026-05-04T13:00", "2026-05-04T14:00"),
        ("UTC", time(9), time(9), "2026-05-04T09:00", "2026-05-04T09:00"),
        # The night in which Berlin's clock skips 02:00 to 03:00, and the one in which it shows it twice.
        ("Europe/Berlin", *NIGHT, "2026-03-29T00:30", "2026-03-29T06:00"),
        ("Europe/Berlin", *NIGHT, "2026-10-25T00:30", "2026-10-25T07:00"),
        ("Europe/Berlin", time(21), time(2, 30), "2026-03-29T00:30", "2026-03-29T01:30"),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(
    zone: str, since: time, until: time, at: str, expected: str
) -> None:
    found = after_quiet(QuietHours(zone, since, until), datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(
    st.integers(0, 2 * 366 * 1440).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe", "America/St_Johns"]),
    st.times(),
    st.times(),
)
def test_it_is_never_earlier_and_waits_a_day_at_most(at: datetime, zone: str, since: time, until: time) -> None:
    found = after_quiet(QuietHours(zone, since, until), at)
    assert 0 <= (found - at).total_seconds() <= 26 * 3600
