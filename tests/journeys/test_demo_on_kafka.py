"""The demo with the stream on Kafka comes to the same."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.journeys.conftest import REPOSITORY, processes_of
from tests.journeys.test_demo import check_counts, start_demo

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]


async def test_the_demo_on_kafka_closes_the_loop(kafka_programs: None, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo = await start_demo(folder, "--stream", "kafka")
    output, _ = await demo.communicate()
    assert demo.returncode == 0, output.decode()
    summary = json.loads((folder / "summary.json").read_text())
    jsonschema.validate(summary, json.loads((REPOSITORY / "docs" / "summary.schema.json").read_text()))
    check_counts(summary["frames"])
    assert summary["closed"] is True
    assert summary["false_findings"] == 0
    assert [fault["kind"] for fault in summary["faults"] if fault["found_at"] is None] == []
    assert "kafka" in output.decode()
    assert processes_of(folder) == []
