"""A logger's CSV becomes frames; what is not taken is counted with its line numbers."""

import gzip
import io
import lzma
import tarfile
from pathlib import Path

import numpy as np
import pytest

import simulator.columns_read as columns_read
from simulator.columns import ColumnMap, load_column_map
from simulator.columns_check import ColumnMapError
from simulator.columns_files import unpack
from simulator.columns_read import DriveReader, FrameBlock
from telemetry_schema.catalogue import signal

VIN = "VSSZZZ5F2JR001130"
OTHER_VIN = "VSSZZZ5F4JR001131"
DRIVES = Path("simulator/drives")
MAP = f"""
[vehicle]
vin = "{VIN}"
[time]
column = "t"
format = "epoch-s"
[[columns]]
header = "rpm"
signal = "engine_speed_rpm"
[[columns]]
header = "coolant"
signal = "coolant_temperature_c"
unit = "°F"
[[columns]]
header = "gear"
signal = "current_gear"
[[columns]]
header = "mil"
signal = "mil_is_on"
[[columns]]
header = "key"
signal = "ignition_state"
"""
HEADER = "t,rpm,coolant,gear,mil,key\n"
RPM, COOLANT, GEAR = signal("engine_speed_rpm").id, signal("coolant_temperature_c").id, signal("current_gear").id
MIL, KEY = signal("mil_is_on").id, signal("ignition_state").id


def make_map(folder: Path, text: str = MAP) -> ColumnMap:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return load_column_map(path)


def read(
    folder: Path, text: str | bytes, map_text: str = MAP, name: str = "d.csv"
) -> tuple[DriveReader, list[FrameBlock]]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    reader = DriveReader(make_map(folder, map_text), path)
    return reader, list(reader.blocks())


def test_values_take_unit_and_type_and_blanks_stay_missing(tmp_path: Path) -> None:
    reader, (block,) = read(tmp_path, HEADER + "1,800.5,212,2.0,true,ON\n2,,32,-1.6,0,\n3,810,,,Off,START\n")
    assert block.vin == VIN
    assert block.recorded_at_ms.tolist() == [1000, 2000, 3000]
    assert block.columns[RPM].values.tolist() == [800.5, 810.0]
    assert block.columns[RPM].at is not None
    assert block.columns[RPM].at.tolist() == [0, 2]
    assert block.columns[COOLANT].values == pytest.approx([100, 0])
    assert block.columns[GEAR].values.tolist() == [2, -2]
    assert block.columns[MIL].values.tolist() == [True, False, False]
    assert block.columns[MIL].at is None
    assert block.columns[KEY].values.tolist() == ["ON", "START"]
    for signal_id, column in block.columns.items():
        assert column.values.dtype == columns_read_dtype(signal_id)
    assert reader.report.rows_not_parsed == 0


def columns_read_dtype(signal_id: int) -> np.dtype[np.generic]:
    from telemetry_schema.catalogue import signals_by_id

    return signals_by_id()[signal_id].storage.dtype


def test_rows_that_do_not_parse_are_counted_with_their_line_numbers(tmp_path: Path) -> None:
    rows = [
        "1,800,212,1,1,ON",  # line 2
        "noon,800,212,1,1,ON",
        "2,fast,212,1,1,ON",
        "",  # blank lines are no rows, and count as lines
        "3,800,212,1,1",
        "4,800,212,1,1,ON,more",
        "5,800,inf,1,1,ON",
        "6,800,212,1,perhaps,ON",
        "7,800,212,1e99,1,ON",
        "8,800,212,1,1,ON",  # line 11
    ]
    reader, blocks = read(tmp_path, HEADER + "\n".join(rows))
    assert [int(ms) for block in blocks for ms in block.recorded_at_ms] == [1000, 8000]
    report = reader.report
    assert (report.rows, report.frames, report.rows_not_parsed) == (9, 2, 7)
    assert report.lines_not_parsed == [3, 4, 6, 7, 8, 9, 10]
    assert report.reasons == {
        "another number of fields than the header": 2,
        "the time cannot be read": 1,
        "engine_speed_rpm cannot be read": 1,
        "coolant_temperature_c cannot be read": 1,
        "mil_is_on cannot be read": 1,
        "current_gear cannot be read": 1,
    }


def test_line_numbers_hold_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns_read, "BLOCK_ROWS", 3)
    rows = [f"{i},800,212,1,1,ON" for i in range(20)]
    rows[7], rows[13] = "x,,,,,", "1,,"
    reader, blocks = read(tmp_path, "\n\n" + HEADER + "\n".join(rows))
    assert reader.report.lines_not_parsed == [11, 17]
    assert sum(len(block.recorded_at_ms) for block in blocks) == 18
    assert len(blocks) == 7


def test_the_list_of_lines_is_bounded_and_the_count_is_not(tmp_path: Path) -> None:
    reader, blocks = read(tmp_path, HEADER + "x,,,,,\n" * 1500)
    assert blocks == []
    assert reader.report.rows_not_parsed == 1500
    assert reader.report.lines_not_parsed == list(range(2, 1002))


def test_unmapped_columns_are_named_and_ignored_ones_are_not(tmp_path: Path) -> None:
    map_text = MAP + '[file]\nignore = ["device"]\n'
    reader, _ = read(tmp_path, "t,rpm,device,boost,lambda\n1,800,x,1,1\n", map_text)
    assert reader.report.unmapped_columns == ("boost", "lambda")
    assert reader.report.absent_signals == ("coolant_temperature_c", "current_gear", "mil_is_on", "ignition_state")


def test_repeated_instants_and_steps_back_are_kept_as_recorded(tmp_path: Path) -> None:
    _, (block,) = read(tmp_path, HEADER + "5,1,,,,\n5,2,,,,\n4,3,,,,\n6,4,,,,\n")
    assert block.recorded_at_ms.tolist() == [5000, 5000, 4000, 6000]
    assert block.columns[RPM].values.tolist() == [1, 2, 3, 4]


def test_a_row_of_blanks_is_a_frame_without_values(tmp_path: Path) -> None:
    reader, (block,) = read(tmp_path, HEADER + "1,,,,,\n")
    assert (len(block.recorded_at_ms), block.columns) == (1, {})
    assert reader.report.frames == 1


def test_semicolons_decimal_commas_quotes_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    map_text = MAP + '[file]\nseparator = ";"\ndecimal = ","\n'
    text = '\ufeff"t";"rpm";"extra"\r\n1,5;"800,25";"a;b"\r\n2,5;1.234;\r\n3,5;900;\r\n'
    reader, (block,) = read(tmp_path, text, map_text)
    assert block.columns[RPM].values.tolist() == [800.25, 900]
    assert reader.report.lines_not_parsed == [3]
    assert reader.report.reasons == {"engine_speed_rpm cannot be read": 1}


def test_bytes_of_another_encoding_lose_only_their_cell(tmp_path: Path) -> None:
    reader, (block,) = read(tmp_path, b"t,rpm,note\n1,800,\xff\xfe\n2,810,ok\n3,\xb0,x\n")
    assert block.recorded_at_ms.tolist() == [1000, 2000]
    assert reader.report.lines_not_parsed == [4]


def test_a_vin_column_tells_the_cars_apart(tmp_path: Path) -> None:
    map_text = MAP.replace(f'vin = "{VIN}"', 'column = "car"')
    rows = f"car,t,rpm\n{VIN},1,1\n{OTHER_VIN},2,2\n{VIN.lower()},3,3\nnobody,4,4\n,5,5\n"
    reader, blocks = read(tmp_path, rows, map_text)
    assert [(block.vin, block.recorded_at_ms.tolist()) for block in blocks] == [
        (VIN, [1000, 3000]),
        (OTHER_VIN, [2000]),
    ]
    assert reader.report.lines_not_parsed == [5, 6]
    ordered = DriveReader(make_map(tmp_path, map_text), tmp_path / "d.csv", in_order=True)
    assert [block.vin for block in ordered.blocks()] == [VIN, OTHER_VIN, VIN]


def test_a_file_without_the_time_column_is_an_error_that_names_the_header(tmp_path: Path) -> None:
    with pytest.raises(ColumnMapError) as caught:
        read(tmp_path, "when,rpm\n1,2\n")
    message = str(caught.value)
    assert "d.csv, line 1" in message
    assert "'when', 'rpm'" in message
    assert "key 'time.column'" in message


@pytest.mark.parametrize(("text", "words"), [("", "is empty"), ("t,rpm,rpm\n1,2,3\n", "both become engine_speed_rpm")])
def test_a_file_that_cannot_be_understood_is_an_error(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ColumnMapError, match=words):
        read(tmp_path, text)


def test_a_map_without_a_car_is_an_error_unless_the_caller_names_one(tmp_path: Path) -> None:
    column_map = make_map(tmp_path, MAP.replace(f'vin = "{VIN}"', ""))
    (tmp_path / "d.csv").write_text("t,rpm\n1,800\n")
    with pytest.raises(ColumnMapError, match=r"vehicle\.vin"):
        DriveReader(column_map, tmp_path / "d.csv")
    (block,) = DriveReader(column_map, tmp_path / "d.csv", vin=OTHER_VIN).blocks()
    assert block.vin == OTHER_VIN


def test_part_of_a_block_keeps_values_with_their_frames(tmp_path: Path) -> None:
    _, (block,) = read(tmp_path, HEADER + "1,1,,,,\n2,,,,,\n3,3,,,,\n4,4,,,,\n")
    part = block.part(1, 3)
    assert part.recorded_at_ms.tolist() == [2000, 3000]
    assert part.columns[RPM].at is not None
    assert (part.columns[RPM].at.tolist(), part.columns[RPM].values.tolist()) == ([1], [3])
    assert RPM not in block.part(1, 2).columns


TABLE = (HEADER + "1,800,,,,\n").encode()


@pytest.mark.parametrize(("name", "content"), [
    ("d.csv", TABLE), ("d.CSV", TABLE), ("d.csv.gz", gzip.compress(TABLE)), ("d.csv.xz", lzma.compress(TABLE)),
], ids=["csv", "CSV", "gz", "xz"])  # fmt: skip
def test_compressed_files_read_like_plain_ones(tmp_path: Path, name: str, content: bytes) -> None:
    _, (block,) = read(tmp_path, content, name=name)
    assert block.columns[RPM].values.tolist() == [800]


def test_a_file_that_ends_in_the_middle_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ColumnMapError, match=r"d\.csv\.xz: ends in the middle or is damaged"):
        read(tmp_path, lzma.compress(TABLE)[:-20], name="d.csv.xz")


def test_an_archive_gives_its_csvs_and_no_path_of_its_own(tmp_path: Path) -> None:
    archive = tmp_path / "drives.tar.xz"
    with tarfile.open(archive, "w:xz") as target:
        for name in ("a/2018.csv", "../../b.csv", "a/._2018.csv", "readme.txt"):
            entry = tarfile.TarInfo(name)
            entry.size = len(TABLE)
            target.addfile(entry, io.BytesIO(TABLE))
        link = tarfile.TarInfo("link.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        target.addfile(link)
    files = unpack([archive, tmp_path / "single.csv"], tmp_path / "unpacked")
    assert [path.name for path in files] == ["2018.csv", "b.csv", "single.csv"]
    assert all(path.is_relative_to(tmp_path) for path in files)


def test_a_damaged_archive_and_an_empty_folder_are_errors(tmp_path: Path) -> None:
    (tmp_path / "x.tar.xz").write_bytes(b"not an archive")
    with pytest.raises(ColumnMapError, match="cannot be unpacked"):
        unpack([tmp_path / "x.tar.xz"], tmp_path / "u1")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ColumnMapError, match="holds no file"):
        unpack([tmp_path / "empty"], tmp_path / "u2")


def test_the_shipped_drives_are_read_to_their_last_row() -> None:
    column_map = load_column_map(DRIVES / "kit.toml")
    rows = {}
    for path in unpack([DRIVES], Path("unused")):
        reader = DriveReader(column_map, path)
        assert sum(len(block.recorded_at_ms) for block in reader.blocks()) == reader.report.rows
        assert reader.report.rows_not_parsed == 0
        assert reader.report.unmapped_columns == reader.report.absent_signals == ()
        rows[path.name[:10]] = reader.report.rows
    assert rows == {"2017-08-09": 38_662, "2018-03-01": 32_097, "2018-04-23": 9_701}
    assert sum(path.stat().st_size for path in DRIVES.iterdir()) < 400_000


@pytest.mark.long
def test_all_recorded_drives_are_read(tmp_path: Path) -> None:
    archive = Path("../shared/data/kit_obd/kit_obd_77csv.tar.xz")
    if not archive.exists():
        pytest.skip(f"{archive} is not on this machine")
    column_map = load_column_map(DRIVES / "kit.toml")
    readers = [DriveReader(column_map, path) for path in unpack([archive], tmp_path)]
    frames = sum(len(block.recorded_at_ms) for reader in readers for block in reader.blocks())
    assert (len(readers), frames) == (77, 2_386_985)
    assert all(reader.report.rows == reader.report.frames for reader in readers)
