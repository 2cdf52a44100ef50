"""A disk of a few megabytes, in memory; and the way to one for a user who may not mount.

Root mounts a tmpfs. An ordinary user gets a namespace of its own in which it may (`unshare`): the test that is marked
`small_disk` is then run once more in there, and that run's result is the test's. Where neither is possible, as in a
container without these rights, the test is skipped with the reason; in continuous integration that is a failure.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

_NAMESPACE: Final = ("unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "--")
_INSIDE: Final = "SERVICELANE_TESTS_IN_NAMESPACE"
_SECONDS: Final = 600


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mounted on `folder` while the block runs; what is on it is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class SmallDisk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    @property
    def free_bytes(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def leave(self, kilobytes: int) -> None:
        """Fills the disk but for so much."""
        with self._ballast.open("ab") as ballast:
            ballast.truncate(0)
            os.posix_fallocate(ballast.fileno(), 0, max(self.free_bytes - kilobytes * 1024, 4096))

    def make_room(self) -> None:
        self._ballast.unlink()


@cache
def may_mount(*through: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        mounted = f"mount -t tmpfs -o size=1m tmpfs {folder} && umount {folder}"
        return subprocess.run([*through, "sh", "-c", mounted], capture_output=True, check=False).returncode == 0


def run_elsewhere(item: pytest.Function) -> bool:
    """Whether the test was run in a namespace of its own, successfully. Skips or fails where that cannot be done."""
    if may_mount():
        return False
    if os.environ.get(_INSIDE) or not may_mount(*_NAMESPACE):
        reason = "mounting a small disk needs root, or user namespaces (sysctl kernel.unprivileged_userns_clone=1)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    again = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-n",
        "0",
        "--timeout",
        str(_SECONDS),
        item.nodeid,
    ]
    ended = subprocess.run(
        [*_NAMESPACE, *again],
        cwd=item.config.rootpath,
        env={**os.environ, _INSIDE: "1"},
        capture_output=True,
        text=True,
    )
    if ended.returncode != 0:
        pytest.fail(f"in a namespace of its own:\n{ended.stdout}\n{ended.stderr}", pytrace=False)
    return True
