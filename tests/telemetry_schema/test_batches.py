"""Batches survive both content types, whatever a car has to say."""

import json
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from telemetry_schema.batches import MAXIMUM_FRAMES, decode_batch, encode_batch
from telemetry_schema.catalogue import VERSION, Storage, signal, signals, signals_by_id
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.frames import ClockQuality, DropReport, FrameBatch, Identity, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire

CONTENT_TYPES = [PROTOBUF, JSON]
UNKNOWN = st.integers(40_000, 2**32 - 1)
_INTEGERS = {np.dtype("<i4"): (-(2**31), 2**31 - 1), np.dtype("<i8"): (-(2**63), 2**63 - 1)}


def _values(dtype: np.dtype[np.generic], count: int) -> st.SearchStrategy[npt.NDArray[np.generic]]:
    if dtype == np.dtype("O"):
        words = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=10)
        return st.lists(words, min_size=count, max_size=count).map(lambda items: np.array(items, dtype=object))
    if dtype in _INTEGERS:
        low, high = _INTEGERS[dtype]
        return arrays.arrays(dtype, count, elements=st.integers(low, high))
    return arrays.arrays(dtype, count)


@st.composite
def columns(draw: st.DrawFn, frames: int) -> tuple[int, SignalColumn]:
    known = draw(st.booleans())
    signal_id = draw(st.sampled_from([s.id for s in signals()]) if known else UNKNOWN)
    kinds = [np.dtype(code) for code in ("<f4", "<f8", "<i4", "<i8", "?", "O")]
    dtype = signals_by_id()[signal_id].storage.dtype if known else draw(st.sampled_from(kinds))
    at = draw(st.none() | st.sets(st.integers(0, frames - 1), min_size=1).map(sorted))
    values = draw(_values(dtype, frames if at is None else len(at)))
    return signal_id, SignalColumn(values, None if at is None else np.array(at, dtype=np.int64))


@st.composite
def batches(draw: st.DrawFn) -> FrameBatch:
    frames = draw(st.integers(1, 12))
    instants = st.integers(-(2**60), 2**60)  # any order: steps back and repeats are a car's right
    return FrameBatch(
        identity=Identity(
            draw(st.text("ABC123", max_size=17)),
            draw(st.uuids()),
            draw(st.integers(1, 2**32 - 1)),
            draw(st.integers(1, 2**63 - 1)),
        ),
        recorded_at_ms=np.array(draw(st.lists(instants, min_size=frames, max_size=frames)), dtype=np.int64),
        columns=dict(draw(st.lists(columns(frames), max_size=5, unique_by=lambda column: column[0]))),
        clock_quality=draw(st.sampled_from(ClockQuality)),
        drops=tuple(draw(st.lists(st.builds(DropReport, st.just("buffer_full"), st.just("event"),
            st.integers(0, 2**64 - 1), st.integers(-(2**63), 2**63 - 1), st.just(0)), max_size=2))),
    )  # fmt: skip


def same(one: SignalColumn, other: SignalColumn) -> bool:
    if (one.at is None) != (other.at is None) or (one.at is not None and one.at.tolist() != other.at.tolist()):  # type: ignore[union-attr]
        return False
    if one.values.dtype.kind == "f":
        return np.array_equal(one.values, other.values.astype(one.values.dtype), equal_nan=True)
    return one.values.tolist() == other.values.tolist()


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
@settings(max_examples=150)
@given(batch=batches())
def test_a_batch_comes_back_as_it_was(content_type: str, batch: FrameBatch) -> None:
    payload = encode_batch(batch, content_type)
    read = decode_batch(payload, content_type)
    assert (read.identity, read.clock_quality, read.drops) == (batch.identity, batch.clock_quality, batch.drops)
    assert read.recorded_at_ms.tolist() == batch.recorded_at_ms.tolist()
    assert read.columns.keys() == batch.columns.keys()
    assert all(same(column, read.columns[signal_id]) for signal_id, column in batch.columns.items())
    assert encode_batch(read, content_type) == payload


@settings(max_examples=50)
@given(batch=batches())
def test_a_batch_in_json_means_the_same_as_in_protobuf(batch: FrameBatch) -> None:
    read = decode_batch(encode_batch(decode_batch(encode_batch(batch, JSON), JSON)))
    assert all(same(column, read.columns[signal_id]) for signal_id, column in batch.columns.items())


def test_known_values_have_their_storage_type_whatever_the_sender_used(batch: FrameBatch) -> None:
    for content_type in CONTENT_TYPES:
        for signal_id, column in decode_batch(encode_batch(batch, content_type), content_type).columns.items():
            if known := signals_by_id().get(signal_id):
                assert column.values.dtype == known.storage.dtype


def test_the_frames_of_a_batch_number_from_its_first_instant(batch: FrameBatch) -> None:
    message = wire.Batch.FromString(encode_batch(batch))
    assert message.base_recorded_at_ms == batch.recorded_at_ms[0]
    assert list(message.recorded_at_offset_ms) == [0, -100, 1000]
    assert message.catalogue_version == VERSION


def test_a_four_byte_float_is_written_by_its_shortest_decimals() -> None:
    batch = one_column("engine_speed_rpm", np.array([0.1], dtype="<f4"))
    assert json.loads(encode_batch(batch, JSON))["columns"][0]["numbers"]["value"] == [0.1]


def test_json_by_hand_takes_numbers_text_and_a_readable_boot_id() -> None:
    words = {
        "vin": "1M8GDM9AXKP042788",
        "bootIdText": "6f1d8f2e-3c4b-4a5d-9e6f-708192a3b4c5",
        "bootNumber": 1,
        "sequence": 1,
        "baseRecordedAtMs": 1_700_000_000_000,
        "recordedAtOffsetMs": [0, 1000],
        "columns": [
            {"signal": 60, "numbers": {"value": [800, 812.5]}},
            {"signal": 301, "at": [1], "numbers": {"value": [1]}},
        ],
    }
    read = decode_batch(json.dumps(words).encode(), "Application/JSON; charset=utf-8")
    assert read.identity.boot_id == UUID("6f1d8f2e-3c4b-4a5d-9e6f-708192a3b4c5")
    assert read.columns[60].values.tolist() == [800, 812.5]
    assert read.columns[301].values.tolist() == [True]


def test_not_a_number_and_infinity_are_decoded_for_admission_to_judge() -> None:
    for content_type in CONTENT_TYPES:
        batch = one_column("engine_speed_rpm", np.array([np.nan, np.inf, -np.inf], dtype="<f4"))
        read = decode_batch(encode_batch(batch, content_type), content_type)
        assert np.array_equal(read.columns[60].values, [np.nan, np.inf, -np.inf], equal_nan=True)


def test_a_column_without_values_is_left_out_and_its_frames_stay() -> None:
    batch = one_column("engine_speed_rpm", np.array([], dtype="<f4"), at=np.array([], dtype=np.int64), frames=2)
    read = decode_batch(encode_batch(batch))
    assert (read.frames, dict(read.columns)) == (2, {})


@pytest.mark.parametrize(
    ("name", "values", "at"),
    [
        ("engine_speed_rpm", np.array([1.0, 2.0]), None),
        ("engine_speed_rpm", np.array([1.0]), np.array([3])),
        ("engine_speed_rpm", np.array([1.0, 2.0]), np.array([1, 0])),
        ("engine_speed_rpm", np.array([1.0]), np.array([-1])),
        ("current_gear", np.array([1.5, np.nan, 2]), None),
        ("current_gear", np.array([2**40, 0, 0]), None),
        ("mil_is_on", np.array([0, 1, 7]), None),
        ("engine_speed_rpm", np.array([1j, 2, 3]), None),
        ("engine_speed_rpm", np.array(["1", "2", "3"]), None),
    ],
)
def test_a_senders_mistake_is_an_error_at_the_sender(
    name: str, values: npt.NDArray[np.generic], at: npt.NDArray[np.int64] | None
) -> None:
    with pytest.raises(ValueError, match=f"signal {signal(name).id}"):
        encode_batch(one_column(name, values, at=at, frames=3))


@pytest.mark.parametrize(
    "values", [np.array([1, 2], dtype=">i2"), np.array([1.5, 2], dtype="f2"), np.array(["a", "b"])]
)
def test_arrays_of_any_plain_type_are_sent_for_unknown_signals(values: npt.NDArray[np.generic]) -> None:
    batch = FrameBatch(one_column("engine_speed_rpm", np.array([1.0])).identity, np.zeros(2, dtype=np.int64), {
        50_000: SignalColumn(values)})  # fmt: skip
    assert decode_batch(encode_batch(batch)).columns[50_000].values.tolist() == values.tolist()


def test_spread_leaves_absent_texts_empty_and_absent_numbers_zero() -> None:
    full, present = SignalColumn(np.array(["ON"], dtype=object), np.array([1])).spread(3)
    assert full.tolist() == [None, "ON", None]
    assert present.tolist() == [False, True, False]
    assert SignalColumn(np.array([2.5]), np.array([0])).spread(2)[0].tolist() == [2.5, 0]


def test_the_largest_batch_is_taken() -> None:
    batch = one_column("engine_speed_rpm", np.zeros(MAXIMUM_FRAMES, dtype="<f4"), frames=MAXIMUM_FRAMES)
    assert decode_batch(encode_batch(batch)).frames == MAXIMUM_FRAMES


def test_every_storage_type_has_a_wire_field_of_its_size() -> None:
    for storage in Storage:
        assert storage.wire in wire.Column.DESCRIPTOR.fields_by_name


def one_column(
    name: str, values: npt.NDArray[np.generic], *, at: npt.NDArray[np.int64] | None = None, frames: int | None = None
) -> FrameBatch:
    count = len(values) if frames is None else frames
    return FrameBatch(
        Identity("1M8GDM9AXKP042788", UUID(int=1), 1, 1),
        np.arange(count, dtype=np.int64),
        {signal(name).id: SignalColumn(values, at)},
    )
