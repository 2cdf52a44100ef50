"""A logged bus goes through its map to head units: what it means, what is wrong with it, what is told of the rest."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from simulator.bus_map import load_bus_map
from simulator.bus_read import BusReader
from simulator.columns_check import ColumnMapError
from simulator.columns_read import FrameBlock
from simulator.replay import Replay, Tempo, survey
from telemetry_schema.catalogue import signal
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire

VIN = "WMAZZZZZ3NM000001"
DBC = """VERSION ""
BU_: Vector__XXX
BO_ 2364540158 EEC1: 8 Vector__XXX
 SG_ EngineSpeed : 24|16@1+ (0.125,0) [0|8031.875] "rpm" Vector__XXX
BO_ 291 Body: 8 Vector__XXX
 SG_ Doors : 0|8@1+ (1,0) [0|0] "" Vector__XXX
 SG_ Speed : 8|16@1+ (0.01,0) [0|300] "km/h" Vector__XXX
"""
MAP = f"""
[vehicle]
vin = "{VIN}"

[dbc]
files = ["car.dbc"]

[[signals]]
message = "EEC1"
signal = "EngineSpeed"
becomes = "engine_speed_rpm"
source = "00"

[[signals]]
message = "Body"
signal = "Speed"
becomes = "vehicle_speed_kmh"
unit = "mph"
"""
RPM, SPEED = signal("engine_speed_rpm").id, signal("vehicle_speed_kmh").id
ENGINE_AT_800 = "0CF00400#F0FF7D0019FFFFFF"


class Notebook:
    """Takes frames and events like a head unit and writes down what came, in its order."""

    pending = 0

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []

    def record_frames(self, recorded_at_ms: npt.NDArray[np.int64], columns: Mapping[int, SignalColumn]) -> None:
        self.heard += [("frame", at_ms) for at_ms in recorded_at_ms.tolist()]

    def record_event(self, event: wire.Event) -> None:
        self.heard.append(("event", event.recorded_at_ms))

    def flush(self) -> None: ...


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "car.dbc").write_text(DBC)
    (tmp_path / "map.toml").write_text(MAP)
    return tmp_path


def _read(folder: Path, *lines: str, bus_map: str = MAP) -> tuple[BusReader, list[FrameBlock]]:
    (folder / "map.toml").write_text(bus_map)
    (folder / "drive.log").write_text("\n".join(lines))
    reader = BusReader(load_bus_map(folder / "map.toml"), folder / "drive.log")
    return reader, list(reader.blocks())


def test_values_of_one_millisecond_are_one_frame_and_units_are_converted(folder: Path) -> None:
    _, (block,) = _read(folder, f"(10.0001) can0 {ENGINE_AT_800}", "(10.0003) can0 123#00E803FFFFFFFFFF")
    assert block.recorded_at_ms.tolist() == [10_000]
    assert block.columns[RPM].values.tolist() == [800]
    assert block.columns[SPEED].values.tolist() == pytest.approx([10 * 1.609344])


def test_a_window_keeps_the_last_value_and_counts_the_others(folder: Path) -> None:
    slow = MAP + "\n[frames]\nevery_ms = 100\n"
    lines = [f"(10.{tenths:02d}) can0 0CF00400#F0FF7D00{tenths:02X}FFFFFF" for tenths in range(10, 30, 2)]
    reader, (block,) = _read(folder, *lines, bus_map=slow)
    assert block.recorded_at_ms.tolist() == [10_100, 10_200]
    assert block.columns[RPM].values.tolist() == [18 * 32, 28 * 32]
    assert reader.report.values_superseded == 8


def test_another_sender_of_the_same_group_is_not_the_engine(folder: Path) -> None:
    reader, blocks = _read(folder, "(10.0) can0 0CF00421#F0FF7D0019FFFFFF")
    assert not blocks
    assert sum(reader.report.not_taken.values()) == 1


def test_not_available_is_no_value(folder: Path) -> None:
    reader, blocks = _read(folder, "(10.0) can0 0CF00400#F0FF7DFFFFFFFFFF")
    assert not blocks
    assert reader.report.values_out_of_range == 1


def test_the_report_accounts_for_every_line(folder: Path) -> None:
    reader, _ = _read(
        folder,
        f"(1.0) can0 {ENGINE_AT_800}",
        "rubbish",
        "(2.0) can0 777#00",
        "(2.1) can0 777#00",
        "(3.0) can0 7E8#2100",
    )
    report = reader.report
    assert (report.rows, report.frames, report.rows_not_parsed, report.lines_not_parsed) == (5, 1, 1, [2])
    assert report.unknown_identifiers == {"777": 2}
    assert (report.broken_messages, report.broken[0][0]) == (1, 5)


def test_events_keep_their_place_among_frames_and_move_with_them(folder: Path) -> None:
    first, last = (f"({second}.0) can0 {ENGINE_AT_800}" for second in (1, 3))
    _read(folder, first, "(2.0) can0 18FECA00#04FF6E000305FFFF", last)
    bus_map, notebook, said = load_bus_map(folder / "map.toml"), Notebook(), list[dict[str, Any]]()
    drives = survey(bus_map, [folder / "drive.log"])
    assert drives[0].vins == {VIN}
    assert Replay(bus_map, drives, lambda vin: notebook, Tempo(shift_ms=500), said.append).run()
    assert notebook.heard == [("frame", 1_500), ("event", 2_500), ("frame", 3_500)]
    assert said[0]["drive"]["events"] == 1


@pytest.mark.parametrize("speed", [None, 1_000.0])
def test_a_log_of_codes_alone_is_sent(folder: Path, speed: float | None) -> None:
    _read(folder, "(2.0) can0 18FECA00#04FF6E000305FFFF")
    bus_map, notebook = load_bus_map(folder / "map.toml"), Notebook()
    Replay(bus_map, survey(bus_map, [folder / "drive.log"]), lambda vin: notebook, Tempo(speed), lambda _: None).run()
    assert notebook.heard == [("event", 2_000)]


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ('message = "EEC1"', 'message = "EEC9"', "line 9, key 'signals.message': 'EEC9' is in none of the DBC files"),
        ('signal = "Speed"', 'signal = "Sped"', "line 16, key 'signals.signal': Body has no 'Sped'"),
        ('"engine_speed_rpm"', '"engine_speed"', "did you mean engine_speed_rpm"),
        ('source = "00"', 'source = "0"', "is no identifier"),
        ('unit = "mph"', 'unit = "kg"', "does not convert"),
        ('files = ["car.dbc"]', 'files = ["none.dbc"]', "none.dbc: cannot be read"),
        ("[vehicle]", "[car]", "key 'car': is not known here"),
    ],
)
def test_a_wrong_map_is_told_with_its_line(folder: Path, wrong: str, right: str, told: str) -> None:
    with pytest.raises(ColumnMapError) as raised:
        _read(folder, bus_map=MAP.replace(wrong, right))
    assert told in str(raised.value)


def test_a_dbc_that_is_none_is_told(folder: Path) -> None:
    (folder / "car.dbc").write_text("BO_ nonsense")
    with pytest.raises(ColumnMapError, match="not a DBC that cantools reads"):
        load_bus_map(folder / "map.toml")


def test_a_log_that_is_cut_off_is_told(folder: Path) -> None:
    (folder / "drive.log.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    with pytest.raises(ColumnMapError, match="give a whole file"):
        list(BusReader(load_bus_map(folder / "map.toml"), folder / "drive.log.gz").blocks())
