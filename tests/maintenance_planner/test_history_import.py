"""A history from a file: what can be read is taken, and each line that cannot is told with what to do."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance_planner.history_import import HistoryFileError, read_history
from maintenance_planner.history_words import item_in
from maintenance_planner.models import ServiceRecord

KNOWN = frozenset({"engine_oil", "brake_fluid", "cabin_filter", "air_filter", "tyre_rotation", "coolant"})
TODAY = date(2026, 6, 1)

LUBELOGGER = """Date,Odometer,Description,Notes,Cost,Tags
3/31/2024,"37,000",Oil Change,5W-30,80,
4/1/2025,46500,Rotated tires and replaced cabin air filter,,45,
5/1/2025,0,Flux capacitor,,,
6/1/2025,47000,Whatever,,,coolant
"""


def test_our_own_columns_are_read_in_any_order() -> None:
    content = b"Note;odometer;ITEM;performed_on\nwith filter;61 200;engine_oil;2026-05-02\n;;brake_fluid;2026-05-02\n"
    history = read_history(content, KNOWN, TODAY)
    assert history.errors == ()
    oil, brakes = history.lines
    assert oil.records == (ServiceRecord("engine_oil", date(2026, 5, 2), 61_200, "import"),)
    assert (oil.line, oil.note) == (2, "with filter")
    assert brakes.records == (ServiceRecord("brake_fluid", date(2026, 5, 2), None, "import"),)


def test_an_export_of_lubelogger_is_read_with_its_words_tags_and_miles() -> None:
    history = read_history(b"\xef\xbb\xbf" + LUBELOGGER.encode(), KNOWN, TODAY, unit="mi")
    assert history.errors == ()
    oil, two, other, tagged = history.lines
    assert oil.records == (ServiceRecord("engine_oil", date(2024, 3, 31), 59_545.7, "import"),)
    assert [record.item for record in two.records] == ["cabin_filter", "tyre_rotation"]
    assert two.records[0].performed_on == date(2025, 4, 1)
    assert other.records[0].item.startswith("other_")
    assert (other.records[0].odometer_km, other.note) == (None, "Flux capacitor")
    assert [record.item for record in tagged.records] == ["coolant"]


def test_the_other_lines_are_taken_where_one_is_wrong() -> None:
    content = b"""item,performed_on,odometer
engine_oil,2026-05-02,60000
spoiler,2026-05-02,60000
engine_oil,2026-02-30,60000
engine_oil,2027-01-01,60000
engine_oil,soon,60000
engine_oil,2025-05-02,sixty
engine_oil,2025-05-02,99999999
brake_fluid,2025-05-02,50000
"""
    history = read_history(content, KNOWN, TODAY)
    assert [line.line for line in history.lines] == [2, 9]
    assert [(error.line, error.column) for error in history.errors] == [
        (3, "item"), (4, "performed_on"), (5, "performed_on"), (6, "performed_on"), (7, "odometer"), (8, "odometer"),
    ]  # fmt: skip
    assert "known are air_filter" in history.errors[0].texts["en"]
    assert "不是日期" in history.errors[3].texts["zh"]


def test_day_and_month_are_told_apart_or_asked_for() -> None:
    head, line = "item,performed_on,odometer\n", "engine_oil,3/4/2025,1\n"
    assert read_history((head + line).encode(), KNOWN, TODAY).errors[0].texts["en"].startswith("'3/4/2025' may be")
    by_order = {order: read_history((head + line).encode(), KNOWN, TODAY, day_order=order) for order in ("dmy", "mdy")}
    assert by_order["dmy"].lines[0].records[0].performed_on == date(2025, 4, 3)
    assert by_order["mdy"].lines[0].records[0].performed_on == date(2025, 3, 4)
    clear = (head + line + "engine_oil,25/4/2025,1\n").encode()
    assert read_history(clear, KNOWN, TODAY).lines[0].records[0].performed_on == date(2025, 4, 3)
    german = (head + "engine_oil,3.4.2025,1\n").encode()
    assert read_history(german, KNOWN, TODAY).lines[0].records[0].performed_on == date(2025, 4, 3)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "found: nothing"),
        (b"colour,size\nred,3\n", "found: colour, size"),
        ("item,performed_on\n\xe4".encode("latin-1"), "save it as UTF-8"),
        (b"PK\x03\x04\0\0", "export it as CSV"),
        (b"item,performed_on\n" + b"engine_oil,2025-01-01\n" * 20_001, "at most 20,000"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(HistoryFileError, match=words):
        read_history(content, KNOWN, TODAY)


@pytest.mark.parametrize(
    ("words", "items"),
    [
        ("Oil and filter", {"engine_oil"}),
        ("Transmission oil change", {"transmission_oil"}),
        ("Ölwechsel + Innenraumfilter", {"engine_oil", "cabin_filter"}),
        ("更换机油和空调滤芯", {"engine_oil", "cabin_filter"}),
        ("Engine air filter", {"air_filter"}),
        ("Washed it", set()),
    ],
)
def test_words_name_items(words: str, items: set[str]) -> None:
    assert item_in(words) == items


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(HistoryFileError):
        read_history(b"item,performed_on,odometer\n" + content, KNOWN, TODAY)
