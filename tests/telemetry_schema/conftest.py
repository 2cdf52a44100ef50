"""One small message of every kind, with values that can be told apart."""

from uuid import UUID

import numpy as np
import pytest
from google.protobuf.message import Message

from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signal
from telemetry_schema.events import Acknowledgement, encode_acknowledgements
from telemetry_schema.frames import ClockQuality, DropReport, FrameBatch, Identity, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import RefusalReason

NOW = 1_519_891_200_250
VIN = "1M8GDM9AXKP042788"
BOOT = UUID("6f1d8f2e-3c4b-4a5d-9e6f-708192a3b4c5")


def identity(sequence: int = 7) -> Identity:
    return Identity(VIN, BOOT, 3, sequence)


@pytest.fixture
def batch() -> FrameBatch:
    """Three frames, the second before the first; a column of each storage type, a sparse one, an unknown one."""
    return FrameBatch(
        identity=identity(),
        recorded_at_ms=np.array([1_519_891_200_000, 1_519_891_199_900, 1_519_891_201_000], dtype=np.int64),
        columns={
            signal("engine_speed_rpm").id: SignalColumn(np.array([800.5, 812.25, 799.0], dtype="<f4")),
            signal("odometer_km").id: SignalColumn(np.array([123_456.789], dtype="<f8"), np.array([1])),
            signal("current_gear").id: SignalColumn(np.array([-1, 0, 2], dtype="<i4")),
            signal("engine_revolutions").id: SignalColumn(np.array([9_000_000_001], dtype="<i8"), np.array([0])),
            signal("mil_is_on").id: SignalColumn(np.array([False, True], dtype=bool), np.array([0, 2])),
            signal("ignition_state").id: SignalColumn(np.array(["ON", "START"], dtype=object), np.array([1, 2])),
            60_001: SignalColumn(np.array([1.5, 2.5, 3.5], dtype="<f8")),
        },
        clock_quality=ClockQuality.HOLDOVER,
        drops=(DropReport("buffer_full", "telemetry", 12, 1_519_000_000_000, 1_519_000_600_000),),
    )


FIELD = {"dtc_report_active": "dtc_report", "readiness_since_clear": "readiness"}


@pytest.fixture
def events() -> dict[str, wire.Event]:
    """One event of each kind, by the name of its kind; of those that have grown, one more with what was added."""
    kinds = {
        "engine_start": wire.EngineStart(crank_minimum_voltage_v=9.75, parked_hours=11.5, succeeded=True),
        "trip_summary": wire.TripSummary(started_at_ms=NOW - 600_000, distance_km=12.5, driving_s=550, cold_start=True),
        "regeneration": wire.Regeneration(
            started_at_ms=NOW - 900_000, completed=True, soot_before_g=24, soot_after_g=3
        ),
        "charge_session": wire.ChargeSession(
            started_at_ms=NOW - 7_200_000,
            state_of_charge_start_percent=20,
            state_of_charge_end_percent=80,
            energy_kwh=33.5,
            charge_ah=90,
        ),
        "dtc_report": wire.DtcReport(
            ecu="7E8",
            complete=True,
            codes=[
                wire.Dtc(
                    code=0x017100,
                    status=0x2F,
                    occurrences=3,
                    freeze_frame=wire.FreezeFrame(
                        recorded_at_ms=NOW - 5_000, values=[wire.SignalValue(signal=60, value=812.25)]
                    ),
                )
            ],
        ),
        "dtc_report_active": wire.DtcReport(
            ecu="00",
            complete=True,
            system=wire.CODE_SYSTEM_J1939,
            scope=wire.CODE_SCOPE_ACTIVE,
            status_availability_mask=0x0F,
            lamps=wire.Lamps(malfunction=wire.LAMP_STATE_OFF, red_stop=wire.LAMP_STATE_FLASHING),
            codes=[
                wire.Dtc(
                    code=110 << 5 | 3,
                    fault_detection_counter=-128,
                    further_freeze_frames=[wire.FreezeFrame(recorded_at_ms=NOW, record_number=2)],
                )
            ],
        ),
        "readiness": wire.Readiness(
            mil_on=True, confirmed_codes=1, supported=["catalyst", "evap"], incomplete=["evap"]
        ),
        "readiness_since_clear": wire.Readiness(
            ecu="7E8",
            warm_ups_since_clear=3,
            distance_since_clear_km=81,
            distance_with_mil_km=12,
            minutes_since_clear=95,
            minutes_with_mil=14,
        ),
        "buffer_drops": wire.BufferDrops(
            drops=[wire.Drops(reason="too_large", priority="telemetry", frames=1, from_recorded_at_ms=NOW)]
        ),
    }
    return {
        name: wire.Event(
            vin=VIN,
            boot_id=BOOT.bytes,
            boot_number=3,
            sequence=8,
            clock_quality=wire.CLOCK_QUALITY_SYNCHRONISED,
            recorded_at_ms=NOW,
            odometer_km=123_456.5,
            **{FIELD.get(name, name): kind},  # type: ignore[arg-type]
        )
        for name, kind in kinds.items()
    }


@pytest.fixture
def messages(batch: FrameBatch, events: dict[str, wire.Event]) -> dict[str, Message]:
    """Every kind of message that crosses a process boundary, by the name of its golden file."""
    acknowledgements = [
        Acknowledgement(BOOT, 7, wire.DISPOSITION_STORED),
        Acknowledgement(BOOT, 8, wire.DISPOSITION_QUARANTINED, RefusalReason.CLOCK_IN_FUTURE, "set the clock"),
        Acknowledgement(None, 0, wire.DISPOSITION_REFUSED, RefusalReason.UNDECODABLE, "not a Batch message"),
    ]
    deferred = Acknowledgement(
        BOOT, 9, wire.DISPOSITION_DEFERRED, RefusalReason.OVER_BUDGET, "pause", retry_after_ms=1500
    )
    return {
        "batch": wire.Batch.FromString(encode_batch(batch)),
        **{f"event_{name}": event for name, event in events.items()},
        "command_result": wire.CommandResult(
            vin=VIN,
            boot_id=BOOT.bytes,
            boot_number=3,
            sequence=9,
            recorded_at_ms=NOW,
            command_id="0b7e6a52-6c5e-4c0e-9d3b-0d1e2f3a4b5c",
            status=wire.CommandResult.STATUS_FAILED,
            reason="engine runs",
        ),
        "acknowledgement": wire.Acknowledgement.FromString(encode_acknowledgements(acknowledgements)),
        "acknowledgement_deferred": wire.Acknowledgement.FromString(encode_acknowledgements([deferred])),
        "command": wire.Command(
            command_id="0b7e6a52-6c5e-4c0e-9d3b-0d1e2f3a4b5c",
            issued_at_ms=NOW,
            expires_at_ms=NOW + 60_000,
            read_codes=wire.ReadCodes(ecu="7E8"),
        ),
        "command_interval": wire.Command(
            command_id="1c8f7b63-7d6f-4d1f-8e4c-1e2f3a4b5c6d",
            issued_at_ms=NOW,
            expires_at_ms=NOW + 60_000,
            set_reporting_interval=wire.SetReportingInterval(driving_s=1, parked_s=21_600),
        ),
        "finding": wire.Finding(
            finding_id="2d908c74-8e70-5e20-9f5d-2f3a4b5c6d7e",
            vin=VIN,
            kind="battery_ageing",
            component="12 V battery",
            severity=2,
            found_at_ms=NOW,
            onset_at_ms=NOW - 86_400_000,
            evidence=[wire.Evidence(recorded_at_ms=NOW, quantity="crank_minimum_voltage_v", value=9.1, threshold=9.6)],
            text={"en": "The battery is weak", "zh": "蓄电池老化"},
        ),
    }
