"""`servicelane evidence`: the picture of a finding, as PNG or SVG."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import resvg_py
from rich.console import Console

from booking_api import evidence
from booking_api.errors import NotFoundError
from booking_api.languages import Language
from database.connection import open_pool
from diagnostics.pictures.svg import draw
from servicelane.state_file import read_state

_ZOOM: Final = 2.0  # 1,920 pixels wide: sharp on paper too


class DrawingError(RuntimeError):
    """The picture cannot be made here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class EvidenceOptions:
    finding_id: UUID
    png: Path | None
    svg: Path | None
    language: Language
    time_zone: str


async def show_evidence(console: Console, data_folder: Path, options: EvidenceOptions) -> int:
    """The exit status: 0 done, 1 not possible now, 2 not possible as it was asked for."""
    if options.png is None and options.svg is None:
        console.print("Say where to: --png FILE or --svg FILE.")
        return 2
    try:
        zone = ZoneInfo(options.time_zone)
    except (KeyError, ValueError, OSError):
        console.print(f"{options.time_zone!r} is no IANA time zone; use a name such as Europe/Berlin.", markup=False)
        return 2
    state = read_state(data_folder)
    url = state.database_url if state else os.environ.get("DATABASE_URL")
    if url is None:
        console.print(f"No stack runs with {data_folder}. `servicelane up` starts one; DATABASE_URL names another.")
        return 1
    try:
        await _write(url, options, zone)
    except (NotFoundError, DrawingError, OSError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    return 0


async def _write(url: str, options: EvidenceOptions, zone: ZoneInfo) -> None:
    async with open_pool(url, maximum=1) as pool, pool.connection() as connection:
        picture = await evidence.picture_of(
            connection, options.finding_id, vehicle_id=None, language=options.language, zone=zone
        )
    drawn = draw(picture)
    if options.svg:
        options.svg.write_text(drawn, encoding="utf-8")
    if options.png:
        if options.language == "zh":
            await _check_chinese_font()
        options.png.write_bytes(rasterise(drawn))


def rasterise(svg: str) -> bytes:
    """The SVG as PNG."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=_ZOOM))


async def _check_chinese_font() -> None:
    """Without one every character would be an empty box. Raises DrawingError where fontconfig knows none."""
    program = shutil.which("fc-list")
    if program is None:
        return
    listing = await asyncio.create_subprocess_exec(
        program, ":lang=zh", "family", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    families, _ = await listing.communicate()
    if not families.strip():
        raise DrawingError("No font with Chinese characters is installed: install one, such as fonts-noto-cjk.")
