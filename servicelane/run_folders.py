"""Folders of one run: what senders are given and what they leave."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path


def empty_folder(path: Path) -> Path:
    """The folder, emptied of what an earlier run left."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def new_run_folder(data_folder: Path, name: str, now: datetime) -> Path:
    """A folder of this run's own, so that its ledgers hold this run only."""
    path = data_folder / "runs" / f"{now:%Y%m%dT%H%M%S%f}-{name}"
    path.mkdir(parents=True)
    return path
