"""Debian's Chromium, quiet: it fetches nothing by itself and needs no graphics card."""

from __future__ import annotations

import os
import shutil
from typing import Final

_QUIET: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)


def find_chromium() -> str | None:
    """Its path; None where there is none."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def arguments() -> list[str]:
    """Of a browser that is driven; root may not use its sandbox."""
    return [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
