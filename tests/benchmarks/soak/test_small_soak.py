"""A soak of seconds on the whole stack: it sends, samples, counts and judges. The half hour is `make soak`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_soak_of_seconds_is_exact(tmp_path: Path) -> None:
    result = tmp_path / "soak.json"
    words = ["--minutes", "0.4", "--frames-per-second", "200", "--cars", "20", "--stretch-seconds", "12"]
    words += ["--sample-seconds", "1", "--folder", str(tmp_path), "--json", str(result)]
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert result.exists(), ended.stderr
    told = json.loads(result.read_text())
    assert told["verdict"]["exact"] is True
    assert told["run"]["stored"] >= 2 * 12 * 200
    assert {"ingest-bridge", "ingest-writer", "postgresql", "mosquitto"} <= told["verdict"]["memory"].keys()
    assert sum(one["frames"] for one in told["run"]["samples"]) > 0
    assert all(one["resident_bytes"]["postgresql"] > 0 for one in told["run"]["samples"])
