"""What a notebook user does with exports, and what is no export."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_export.encoders import encoder_of
from data_export.layout import ExportColumn, ExportFormat, What
from data_export.reader import BrokenExportError, read_export, read_metadata
from tests.data_export.conftest import OTHER_VIN, T0, VIN

ROOT = Path(__file__).parents[2]
FORMATS: tuple[ExportFormat, ...] = ("parquet", "csv")
SPEED = ExportColumn("vehicle_speed_kmh", "real", "km/h", vss_path="Vehicle.Speed", signal_id=1)
ODOMETER = ExportColumn("odometer_km", "double precision", "km")


def exported(
    format_: ExportFormat, vin: str, *columns: ExportColumn, rows: int = 2, what: What = "signals", **told: Any
) -> bytes:
    """A file whose columns count up."""
    every = (ExportColumn("vin", "text"), ExportColumn("recorded_at", "instant"), *columns)
    metadata = {"format_version": 1, "made_by": "test", "what": what, "pseudonymous": False, "catalogue_version": 1}
    metadata |= {"columns": {column.name: column.as_json() for column in every}, **told}
    encoder = encoder_of(format_, every, metadata)
    values = [(7, T0 + timedelta(seconds=number), *[number] * len(columns)) for number in range(rows)]
    return b"".join([encoder.begin(), *([encoder.add({7: vin}, values)] if values else []), encoder.end()])


@pytest.mark.parametrize("format_", FORMATS)
def test_a_path_bytes_and_an_open_file_read_the_same(tmp_path: Path, format_: ExportFormat) -> None:
    file = exported(format_, VIN, SPEED)
    path = tmp_path / "file"
    path.write_bytes(file)
    with path.open("rb") as opened:
        frames = [read_export(source) for source in (file, path, str(path), io.BytesIO(file), opened)]
    for frame in frames:
        pd.testing.assert_frame_equal(frame, frames[0])
        assert frame.attrs == frames[0].attrs
    assert read_metadata(path) == frames[0].attrs["metadata"][0]


def test_several_files_become_one_frame_whatever_their_format_and_signals() -> None:
    frame = read_export(exported("parquet", VIN, SPEED), exported("csv", OTHER_VIN, SPEED, ODOMETER))
    assert frame["vin"].tolist() == [VIN] * 2 + [OTHER_VIN] * 2
    assert str(frame["vin"].dtype) == "category"
    assert frame["vehicle_speed_kmh"].tolist() == [0, 1, 0, 1]
    assert frame["odometer_km"].isna().tolist() == [True, True, False, False]
    assert frame.attrs["units"] == {"vehicle_speed_kmh": "km/h", "odometer_km": "km"}
    assert len(frame.attrs["metadata"]) == 2


@pytest.mark.parametrize("format_", FORMATS)
def test_only_the_columns_that_were_named_are_read(format_: ExportFormat) -> None:
    file = exported(format_, VIN, SPEED, ODOMETER)
    frame = read_export(file, columns=["odometer_km"])
    assert list(frame.columns) == ["vin", "odometer_km"]
    assert frame.attrs["units"] == {"odometer_km": "km"}
    assert list(read_export(file, columns=[]).columns) == ["vin"]
    with pytest.raises(ValueError, match=r"No such column: speed\. There are vin, recorded_at, vehicle_speed_kmh"):
        read_export(file, columns=["speed"])


def test_a_frame_lends_itself_to_resampling() -> None:
    frame = read_export(exported("csv", VIN, SPEED, rows=120))
    assert frame["vehicle_speed_kmh"].resample("1min").mean().tolist() == [29.5, 89.5]


def test_exports_that_do_not_belong_below_each_other_are_refused() -> None:
    file = exported("parquet", VIN, SPEED)
    for other, words in (
        (exported("parquet", VIN, what="events"), "differ in `what`"),
        (exported("parquet", VIN, SPEED, pseudonymous=True), "differ in `pseudonymous`"),
        (exported("csv", VIN, ExportColumn("vehicle_speed_kmh", "real", "mile/h")), "vehicle_speed_kmh means"),
    ):
        with pytest.raises(ValueError, match=words):
            read_export(file, other)
    with pytest.raises(ValueError, match="at least one"):
        read_export()


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("rows", [0, 3])
def test_a_file_that_was_cut_off_anywhere_is_never_taken_for_a_whole_one(format_: ExportFormat, rows: int) -> None:
    file = exported(format_, VIN, SPEED, ODOMETER, rows=rows)
    assert len(read_export(file)) == rows
    for length in range(len(file)):
        with pytest.raises(BrokenExportError):
            read_export(file[:length])


def test_rows_that_were_lost_on_the_way_are_noticed() -> None:
    lines = exported("csv", VIN, SPEED, rows=5).splitlines(keepends=True)
    with pytest.raises(BrokenExportError, match="says that it has 5 rows and has 4"):
        read_export(b"".join(lines[:-2] + lines[-1:]))


def test_what_is_no_export_is_named(tmp_path: Path) -> None:
    foreign = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), foreign)
    path = tmp_path / "notes.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(BrokenExportError, match="not an export"):
        read_export(foreign.getvalue())
    with pytest.raises(BrokenExportError, match=r"notes\.csv is not an export"):
        read_export(path)
    with pytest.raises(BrokenExportError, match="newer than this reader"):
        read_export(exported("csv", VIN, SPEED, format_version=2))
    with pytest.raises(FileNotFoundError):
        read_export(tmp_path / "missing.parquet")


ALONE = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in sys.argv[2:]:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
from data_export.reader import read_export
print(len(read_export(sys.argv[1])))
"""
BACKEND = ["psycopg", "psycopg_pool", "fastapi", "pydantic", "structlog", "typer", "rich", "google", "paho", "sklearn"]
BACKEND += ["database", "telemetry_schema", "booking_api", "servicelane", "observability", "streaming"]


def test_the_reader_needs_nothing_of_the_backend(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    path.write_bytes(exported("parquet", VIN, SPEED, rows=7))
    command = [sys.executable, "-c", ALONE, str(path), *BACKEND]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (finished.returncode, finished.stdout) == (0, "7\n"), finished.stderr
