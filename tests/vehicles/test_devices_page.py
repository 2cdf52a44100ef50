"""The page on cars and their certificates says what the code does."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from ingest.settings import IngestSettings
from servicelane.device_app import device
from vehicles.certificates import ISSUER_LIFE, ROOT_LIFE
from vehicles.certification import GRACE, LIFE
from vehicles.settings import VehiclesSettings

PAGE = Path("docs/devices.md").read_text(encoding="utf-8")


def test_every_command_is_there_and_no_other() -> None:
    named = set(re.findall(r"^servicelane device (\w+)", PAGE, re.MULTILINE))
    assert named == {command.name or command.callback.__name__ for command in device.registered_commands}  # type: ignore[union-attr]


def test_the_lives_are_those_of_the_code(tmp_path: Path) -> None:
    settings = VehiclesSettings(database_url="", authority_folder=tmp_path, server_folder=tmp_path)
    assert (timedelta(days=90), timedelta(days=365)) == (LIFE, GRACE)
    assert (timedelta(days=20 * 365), timedelta(days=10 * 365)) == (ROOT_LIFE, ISSUER_LIFE)
    assert (settings.server_certificate_days, settings.revocation_list_days) == (90, 7)
    assert settings.enrolment_port == 8443
    for said in ("a root (20 years)", "an issuer (10 years)", "cars\n(90 days", "the broker (90 days)", "seven days"):
        assert said in PAGE
    for name in re.findall(r"VEHICLES_(\w+)", PAGE):
        assert name.lower() in VehiclesSettings.model_fields


def test_the_budgets_are_those_of_the_code() -> None:
    defaults = IngestSettings()
    assert f"`INGEST_VEHICLE_MESSAGES_PER_SECOND` ({defaults.vehicle_messages_per_second:.0f})" in PAGE
    assert f"({defaults.vehicle_bytes_per_second / 2**20:.0f} MiB)" in PAGE
    assert f"\n({defaults.vehicle_values_per_second:,.0f}, frames times columns)" in PAGE
