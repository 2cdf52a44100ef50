"""The broker's accounts: its password file, also from beside the process that runs it."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_RELOAD_SECONDS: Final = 20.0


class BrokerError(RuntimeError):
    """The broker cannot be started or does not answer; the message says what to do."""


def set_accounts(folder: Path, accounts: Iterable[tuple[str, str]]) -> None:
    """Adds or changes accounts (user name, password hash) of the broker whose files are in `folder`.

    Returns when a running broker has read them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "passwords.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / "passwords"
        known = dict(line.split(":", 1) for line in path.read_text().splitlines()) if path.exists() else {}
        known.update(accounts)
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text("".join(f"{user}:{hashed}\n" for user, hashed in known.items()))
        fresh.replace(path)
        reload(folder)


def reload(folder: Path) -> bool:
    """Makes the broker read what may change while it runs, and waits until it has; False where none runs here."""
    try:
        process = int((folder / "mosquitto.pid").read_text())
        log = folder / "mosquitto.log"
        read_so_far = log.stat().st_size
        os.kill(process, signal.SIGHUP)
    except (OSError, ValueError):
        return False  # not running: it reads the file when it starts
    deadline = time.monotonic() + _RELOAD_SECONDS
    while b"Reloading config" not in log.read_bytes()[read_so_far:]:
        if time.monotonic() > deadline:
            raise BrokerError(f"Mosquitto did not read its accounts within {_RELOAD_SECONDS} s; read {log}")
        time.sleep(0.01)
    return True
