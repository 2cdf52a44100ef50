"""Replay hands every row to a head unit, in order, at the asked speed, without running ahead of acknowledgements."""

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from simulator.columns import ColumnMap, load_column_map
from simulator.replay import Drive, Replay, Tempo, shift_to, survey
from telemetry_schema.catalogue import signal
from telemetry_schema.frames import SignalColumn

VIN = "VSSZZZ5F2JR001130"
OTHER_VIN = "VSSZZZ5F4JR001131"
RPM = signal("engine_speed_rpm").id
MAP = """
[vehicle]
column = "vin"
[time]
column = "t"
format = "epoch-s"
[[columns]]
header = "rpm"
signal = "engine_speed_rpm"
"""


class Notebook:
    """Takes frames like a head unit and writes down what came and when. Each part is one message."""

    def __init__(self, acknowledge_after_seconds: float = 0.0) -> None:
        self.instants: list[int] = []
        self.values: list[float] = []
        self.arrived_at: list[float] = []
        self.flushes = 0
        self.most_pending = 0
        self._wait = acknowledge_after_seconds

    @property
    def pending(self) -> int:
        now = time.monotonic()
        return sum(now - at < self._wait for at in self.arrived_at)

    def record_frames(self, recorded_at_ms: npt.NDArray[np.int64], columns: Mapping[int, SignalColumn]) -> None:
        self.arrived_at.append(time.monotonic())
        self.instants.extend(recorded_at_ms.tolist())
        self.values.extend(columns[RPM].values.tolist())
        self.most_pending = max(self.most_pending, self.pending)

    def flush(self) -> None:
        self.flushes += 1


class Bench:
    """A folder with a map and drives, and a replay over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[dict[str, Any]] = []
        self.units: dict[str, Notebook] = {}
        self.files: list[Path] = []
        (folder / "map.toml").write_text(MAP)
        self.map: ColumnMap = load_column_map(folder / "map.toml")

    def drive(self, name: str, rows: list[tuple[str, float, float]]) -> None:
        path = self.folder / name
        path.write_text("vin,t,rpm,note\n" + "".join(f"{vin},{t},{rpm},x\n" for vin, t, rpm in rows))
        self.files.append(path)

    def drives(self) -> list[Drive]:
        return survey(self.map, self.files)

    def run(
        self, tempo: Tempo | None = None, *, acknowledge_after: float = 0, stopping: threading.Event | None = None
    ) -> bool:
        def unit(vin: str) -> Notebook:
            return self.units.setdefault(vin, Notebook(acknowledge_after))

        return Replay(self.map, self.drives(), unit, tempo or Tempo(), self.lines.append, stopping=stopping).run()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_every_row_arrives_once_in_the_order_of_the_road(bench: Bench) -> None:
    bench.drive("later.csv", [(VIN, 100, 3), (VIN, 100, 4), (VIN, 99, 5)])
    bench.drive("earlier.csv", [(VIN, 10, 1), (OTHER_VIN, 10, 7), (VIN, 11, 2)])
    assert bench.run()
    assert bench.units[VIN].instants == [10_000, 11_000, 100_000, 100_000, 99_000]
    assert bench.units[VIN].values == [1, 2, 3, 4, 5]
    assert bench.units[OTHER_VIN].values == [7]
    assert bench.units[VIN].flushes >= 1


def test_the_report_of_a_drive_and_the_end_say_what_was_sent(bench: Bench) -> None:
    bench.drive("a.csv", [(VIN, 10, 1), (VIN, 11, 2)])
    bench.files[0].write_text(bench.files[0].read_text() + "broken\n")
    bench.drive("b.csv", [("nobody", 1, 1)])
    assert bench.run()
    drives = [line["drive"] for line in bench.lines if "drive" in line]
    assert drives[0] == {
        "file": "a.csv",
        "rows": 3,
        "frames": 2,
        "sent": 2,
        "rows_not_parsed": 1,
        "lines_not_parsed": [4],
        "reasons": {"another number of fields than the header": 1},
        "unmapped_columns": ("note",),
        "absent_signals": (),
        "recorded_from": "1970-01-01T00:00:10.000+00:00",
        "recorded_to": "1970-01-01T00:00:11.000+00:00",
    }
    assert (drives[1]["file"], drives[1]["rows"], drives[1]["sent"]) == ("b.csv", 1, 0)
    end = bench.lines[-1]["done"]
    assert (end["sent"], end["rows"], end["rows_not_parsed"]) == (2, 4, 2)
    assert (end["settled"], end["stopped"], end["files_done"]) == (True, False, 2)
    assert all(json.dumps(line) for line in bench.lines)


def test_a_shift_moves_the_last_instant_of_all_drives_to_now(bench: Bench) -> None:
    bench.drive("a.csv", [(VIN, 10, 1), (VIN, 500, 2)])
    bench.drive("b.csv", [(VIN, 100, 1), (VIN, 200, 2)])
    now_ms = 1_700_000_000_000
    assert bench.run(Tempo(shift_ms=shift_to(bench.drives(), now_ms)))
    assert max(bench.units[VIN].instants) == now_ms
    assert min(bench.units[VIN].instants) == now_ms - 490_000
    assert bench.lines[0]["drive"]["recorded_to"] == "2023-11-14T22:13:20.000+00:00"


def test_a_factor_sends_frames_when_they_are_due(bench: Bench) -> None:
    bench.drive("a.csv", [(VIN, t, t) for t in (0, 9, 5, 13, 20)])
    started = time.monotonic()
    assert bench.run(Tempo(speed=20))
    arrived = [at - started for at in bench.units[VIN].arrived_at]
    assert bench.units[VIN].values == [0, 9, 5, 13, 20]
    assert arrived[-1] >= 1.0
    assert bench.units[VIN].instants == [0, 9000, 5000, 13_000, 20_000]
    assert len(arrived) == 4  # the step back goes with the frame before it


def test_paced_cars_of_one_file_keep_their_common_time(bench: Bench) -> None:
    bench.drive("a.csv", [(VIN, 0, 1), (OTHER_VIN, 10, 2), (VIN, 20, 3)])
    bench.run(Tempo(speed=25))
    first, last = bench.units[VIN].arrived_at
    assert 0.3 < bench.units[OTHER_VIN].arrived_at[0] - first < last - first


def test_replay_waits_while_too_much_is_not_acknowledged(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.replay.PART_FRAMES", 1)
    bench.drive("a.csv", [(VIN, t, t) for t in range(30)])
    assert bench.run(Tempo(maximum_pending=5), acknowledge_after=0.02)
    assert bench.units[VIN].most_pending == 5
    assert len(bench.units[VIN].values) == 30


def test_what_is_never_acknowledged_ends_in_a_failure_that_says_how_much(bench: Bench) -> None:
    bench.drive("a.csv", [(VIN, 1, 1)])
    assert not bench.run(Tempo(settle_seconds=0.1), acknowledge_after=1e9)
    assert (bench.lines[-1]["done"]["pending"], bench.lines[-1]["done"]["settled"]) == (1, False)


def test_a_stop_ends_a_paced_replay_at_once(bench: Bench) -> None:
    bench.drive("a.csv", [(VIN, 0, 1), (VIN, 3600, 2)])
    stopping = threading.Event()
    threading.Timer(0.2, stopping.set).start()
    started = time.monotonic()
    assert not bench.run(Tempo(speed=1), stopping=stopping)
    assert time.monotonic() - started < 5
    assert bench.units[VIN].values == [1]
    assert (bench.lines[-1]["done"]["stopped"], bench.lines[-1]["done"]["files_done"]) == (True, 0)


def test_progress_is_told_while_replay_runs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.replay.PROGRESS_SECONDS", 0.05)
    bench.drive("a.csv", [(VIN, 0, 1), (VIN, 1, 2)])
    bench.run(Tempo(speed=4))
    progress = [line["progress"] for line in bench.lines if "progress" in line]
    assert progress
    assert (progress[0]["frames"], progress[0]["sent"], progress[0]["files"]) == (2, 1, 1)
