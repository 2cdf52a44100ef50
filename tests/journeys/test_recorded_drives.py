"""All recorded drives of the KIT set, as fast as they go, over a line that repeats and reorders."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from servicelane.stack import LocalStack
from tests.journeys.conftest import REPOSITORY, scalar

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

ARCHIVE = REPOSITORY.parent / "shared" / "data" / "kit_obd" / "kit_obd_77csv.tar.xz"
ROWS = 2_386_985  # data rows of the 77 files


@pytest.mark.skipif(not ARCHIVE.exists(), reason="the whole KIT set is not beside the project")
async def test_every_recorded_frame_is_stored_once_and_nothing_is_found(stack: LocalStack, tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    network = ["--repeat", "0.1", "--reorder", "0.05"]
    command = ["replay", str(ARCHIVE), "--data-dir", str(stack.folder), "--json", str(summary), *network]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "servicelane", *command)
    assert await process.wait() == 0
    frames = json.loads(summary.read_text())["frames"]
    assert frames["sent"] == frames["acknowledged"] == frames["stored"] == ROWS
    assert (frames["lost"], frames["repeated"], frames["quarantined"]) == (0, 0, 0)
    assert await scalar(stack, "select count(*) from diagnostics.trips") >= 70
    assert await scalar(stack, "select count(*) from published.finding_history where severity >= 2") == 0
