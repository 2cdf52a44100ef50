"""What is asked for is looked at before anything is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from data_export.choices import check_request, choose_signals
from data_export.errors import ChoiceError, ExportError, PeriodError, PositionsError, UnknownSignalError
from telemetry_schema.catalogue import signals
from tests.data_export.conftest import ALL_SIGNALS, T0

POSITIONS = ("latitude_deg", "longitude_deg", "altitude_m")


def refusal(kind: type[ExportError], **changes: Any) -> str:
    with pytest.raises(kind) as caught:
        check_request(replace(ALL_SIGNALS, **changes))
    return str(caught.value)


def test_a_period_has_offsets_and_does_not_run_backwards() -> None:
    naive = datetime(2026, 5, 4)  # noqa: DTZ001  # what is to be refused
    assert "offset" in refusal(PeriodError, from_at=naive)
    assert "offset" in refusal(PeriodError, to_at=naive)
    assert "ends before it begins" in refusal(PeriodError, to_at=T0 - timedelta(microseconds=1))
    check_request(replace(ALL_SIGNALS, to_at=T0))


def test_an_unknown_signal_is_named_with_those_that_come_close() -> None:
    with pytest.raises(UnknownSignalError) as caught:
        check_request(replace(ALL_SIGNALS, signals=("engine_sped_rpm", "odometer_km", "qqqq")))
    assert caught.value.suggestions["engine_sped_rpm"][0] == "engine_speed_rpm"
    assert caught.value.suggestions["qqqq"] == ()
    assert set(caught.value.suggestions) == {"engine_sped_rpm", "qqqq"}
    assert "engine_sped_rpm (did you mean engine_speed_rpm" in str(caught.value)


def test_choices_that_do_not_go_together_are_refused() -> None:
    assert "signals, not of events" in refusal(ChoiceError, what="events", signals=("odometer_km",))
    assert "signals, not of codes" in refusal(ChoiceError, what="codes", with_positions=True)
    assert "pseudonym" in refusal(ChoiceError, with_positions=True, pseudonym_salt=b"salt")
    assert "pseudonym" in refusal(ChoiceError, signals=("extra",), pseudonym_salt=b"salt")
    assert "empty" in refusal(ChoiceError, signals=())


def test_a_position_needs_a_word_of_its_own() -> None:
    for name in POSITIONS:
        assert name in refusal(PositionsError, signals=("odometer_km", name))
        check_request(replace(ALL_SIGNALS, signals=(name,), with_positions=True))


def test_signals_come_in_the_order_of_the_catalogue() -> None:
    def names(*arguments: Any, with_positions: bool = False) -> tuple[str, ...]:
        return tuple(signal.name for signal in choose_signals(*arguments, with_positions=with_positions))

    assert names(("odometer_km", "vehicle_speed_kmh", "odometer_km"), None) == ("vehicle_speed_kmh", "odometer_km")
    assert names(None, {"odometer_km", "of_a_newer_catalogue"}) == ("odometer_km",)
    assert names(("odometer_km",), {"vehicle_speed_kmh"}) == ("odometer_km",)
    assert names(None, {"latitude_deg", "odometer_km"}) == ("odometer_km",)
    assert names(None, {"odometer_km"}, with_positions=True) == ("odometer_km", *POSITIONS)
    assert set(names(None, None)) == {signal.name for signal in signals()} - set(POSITIONS)
