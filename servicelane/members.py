"""Who has to be enrolled before cars can send: simulated fleets, and the cars of recorded drives."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from servicelane.fleet_enrolment import FleetMember
from simulator.fleet import CarSpec
from simulator.recordings import RecordingMap, recorded_files
from simulator.replay import survey
from vehicles.models import EnrolmentRequest

_RECORDED_OWNER: Final = "owner-recorded"
_RECORDED_IN_SERVICE_ON: Final = date(2017, 7, 1)  # the first recorded drive is of that month


def simulated_members(specs: Sequence[CarSpec]) -> list[FleetMember]:
    """Each simulated car with an owner of its own: owner-1, owner-2, …"""
    return [FleetMember(_request(spec), f"owner-{number}", spec.as_json()) for number, spec in enumerate(specs, 1)]


def recorded_members(recording_map: RecordingMap, files: Sequence[Path]) -> list[FleetMember]:
    """The cars that the drives name, or the one that their map names."""
    vins = {str(recording_map.vin)} if recording_map.vin else _vins_in(recording_map, files)
    return [FleetMember(_recorded(vin), _RECORDED_OWNER, {}) for vin in sorted(vins)]


def _vins_in(recording_map: RecordingMap, files: Sequence[Path]) -> set[str]:
    with tempfile.TemporaryDirectory(prefix="drives-") as folder:
        drives = survey(recording_map, recorded_files(recording_map, files, Path(folder)))
    return {str(vin) for drive in drives for vin in drive.vins}


def _request(spec: CarSpec) -> EnrolmentRequest:
    return EnrolmentRequest(
        vin=spec.vin,
        model_id=spec.model_id,
        make=spec.make,
        model=spec.model,
        model_year=spec.model_year,
        drivetrain=spec.drivetrain,  # type: ignore[arg-type]  # one of the four, from the fleet's composition
        in_service_on=spec.in_service_on,
        specification=spec.specification,
    )


def _recorded(vin: str) -> EnrolmentRequest:
    """Little is known of a car that somebody recorded."""
    return EnrolmentRequest(
        vin=vin,
        model_id="petrol-compact",
        make="Recorded",
        model="Recorded car",
        model_year=_RECORDED_IN_SERVICE_ON.year,
        drivetrain="petrol",
        in_service_on=_RECORDED_IN_SERVICE_ON,
    )
