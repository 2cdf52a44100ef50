"""Instants: zones with summer time, midnight, jitter, and every format that a map can name."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.columns import TimeRule
from simulator.columns_check import ColumnMapError
from simulator.columns_time import InstantReader

BERLIN = ZoneInfo("Europe/Berlin")
DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
NAME = "2018-03-01_trip.csv"


def reader(form: str, zone: ZoneInfo | None = BERLIN, name: str = NAME) -> InstantReader:
    return InstantReader(TimeRule(("Time",), form, zone, DATE), name, Path("map.toml"))


def instants(texts: list[str], form: str, zone: ZoneInfo | None = BERLIN, name: str = NAME) -> list[str | None]:
    values, read = reader(form, zone, name).read(pd.Series(texts, dtype=str))
    return [str(pd.Timestamp(v, unit="ms"))[:23] if r else None for v, r in zip(values, read, strict=True)]


def test_a_winter_time_of_day_is_an_hour_and_a_summer_one_two_hours_ahead_of_utc() -> None:
    assert instants(["08:00:00.250"], "time-of-day") == ["2018-03-01 07:00:00.250"]
    assert instants(["08:00:00"], "time-of-day", name="2018-07-01.csv") == ["2018-07-01 06:00:00"]


def test_midnight_starts_the_next_day_and_a_small_step_back_does_not() -> None:
    found = instants(
        ["23:59:59.9", "23:59:59.5", "00:00:00.1", "23:59:59.9", "00:00:01"], "time-of-day", ZoneInfo("UTC")
    )
    assert found == [
        "2018-03-01 23:59:59.900",
        "2018-03-01 23:59:59.500",
        "2018-03-02 00:00:00.100",
        "2018-03-01 23:59:59.900",
        "2018-03-02 00:00:01",
    ]


def test_midnight_is_remembered_from_block_to_block() -> None:
    blocks = reader("time-of-day", ZoneInfo("UTC"))
    blocks.read(pd.Series(["23:59:00"]))
    for minute in (1, 2):
        values, _ = blocks.read(pd.Series([f"00:0{minute}:00"]))
        assert pd.Timestamp(values[0], unit="ms") == pd.Timestamp(f"2018-03-02 00:0{minute}")


def test_the_hour_that_comes_twice_is_told_apart_by_the_step_back() -> None:
    texts = ["01:59:00", "02:30:00", "02:59:59", "02:00:00", "02:30:00", "03:10:00"]
    assert instants(texts, "time-of-day", name="2017-10-29.csv") == [
        "2017-10-28 23:59:00",
        "2017-10-29 00:30:00",
        "2017-10-29 00:59:59",
        "2017-10-29 01:00:00",
        "2017-10-29 01:30:00",
        "2017-10-29 02:10:00",
    ]


def test_the_end_of_summer_time_is_remembered_from_block_to_block() -> None:
    blocks = reader("time-of-day", name="2017-10-29.csv")
    for text, utc in (("02:59:59", "00:59:59"), ("02:00:00", "01:00:00"), ("02:30:00", "01:30:00")):
        values, _ = blocks.read(pd.Series([text]))
        assert pd.Timestamp(values[0], unit="ms") == pd.Timestamp(f"2017-10-29 {utc}")


def test_a_step_back_of_a_second_in_the_hour_that_comes_twice_stays_in_summer_time() -> None:
    found = instants(["02:30:01", "02:30:00"], "time-of-day", name="2017-10-29.csv")
    assert found == ["2017-10-29 00:30:01", "2017-10-29 00:30:00"]


def test_a_local_time_that_the_zone_skips_cannot_be_read() -> None:
    assert instants(["01:59:59", "02:30:00", "03:00:00"], "time-of-day", name="2018-03-25.csv") == [
        "2018-03-25 00:59:59",
        None,
        "2018-03-25 01:00:00",
    ]


def test_what_is_no_time_cannot_be_read_and_its_neighbours_can() -> None:
    texts = ["8:01", "8:01:02,5", "24:00:00", "08:61:00", "", "noon", "47", "08:00:00Z", " 09:00:00 "]
    assert instants(texts, "time-of-day", ZoneInfo("UTC")) == [
        "2018-03-01 08:01:00",
        "2018-03-01 08:01:02.500",
        *[None] * 6,
        "2018-03-01 09:00:00",
    ]


def test_iso_texts_carry_their_offset_or_take_the_zone() -> None:
    texts = ["2018-03-01T08:00:00+05:30", "2018-03-01T08:00:00Z", "2018-07-01 08:00:00.5", "2018-13-01T00:00:00", "x"]
    assert instants(texts, "iso") == [
        "2018-03-01 02:30:00",
        "2018-03-01 08:00:00",
        "2018-07-01 06:00:00.500",
        None,
        None,
    ]


def test_iso_texts_without_offset_and_zone_cannot_be_read() -> None:
    assert instants(["2018-03-01T08:00:00", "2018-03-01T08:00:00Z"], "iso", None) == [None, "2018-03-01 08:00:00"]


def test_epoch_seconds_and_milliseconds_are_instants() -> None:
    assert instants(["1519891200.25", "-1", "abc", "1e99"], "epoch-s", None) == [
        "2018-03-01 08:00:00.250",
        "1969-12-31 23:59:59",
        None,
        None,
    ]
    assert instants(["1519891200250"], "epoch-ms", None) == ["2018-03-01 08:00:00.250"]


def test_a_pattern_of_ones_own_with_and_without_a_date() -> None:
    assert instants(["01.03.2018 08:00:00", "31.02.2018 08:00:00"], "%d.%m.%Y %H:%M:%S") == [
        "2018-03-01 07:00:00",
        None,
    ]
    assert instants(["08:00:00 PM", "08:00:01 PM"], "%I:%M:%S %p") == ["2018-03-01 19:00:00", "2018-03-01 19:00:01"]
    assert instants(["2018-03-01 08:00 +0200"], "%Y-%m-%d %H:%M %z", None) == ["2018-03-01 06:00:00"]


@pytest.mark.parametrize(("name", "words"), [("trip.csv", "holds no date"), ("2018-02-30.csv", "is no date")])
def test_a_name_without_a_date_is_an_error_that_names_file_and_key(name: str, words: str) -> None:
    with pytest.raises(ColumnMapError, match=words) as caught:
        reader("time-of-day", name=name)
    assert name in str(caught.value)
    assert "map.toml, key 'time.date_from_file_name'" in str(caught.value)


@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)), min_size=1, max_size=20))  # noqa: DTZ001
def test_iso_texts_with_an_offset_give_the_instant_of_the_standard_library(times: list[datetime]) -> None:
    aware = [time.replace(tzinfo=BERLIN, microsecond=time.microsecond // 1000 * 1000) for time in times]
    values, read = reader("iso", None).read(pd.Series([time.isoformat() for time in aware], dtype=str))
    assert read.all()
    assert values.tolist() == [round(time.timestamp() * 1000) for time in aware]
