"""The packages that have a role and migrations, in the order of their migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKAGES: Final = (
    "streaming",
    "vehicles",
    "ingest",
    "diagnostics",
    "maintenance_planner",
    "data_export",
    "booking_api",
)


def migration_folders() -> list[tuple[str, Path]]:
    """Each package with the folder that holds its migrations."""
    root = Path(__file__).parent.parent
    return [(package, root / package / "migrations") for package in PACKAGES]
