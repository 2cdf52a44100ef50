"""What a browser asks for beside pages: the manifest, the service worker, and the page it shows without a network."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from web.templating import TEMPLATES, render
from web.visitors import VisitorOf
from web.words import translations

router = APIRouter()
_STATIC = TEMPLATES.parent / "static"


@router.get("/manifest.webmanifest")
async def manifest(visitor: VisitorOf) -> Response:
    _ = translations(visitor.language).gettext
    content = {
        "name": "Servicelane",
        "short_name": "Servicelane",
        "description": _("Your car understood at a glance, and a workshop visit in three taps."),
        "lang": visitor.language,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f8",
        "theme_color": "#0d4f8b",
        "icons": [
            {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": "/static/icon-maskable.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "maskable"},
            {"src": "/static/icon-192.png", "sizes": "192x192", "type": "image/png"},
            {"src": "/static/icon-512.png", "sizes": "512x512", "type": "image/png"},
        ],
    }
    return JSONResponse(content, media_type="application/manifest+json")


@router.get("/service-worker.js")
async def service_worker() -> Response:
    """Below the root, because a worker serves no path above its own."""
    return FileResponse(
        _STATIC / "service-worker.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@router.get("/offline")
async def offline(request: Request, visitor: VisitorOf) -> Response:
    return render(request, visitor, "offline.html")
