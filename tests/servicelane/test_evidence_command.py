"""`servicelane evidence` writes pictures, or says why not."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from uuid import UUID

import pytest
from rich.console import Console

from database.connection import Pool
from servicelane.evidence_command import EvidenceOptions, rasterise, show_evidence
from tests.booking_api.conftest import NOW, VIN, enrol, put

FINDING = UUID(int=1)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="30"><rect width="96" height="30"/></svg>'


def test_png_is_the_picture_at_twice_its_size() -> None:
    png = rasterise(SVG)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (192, 60)


@pytest.mark.parametrize(
    ("options", "status", "told"),
    [
        (EvidenceOptions(FINDING, None, None, "en", "UTC"), 2, "--png FILE"),
        (EvidenceOptions(FINDING, Path("x.png"), None, "en", "Mars/Olympus"), 2, "no IANA time zone"),
        (EvidenceOptions(FINDING, Path("x.png"), None, "en", "UTC"), 1, "servicelane up"),
    ],
)
async def test_what_cannot_be_done_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: EvidenceOptions, status: int, told: str
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    said = io.StringIO()
    assert await show_evidence(Console(file=said, width=200), tmp_path, options) == status
    assert told in said.getvalue()


async def test_the_picture_of_a_finding_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pool: Pool, database_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    async with pool.connection() as connection:
        vehicle_id = await enrol(connection, VIN, "owner-1")
        what = {"kind": "charging_fault", "component": "charging system", "severity": 3, "evidence": []}
        when = {"found_at": NOW, "onset_at": NOW, "texts": {"en": "Charging fails."}}
        await put(connection, "diagnostics.findings", finding_id=FINDING, vehicle_id=vehicle_id, **what, **when)
    options = EvidenceOptions(FINDING, tmp_path / "x.png", tmp_path / "x.svg", "en", "Europe/Berlin")
    assert await show_evidence(Console(file=io.StringIO()), tmp_path, options) == 0
    assert "Charging fails." in (tmp_path / "x.svg").read_text()
    assert struct.unpack(">I", (tmp_path / "x.png").read_bytes()[16:20]) == (1920,)


async def test_a_finding_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    said = io.StringIO()
    options = EvidenceOptions(FINDING, tmp_path / "x.png", None, "en", "UTC")
    assert await show_evidence(Console(file=said, width=200), tmp_path, options) == 1
    assert "no such finding" in said.getvalue()
    assert not (tmp_path / "x.png").exists()
