"""Codes of UDS, OBD-II and J1939 from hand-built messages."""

import pytest

from telemetry_schema.catalogue import signal
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from tests.can_bus.hand_built import Heard, broadcast, iso_tp, lines


def test_uds_codes_come_with_their_status_and_the_mask_that_the_ecu_keeps() -> None:
    heard = Heard(lines(*iso_tp("7E0", "19 02 FF"), *iso_tp("7E8", "59 02 7B 017100 2B C10000 28")))
    (report,) = heard.reports
    assert list(heard.statuses()) == [{0x017100: 0x2B, 0xC10000: 0x28}]
    assert report.system == wire.CODE_SYSTEM_UDS
    assert report.scope == wire.CODE_SCOPE_MEMORY
    assert report.status_availability_mask == 0x7B
    assert report.complete


@pytest.mark.parametrize(
    ("asked", "answer", "whole"),
    [
        ("19 02 0C", "59 02 7B 017100 28", False),  # others may be in the memory
        ("19 02 7B", "59 02 7B 017100 28", True),
        (None, "59 02 7B 017100 28", False),  # nobody knows what was asked
        ("19 0A", "59 0A 7B 017100 28", True),
        ("19 15", "59 15 7B 017100 28", True),
        ("22 F1 90", "59 02 7B 017100 28", False),
    ],
)
def test_a_memory_is_whole_only_where_everything_was_asked_for(asked: str | None, answer: str, whole: bool) -> None:
    request = iso_tp("7E0", asked) if asked else []
    (report,) = Heard(lines(*request, *iso_tp("7E8", answer))).reports
    assert report.complete is whole


def test_a_request_to_all_and_29_bit_identifiers_are_understood() -> None:
    heard = Heard(lines(*iso_tp("18DB33F1", "19 02 FF"), *iso_tp("18DAF110", "59 02 FF 017100 AF")))
    assert heard.reports[0].complete
    assert heard.reports[0].ecu == "18DAF110"


def test_permanent_uds_codes_are_a_list_of_their_own() -> None:
    (report,) = Heard(lines(*iso_tp("7E8", "59 15 FF 017100 AF"))).reports
    assert report.scope == wire.CODE_SCOPE_PERMANENT


def test_a_cleared_memory_is_told_and_what_comes_after_it_is_new() -> None:
    codes = iso_tp("7E8", "59 02 FF 017100 AF")
    heard = Heard(lines(*codes, *iso_tp("7E0", "14 FFFFFF"), *iso_tp("7E8", "54"), *codes))
    assert [report.cleared for report in heard.reports] == [False, True, False]


def test_a_list_that_did_not_change_is_told_once() -> None:
    codes = iso_tp("7E8", "59 02 FF 017100 AF")
    heard = Heard(lines(*codes, *codes, *iso_tp("7E8", "59 02 FF 017100 AE")))
    assert [list(one.values()) for one in heard.statuses()] == [[0xAF], [0xAE]]
    assert heard.not_taken["repeated lists of codes"] == 1


def test_half_a_code_is_a_problem_and_no_code() -> None:
    heard = Heard(lines(*iso_tp("7E8", "59 02 FF 0171")))
    assert not heard.reports
    assert "Incomplete" in heard.problems[0].reason


def test_what_is_not_read_of_service_19_is_named() -> None:
    heard = Heard(lines(*iso_tp("7E8", "59 04 017100 AF 01 01 F190 00"), *iso_tp("7E8", "7F 19 31")))
    assert not heard.told
    assert heard.not_taken == {
        "7E8: a snapshot: its layout is the maker's": 1,
        "requests that a control unit refused": 1,
    }


@pytest.mark.parametrize(
    ("service", "scope"),
    [("43", wire.CODE_SCOPE_CONFIRMED), ("47", wire.CODE_SCOPE_PENDING), ("4A", wire.CODE_SCOPE_PERMANENT)],
)
def test_obd_modes_are_whole_lists(service: str, scope: int) -> None:
    (report,) = Heard(lines(*iso_tp("7E8", f"{service} 02 0171 C100"))).reports
    assert [dtc.code for dtc in report.codes] == [0x017100, 0xC10000]
    assert report.system == wire.CODE_SYSTEM_OBD
    assert report.scope == scope
    assert report.complete


def test_an_obd_list_in_several_frames_and_an_empty_one() -> None:
    many = "".join(f"{0x0300 + number:04X}" for number in range(9))
    full, empty = Heard(lines(*iso_tp("7E8", "43 09" + many), *iso_tp("7E8", "43 00"))).reports
    assert len(full.codes) == 9
    assert empty.complete
    assert not empty.codes


def test_a_freeze_frame_goes_with_its_code() -> None:
    frames = [
        *iso_tp("7E8", "42 02 00 0171"),
        *iso_tp("7E8", "42 05 00 7B"),
        *iso_tp("7E8", "42 0C 00 0BB8"),
        *iso_tp("7E8", "43 01 0171"),
    ]
    (report,) = Heard(lines(*frames)).reports
    frozen = {one.signal: one.value for one in report.codes[0].freeze_frame.values}
    assert frozen == {signal("coolant_temperature_c").id: 83.0, signal("engine_speed_rpm").id: 750.0}


def test_obd_values_are_signals_several_to_an_answer() -> None:
    heard = Heard(
        lines(*iso_tp("7E8", "41 0C 1AF8 0D 32"), *iso_tp("7E8", "41 42 3721"), *iso_tp("7E8", "41 A6 000F4240"))
    )
    names = {
        "engine_speed_rpm": 1726.0,
        "vehicle_speed_kmh": 50.0,
        "system_voltage_v": 14.113,
        "odometer_km": 100_000.0,
    }
    values = {key: value for reading in heard.readings for key, value in reading.values.items()}
    assert values == {signal(name).id: pytest.approx(value) for name, value in names.items()}


def test_readiness_names_what_is_supported_and_what_is_not_complete() -> None:
    (event,) = Heard(lines(*iso_tp("7E8", "41 01 83 07 65 04"))).events
    told = event.readiness
    assert told.mil_on
    assert told.confirmed_codes == 3
    assert not told.compression_ignition
    assert set(told.supported) == {
        "misfire", "fuel_system", "components", "catalyst", "evaporative_system", "oxygen_sensor",
        "oxygen_sensor_heater",
    }  # fmt: skip
    assert list(told.incomplete) == ["evaporative_system"]


def test_dm1_without_a_fault_raises_no_code() -> None:
    (report,) = Heard(lines(("18FECA2F", "F3FF00000000FFFF"))).reports
    assert not report.codes
    assert report.complete
    assert report.scope == wire.CODE_SCOPE_ACTIVE
    assert report.lamps.amber_warning == wire.LAMP_STATE_OFF
    assert report.lamps.malfunction == wire.LAMP_STATE_UNKNOWN


def test_an_active_dm1_of_one_frame() -> None:
    (report,) = Heard(lines(("18FECA00", "44FF6E000305FFFF"))).reports
    (dtc,) = report.codes
    assert (dtc.code >> 5, dtc.code & 31, dtc.occurrences) == (110, 3, 5)
    assert report.ecu == "00"


def test_spn_of_nineteen_bits_and_a_count_that_is_not_available() -> None:
    (report,) = Heard(lines(("18FECA00", "04FF 00F0 FF 7F FFFF"))).reports
    assert (report.codes[0].code >> 5, report.codes[0].code & 31) == (0x7F000, 31)
    assert not report.codes[0].HasField("occurrences")


def test_a_code_of_an_older_conversion_method_is_refused_not_misread() -> None:
    heard = Heard(lines(("18FECA00", "04FF 6E00 03 85 FFFF")))
    assert not heard.reports
    assert "CM = 1" in heard.problems[0].reason


def test_dm2_is_another_list_than_dm1() -> None:
    heard = Heard(lines(*broadcast("00", "00FECA", "04FF 6E000305 5B000201"), ("18FECB00", "04FF5C000401FFFF")))
    assert [report.scope for report in heard.reports] == [wire.CODE_SCOPE_ACTIVE, wire.CODE_SCOPE_PREVIOUSLY_ACTIVE]
    assert heard.reports[1].codes[0].code >> 5 == 92
