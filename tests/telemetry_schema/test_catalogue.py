"""The signal catalogue: what a row promises, and that COVESA VSS knows the paths it names."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from telemetry_schema.catalogue import OVERLAY_PREFIX, Drivetrain, Signal, Storage, signal, signals

VSS = Path("../shared/data/vss/vss_v6_obd.csv")
SUFFIX_OF_UNIT = {
    "km/h": "kmh", "km": "km", "s": "s", "h": "h", "min": "min", "m/s^2": "ms2", "°C": "c", "degrees": "deg",
    "%": "percent", "kg": "kg", "kPa": "kpa", "V": "v", "A": "a", "mA": "ma", "mΩ": "mohm", "kΩ": "kohm",
    "g/s": "gps", "mm": "mm", "Nm": "nm", "kW": "kw", "kWh": "kwh", "l": "l", "l/h": "lph", "l/100km": "l100km",
    "g": "g", "ppm": "ppm", "kg/h": "kgph", "m": "m", "1/min": "rpm",
}  # fmt: skip
VSS_UNIT = {"°C": "Celsius", "%": "percent", "1/min": "rpm", "1": "", "m/s^2": "m/s^2"}
SCALED = {("km", 1000.0): "m", ("kPa", 1000.0): "Pa"}

EACH = pytest.mark.parametrize("row", signals(), ids=lambda row: row.name)


def test_there_are_signals_enough_for_every_drivetrain() -> None:
    assert len(signals()) >= 100
    assert all(sum(d in s.drivetrains for s in signals()) >= 60 for d in Drivetrain)


def test_ids_names_and_paths_are_unique_and_ids_ascend() -> None:
    ids = [s.id for s in signals()]
    assert ids == sorted(set(ids))
    assert len({s.name for s in signals()}) == len({s.vss_path for s in signals()}) == len(ids)


def test_ids_that_stored_data_relies_on_never_change() -> None:
    stable = {1: "vehicle_speed_kmh", 2: "odometer_km", 9: "latitude_deg", 30: "system_voltage_v", 36: "rest_voltage_v",
              60: "engine_speed_rpm", 61: "coolant_temperature_c", 68: "accelerator_pedal_e_percent",
              200: "tyre_pressure_front_left_kpa", 223: "tyre_tread_rear_right_mm",
              250: "traction_state_of_charge_percent", 300: "dtc_count", 312: "cabin_temperature_c"}  # fmt: skip
    assert {s.id: s.name for s in signals() if s.id in stable} == stable


@EACH
def test_a_name_is_a_column_name_that_carries_its_unit(row: Signal) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{2,62}", row.name)
    if row.unit in SUFFIX_OF_UNIT:
        assert row.name.endswith(f"_{SUFFIX_OF_UNIT[row.unit]}")
    else:
        assert row.unit in ("", "1")


@EACH
def test_a_range_is_what_its_storage_type_can_hold(row: Signal) -> None:
    if row.storage in (Storage.BOOLEAN, Storage.TEXT):
        assert row.low is row.high is None
        return
    assert row.low is not None
    assert row.high is not None
    assert row.low < row.high
    stored = np.dtype("<i2") if row.storage is Storage.SMALLINT else row.storage.dtype
    limits = np.iinfo(stored) if stored.kind == "i" else np.finfo(stored)
    assert limits.min <= row.low
    assert row.high <= limits.max


@EACH
def test_a_rate_is_plausible_and_a_description_is_there(row: Signal) -> None:
    assert 0 < row.rate_hz <= 1
    assert row.drivetrains
    assert row.description
    assert row.vss_scale > 0


def test_positions_alone_are_personal() -> None:
    assert {s.name for s in signals() if s.is_personal} == {"latitude_deg", "longitude_deg", "altitude_m"}


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        signal("warp_factor")


@pytest.fixture(scope="module")
def vss() -> dict[str, dict[str, str]]:
    if not VSS.exists():
        pytest.skip(f"{VSS} is not on this machine: the COVESA VSS 6.0 export with its OBD overlay")
    with VSS.open(newline="", encoding="utf-8") as source:
        return {row["Signal"]: row for row in csv.DictReader(source)}


def test_every_core_path_is_a_leaf_of_vss(vss: dict[str, dict[str, str]]) -> None:
    types = {s.name: vss.get(s.vss_path, {}).get("Type") for s in signals() if not s.is_overlay}
    assert {name for name, kind in types.items() if kind not in ("sensor", "actuator")} == set()


def test_units_and_scales_lead_to_the_units_of_vss(vss: dict[str, dict[str, str]]) -> None:
    for s in signals():
        if not s.is_overlay and vss[s.vss_path]["Unit"]:
            ours = SCALED[s.unit, s.vss_scale] if s.vss_scale != 1 else VSS_UNIT.get(s.unit, s.unit)
            assert (s.name, ours or "ratio") == (s.name, vss[s.vss_path]["Unit"])


def test_bounds_of_vss_are_bounds_of_ours_unless_a_car_can_say_more(vss: dict[str, dict[str, str]]) -> None:
    wider = {"traction_state_of_health_percent"}  # a new pack reports up to 105 %
    for s in signals():
        row = vss.get(s.vss_path)
        if row and s.high is not None and row["Max"] and s.name not in wider:
            assert (s.name, s.high * s.vss_scale <= float(row["Max"])) == (s.name, True)


def test_booleans_and_texts_are_so_in_vss(vss: dict[str, dict[str, str]]) -> None:
    for s in signals():
        row = vss.get(s.vss_path)
        if row:
            kind = {"boolean": Storage.BOOLEAN, "string": Storage.TEXT}.get(row["DataType"])
            assert (s.name, kind) == (s.name, s.storage if s.storage in (Storage.BOOLEAN, Storage.TEXT) else None)


def test_no_overlay_path_is_taken_by_vss(vss: dict[str, dict[str, str]]) -> None:
    branch = OVERLAY_PREFIX.rstrip(".")
    assert branch not in vss
    assert not {s.vss_path for s in signals() if s.is_overlay} & vss.keys()
