"""Real logs give the values that others decoded from them (recordings/ATTRIBUTION.md)."""

import csv
import gzip
from pathlib import Path

import pytest

from can_bus.candump import LogReader
from can_bus.dbc_signals import load_dbc
from can_bus.iso_tp import IsoTpListener
from can_bus.j1939_transport import J1939Transport, address_of
from simulator.bus_map import load_bus_map
from simulator.bus_read import BusReader
from telemetry_schema.catalogue import signal
from telemetry_schema.generated import servicelane_v1_pb2 as wire

RECORDINGS = Path(__file__).parent / "recordings"
BUSES = Path(__file__).parents[2] / "simulator" / "buses"
KONA_EPOCH_S = 1_607_975_914
COLUMNS = {
    "soc_bms_pct": ("traction_state_of_charge_percent", 1),
    "pack_current_A": ("traction_current_a", -1),
    "pack_voltage_V": ("traction_voltage_v", 1),
    "t_max_C": ("traction_temperature_max_c", 1),
    "t_min_C": ("traction_temperature_min_c", 1),
    "cell_v_max": ("traction_cell_voltage_max_v", 1),
    "cell_max_no": ("traction_cell_id_max", 1),
    "cell_v_min": ("traction_cell_voltage_min_v", 1),
    "cell_min_no": ("traction_cell_id_min", 1),
    "aux_12V": ("system_voltage_v", 1),
}


def test_every_value_of_the_kona_is_the_one_that_was_decoded_independently() -> None:
    reader = BusReader(load_bus_map(BUSES / "hyundai_kona.toml"), RECORDINGS / "kona.log.gz")
    (block,) = reader.blocks()
    with (RECORDINGS / "kona_bms_decoded.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(block.recorded_at_ms) == len(rows) == 120
    for name, (becomes, sign) in COLUMNS.items():
        values, present = block.columns[signal(becomes).id].spread(len(rows))
        assert present.all()
        assert values * sign == pytest.approx([float(row[name]) for row in rows], abs=1e-4), name
    # the table has the instant of the first of the nine frames of an answer, a frame of telemetry that of the last
    seconds = block.recorded_at_ms / 1000 - KONA_EPOCH_S
    assert seconds - [float(row["t_s"]) for row in rows] == pytest.approx(0.08, abs=0.02)


def test_the_thirty_answers_that_the_logger_cut_short_are_told() -> None:
    reader = BusReader(load_bus_map(BUSES / "hyundai_kona.toml"), RECORDINGS / "kona.log.gz")
    list(reader.blocks())
    assert reader.report.broken_messages == 30
    assert all("6 of 62 bytes" in reason for _, reason in reader.report.broken)


def test_the_transport_of_a_j1939_vehicle_comes_out_whole() -> None:
    transport, messages = J1939Transport(), []
    with gzip.open(RECORDINGS / "j1939_transport.log.gz", "rt") as text:
        for frame in LogReader(text).frames():
            address = address_of(frame.identifier)
            if address.group in (0xEB00, 0xEC00) and (message := transport.take(frame, address)):
                messages.append(message)
    assert {(address_of(one.identifier).group, one.identifier & 0xFF) for one in messages} == {(0xFEE3, 0)}
    assert {one.data.hex() for one in messages} == {
        "901acba041d4a00fa74a20ddf430e7a041ffff7602f0550001fa9cfa",
        "901ad9a041e7a00faf4a20eef430faa041ffff7602f0550001fa9cfa",
        "901ad93243e1a00fafd020ef0032fa5046ffff7602f0550001fa9cfa",
    }
    assert len(messages) >= 12
    assert not list(transport.end())


def test_the_truck_has_no_fault_and_says_so_once() -> None:
    reader = BusReader(load_bus_map(BUSES / "j1939.toml"), RECORDINGS / "truck.log.gz")
    events = [event for block in reader.blocks() for event in block.events]
    (report,) = [event.dtc_report for event in events]
    assert (report.ecu, report.scope, list(report.codes)) == ("2F", wire.CODE_SCOPE_ACTIVE, [])
    assert reader.report.not_taken["repeated lists of codes"] == 9


def test_every_frame_of_a_log_is_accounted_for() -> None:
    reader = BusReader(load_bus_map(BUSES / "j1939.toml"), RECORDINGS / "truck.log.gz")
    list(reader.blocks())
    assert reader.report.rows == 4500
    assert sum(reader.report.unknown_identifiers.values()) > 3_000
    assert reader.report.rows_not_parsed == 0


def test_an_iso_tp_listener_takes_no_part() -> None:
    """A tester's flow control is passed over."""
    (frame,) = LogReader(["(1.0) can0 7E4#3000000000000000"]).frames()
    assert IsoTpListener().take(frame) is None


def test_a_dbc_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.dbc: cannot be read"):
        load_dbc([tmp_path / "nowhere.dbc"])
