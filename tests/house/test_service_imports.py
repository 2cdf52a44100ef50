"""What a process that serves loads: ten of them share a small machine, and each starts anew with every upgrade."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

SERVICES: Final = (
    "booking_api.app",
    "diagnostics.worker",
    "ingest.mqtt_bridge",
    "ingest.telemetry_writer",
    "maintenance_planner.worker",
    "streaming.relay",
    "web.app",
)


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_loads_what_only_training_and_tables_need(service: str) -> None:
    seen = f"import sys, {service}; print(*(name for name in ('sklearn', 'scipy', 'pandas') if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
