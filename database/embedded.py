"""A PostgreSQL of our own, run from the programs of a wheel (or of any `bin` folder), its data kept between runs.

The server is a child of this process and ends with it: by `stop()`, at interpreter exit, and, through the kernel,
when this process is killed (Linux). It listens on a Unix socket in a folder that only its account can enter, and
nowhere else, so no other user of the machine can connect and no password is needed. The URL depends on the folder
alone: it stays the same over restarts, so pools find the server again. One process at a time may run the server of
a folder.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self
from urllib.parse import quote

import psutil
import psycopg
import structlog
from platformdirs import user_data_path

from database.errors import ServerStartError
from database.server_account import reachable_folder, reachable_programs, server_account
from database.server_files import major_version, running_server, socket_folder, wait_for_orphans, wheel_programs

_SUPERUSER: Final = "postgres"
_PORT: Final = 5432
"""Only part of the socket's file name: the server listens on no network address."""

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 30.0
_WATCH_SECONDS: Final = 0.5
_LONGEST_WAIT_SECONDS: Final = 10.0
_LOG_LIMIT_BYTES: Final = 16 * 2**20
_log = structlog.get_logger(__name__)


def shared_megabytes(machine_bytes: int) -> int:
    """A quarter of the machine's memory, as PostgreSQL's documentation advises, and at most a GB: what a busy minute
    writes stays there until a checkpoint takes it to the disk bit by bit. What is not used is not taken.
    """
    return min(machine_bytes // 4, 2**30) // 2**20


_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "port": str(_PORT),
    "synchronous_commit": "on",
    "max_connections": "200",
    "shared_buffers": f"{shared_megabytes(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'))}MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum_naptime": "20s",
    "autovacuum_vacuum_cost_delay": "10ms",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "unix_socket_permissions": "0700",
}
"""Right for 2 cores and 4 GB beside the services; default, to be calibrated. `jit` costs more than it gives here,
and a vacuum in no hurry leaves the cores to those who wait for an answer."""

_DISPOSABLE: Final[Mapping[str, str]] = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}
"""For tests whose data nobody needs after a power cut. Killing the server's process still loses nothing."""


def default_folder() -> Path:
    """Where the data of a user's own Servicelane lives."""
    return user_data_path("servicelane") / "postgres"


class EmbeddedPostgres:
    """`folder` holds the data, the log and the lock; `programs` a `bin` folder (default: the wheel's PostgreSQL 18)."""

    def __init__(
        self,
        folder: Path | None = None,
        programs: Path | None = None,
        *,
        disposable: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._named_folder = (folder or default_folder()).absolute()
        self._programs = programs or wheel_programs()
        self._disposable = disposable
        self._settings = {**_SETTINGS, **(_DISPOSABLE if disposable else {}), **(settings or {})}
        self._account = server_account()
        self._folder = reachable_folder(self._named_folder, self._account)
        self._socket_folder = socket_folder(self._folder, self._account)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it runs, whoever started it."""
        return running_server(self._data)

    @property
    def log_path(self) -> Path:
        return self._folder / "postgresql.log"

    @property
    def url(self) -> str:
        """Of the database `postgres`; `url_of` names another."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Only this user (or root) can use it: the socket's folder is closed to others."""
        return f"postgresql://{_SUPERUSER}@/{database}?host={quote(str(self._socket_folder), safe='')}&port={_PORT}"

    def start(self) -> None:
        """Returns when the server answers. Raises `ServerStartError`."""
        self._take_lock()
        try:
            self._end_left_over()
            self._initialise()
            self._spawn()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Fast shutdown: transactions are rolled back, everything committed is kept. Does nothing when not running."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is not None:
            _end(process)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def alive(self) -> bool:
        """Whether the server that this object started still runs."""
        return self._process is not None and self._process.poll() is None

    def restart(self) -> None:
        """After the server has died, or to have it read its settings anew. The URL stays the same."""
        self.stop()
        self.start()

    def erase(self) -> None:
        """Stops the server and deletes its data, its log and its folder, also where the system keeps them."""
        self.stop()
        for folder in (self._folder, self._socket_folder, self._named_folder):
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _take_lock(self) -> None:
        lock = (self._folder / "lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise ServerStartError(
                f"Another process runs the server of {self._named_folder}. Stop it first, or name another folder."
            ) from error
        self._lock = lock

    def _end_left_over(self) -> None:
        """We hold the lock, so a server that still runs here has lost its parent; a file of a dead one is removed."""
        pid = running_server(self._data)
        if pid is not None:
            left_over = psutil.Process(pid)
            left_over.send_signal(signal.SIGINT)
            left_over.wait(_STOP_SECONDS)
        if (self._data / "postmaster.pid").exists():
            wait_for_orphans(self._data, _STOP_SECONDS)
            (self._data / "postmaster.pid").unlink()

    def _initialise(self) -> None:
        """Into a folder that is renamed when it is complete: a kill in the middle leaves nothing half made."""
        ours = major_version(self._programs / "postgres")
        if (self._data / "PG_VERSION").exists():
            theirs = int((self._data / "PG_VERSION").read_text())
            if theirs != ours:
                raise ServerStartError(
                    f"{self._data} was written by PostgreSQL {theirs}, the programs here are {ours}. "
                    f"Dump it with {theirs} and restore it, or name another folder."
                )
            return
        new = self._folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._account.own(new)
        self._run_initdb(new, ours)
        new.rename(self._data)

    def _run_initdb(self, new: Path, version: int) -> None:
        arguments = ["-D", str(new), "-U", _SUPERUSER, "--encoding=UTF8", "--locale=C"]
        arguments += ["--auth-local=trust", "--auth-host=reject"]
        if version >= 17:
            arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self._disposable:
            arguments += ["--no-sync"]
        finished = subprocess.run(
            self._command("initdb", arguments), capture_output=True, text=True, env=_environment(), check=False
        )
        if finished.returncode != 0:
            raise ServerStartError(f"initdb failed in {new}: {finished.stderr.strip() or finished.stdout.strip()}")

    def _spawn(self) -> None:
        """From a thread that stays: the kernel takes the end of the starting thread for the end of the parent."""
        self._shorten_log()
        started = threading.Event()
        threading.Thread(target=self._keep, args=(started,), daemon=True, name="postgresql").start()
        started.wait()
        atexit.register(self.stop)

    def _keep(self, started: threading.Event) -> None:
        settings = {**self._settings, "unix_socket_directories": str(self._socket_folder)}
        arguments = ["-D", str(self._data)]
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        with self.log_path.open("ab") as log:
            try:
                process = self._process = subprocess.Popen(
                    self._command("postgres", arguments),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=_environment(),
                    start_new_session=True,
                )
            finally:
                started.set()
        process.wait()

    def _command(self, program: str, arguments: list[str]) -> list[str]:
        programs = reachable_programs(self._programs, self._account)
        launcher = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py"))]
        account = [str(self._account.user_id), str(self._account.group_id)]
        return [*launcher, *account, str(programs / program), *arguments]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise ServerStartError(f"PostgreSQL ended while starting. Its log says: {self._end_of_log()}")
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.03)
        seconds = f"{_START_SECONDS:.0f} s"
        raise ServerStartError(f"PostgreSQL did not start in {seconds}. Its log says: {self._end_of_log()}")

    def _shorten_log(self) -> None:
        if self.log_path.exists() and self.log_path.stat().st_size > _LOG_LIMIT_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))

    def _end_of_log(self) -> str:
        lines = self.log_path.read_text(errors="replace").splitlines() if self.log_path.exists() else []
        return " / ".join(lines[-5:]) or "nothing"


async def keep_running(server: EmbeddedPostgres, stopping: asyncio.Event) -> None:
    """Starts the server again whenever it has died, until `stopping` is set; it does not stop the server itself.

    A start that fails (killed in the middle, no room on the disk) is tried again, later and later.
    """
    failures = 0
    while not stopping.is_set():
        wait_seconds = _WATCH_SECONDS
        if not server.alive:
            _log.warning("postgresql_died", next="start again", log=str(server.log_path))
            try:
                await asyncio.to_thread(server.restart)
                failures = 0
            except (ServerStartError, OSError, psutil.Error) as error:
                failures += 1
                wait_seconds = min(_WATCH_SECONDS * 2**failures, _LONGEST_WAIT_SECONDS)
                _log.error("postgresql_does_not_start", error=str(error), again_in_seconds=wait_seconds)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), wait_seconds)


def _environment() -> dict[str, str]:
    """Without PG* variables, which would redirect the programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LD_PRELOAD"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Fast, then immediate (recovers at the next start), then killed."""
    for how, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(seconds)
            return
        except subprocess.TimeoutExpired:
            continue
