"""Column maps: what they accept, and what an error says."""

from pathlib import Path

import pytest

from simulator.columns import load_column_map
from simulator.columns_check import ColumnMapError
from telemetry_schema.catalogue import signals_by_name

VIN = "VSSZZZ5F2JR001130"
WHOLE = f"""[vehicle]
vin = "{VIN}"

[time]
column = "Time"
format = "iso"
zone = "UTC"

[[columns]]
header = "rpm"
signal = "engine_speed_rpm"

[[columns]]
header = ["Coolant", "Kühlmittel"]
signal = "coolant_temperature_c"
unit = "°F"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def error_of(folder: Path, text: str) -> str:
    with pytest.raises(ColumnMapError) as caught:
        load_column_map(write(folder, text))
    return str(caught.value)


def test_a_map_names_signals_units_time_and_car(tmp_path: Path) -> None:
    column_map = load_column_map(write(tmp_path, WHOLE))
    assert column_map.vin == VIN
    assert [rule.signal.name for rule in column_map.columns] == ["engine_speed_rpm", "coolant_temperature_c"]
    assert column_map.columns[1].headers == ("Coolant", "Kühlmittel")
    assert 212 * column_map.columns[1].factor + column_map.columns[1].offset == pytest.approx(100)


def test_the_shipped_map_reads_all_ten_values_in_both_encodings_of_the_degree_sign() -> None:
    column_map = load_column_map(Path("simulator/drives/kit.toml"))
    assert len({rule.signal.id for rule in column_map.columns}) == 10
    headers = {header for rule in column_map.columns for header in rule.headers}
    assert {"Ambient Air Temperature [°C]", "Ambient Air Temperature [Â°C]"} <= headers


@pytest.mark.parametrize(
    ("wrong", "right", "line", "key", "advice"),
    [
        (
            'signal = "coolant_temp_c"',
            'signal = "coolant_temperature_c"',
            15,
            "columns.signal",
            "coolant_temperature_c",
        ),
        ('unit = "parsec"', 'unit = "°F"', 16, "columns.unit", "'°F'"),
        ('format = "sundial"', 'format = "iso"', 6, "time.format", "time-of-day"),
        ('format = "time-of-day"', 'format = "iso"', 4, "time.date_from_file_name", "regular expression"),
        ('zone = "Europe/Atlantis"', 'zone = "UTC"', 7, "time.zone", "Europe/Berlin"),
        ('vin = "123"', f'vin = "{VIN}"', 2, "vehicle.vin", "17 characters"),
        ('header = "rpm"\nsingal = ""', 'header = "rpm"', 11, "columns.singal", "use one of header, signal"),
        ("header = 5", 'header = "rpm"', 10, "columns.header", "text in quotes"),
        ('header = "rpm"', 'header = ["Coolant", "Kühlmittel"]', 14, "columns.header", "keep one"),
        ('factor = "2"', 'unit = "°F"', 16, "columns.factor", "must be a number"),
        ('[file]\nseparator = "::"\n\n[vehicle]', "[vehicle]", 2, "file.separator", "one character"),
        ("[tiem]", "[time]", 4, "tiem", "vehicle, time"),
    ],
)
def test_an_error_names_file_line_key_and_what_to_do(
    tmp_path: Path, wrong: str, right: str, line: int, key: str, advice: str
) -> None:
    message = error_of(tmp_path, WHOLE.replace(right, wrong))
    assert f"{tmp_path / 'map.toml'}, line {line}, key '{key}'" in message
    assert advice in message


def test_broken_toml_names_its_line(tmp_path: Path) -> None:
    assert "line 2" in error_of(tmp_path, '[vehicle]\nvin = "unclosed\n')


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ColumnMapError, match="give a column map"):
        load_column_map(tmp_path / "absent.toml")


def test_a_factor_of_ones_own_goes_before_the_unit(tmp_path: Path) -> None:
    text = WHOLE.replace('unit = "°F"', 'unit = "raw"\nfactor = 0.5\noffset = -40')
    rule = load_column_map(write(tmp_path, text)).columns[1]
    assert (rule.factor, rule.offset) == (0.5, -40)


def test_every_unit_of_the_catalogue_converts_from_itself() -> None:
    from simulator.columns_units import conversion, known_units

    for signal in signals_by_name().values():
        assert conversion(signal.unit, signal.unit) == (1, 0)
        for unit in known_units(signal.unit):
            assert conversion(unit, signal.unit) is not None


@pytest.mark.parametrize(
    ("value", "unit", "target", "expected"),
    [
        (100, "mph", "km/h", 160.9344),
        (32, "[°F]", "°C", 0),
        (300, "K", "°C", 26.85),
        (36, "psi", "kPa", 248.211),
        (2.5, "bar", "kPa", 250),
        (12_400, "mV", "V", 12.4),
        (36, "kg/h", "g/s", 10),
    ],
)
def test_units_convert_to_known_values(value: float, unit: str, target: str, expected: float) -> None:
    from simulator.columns_units import conversion

    scale = conversion(unit, target)
    assert scale is not None
    assert value * scale[0] + scale[1] == pytest.approx(expected, rel=1e-5)
