"""What browsers need from npm: served from our own address out of the folder that set-up has filled."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

FILES: Final = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "uplot.js": "uplot/dist/uPlot.iife.min.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
}
"""By the name under which it is served."""

router = APIRouter()


@router.get("/libraries/{name}")
async def library(request: Request, name: str) -> Response:
    """Pages work without them, with a full load in place of each small one."""
    folder: Path = request.app.state.settings.libraries_folder
    path = folder / FILES.get(name, "")
    if name not in FILES or not path.is_file():
        raise HTTPException(404)
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    return FileResponse(path, media_type=kind, headers={"Cache-Control": "public, max-age=86400"})
