"""How full the file system of a folder is, as a metric, read anew at each look."""

from __future__ import annotations

import shutil
from pathlib import Path

from observability.metrics import DISK_BYTES, DISK_FREE_BYTES


def watch_disk(folder: Path) -> None:
    """NaN where the folder cannot be looked at."""
    DISK_BYTES.set_function(lambda: _usage(folder)[0])
    DISK_FREE_BYTES.set_function(lambda: _usage(folder)[1])


def _usage(folder: Path) -> tuple[float, float]:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return float("nan"), float("nan")
    return usage.total, usage.free
