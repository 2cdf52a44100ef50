"""A copy of a running server holds what was committed before it began, on the oldest and on the newest server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from database.base_backup import BackupError, put_back, take_base_backup, verify_base_backup
from database.embedded import EmbeddedPostgres
from tests.postgres_fixtures import DEBIAN_PROGRAMS, TestServer


@contextmanager
def writing(url: str) -> Iterator[list[int]]:
    """Numbers that are committed one by one, until the block ends."""
    committed: list[int] = []
    stopping = threading.Event()

    def write() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not stopping.is_set():
                number = len(committed)
                connection.execute("insert into numbers values (%s, pg_current_xact_id())", [number])
                committed.append(number)

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table numbers (number int, transaction_id xid8)")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield committed
    finally:
        stopping.set()
        writer.join()


@pytest.fixture(params=["15", "18"])
def server(request: pytest.FixtureRequest) -> TestServer:
    found: TestServer = request.getfixturevalue(f"postgres_{request.param}")
    return found


def test_a_copy_of_a_server_that_is_written_to_starts_elsewhere_with_its_transaction_ids(
    server: TestServer, tmp_path: Path
) -> None:
    tmp_path.chmod(0o711)
    url = server.create_database(migrated=False)
    name = str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
    with writing(url) as committed:
        while len(committed) < 50:
            pass
        before = len(committed)
        take_base_backup(url, tmp_path / "copy")
    put_back(tmp_path / "copy", tmp_path / "postgres")
    programs = None if "18" in str(server.server._programs) else DEBIAN_PROGRAMS
    with EmbeddedPostgres(tmp_path / "postgres", programs, disposable=True) as restored:
        with psycopg.connect(restored.url_of(name)) as connection:
            query = "select number, transaction_id::text::int, pg_current_xact_id()::text::int from numbers order by 1"
            rows = connection.execute(query).fetchall()
        assert [number for number, _, _ in rows[:before]] == list(range(before))
        assert all(theirs < ours for _, theirs, ours in rows)
        with pytest.raises(BackupError, match="holds a database already"):
            put_back(tmp_path / "copy", tmp_path / "postgres")
    restored.erase()
    server.drop_database(url)


def test_a_copy_that_was_changed_is_found(postgres_18: TestServer, tmp_path: Path) -> None:
    take_base_backup(postgres_18.server.url, tmp_path / "copy")
    verify_base_backup(tmp_path / "copy")
    version = tmp_path / "copy" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(BackupError, match=r"PG_VERSION is not as the server wrote it"):
        verify_base_backup(tmp_path / "copy")
    version.unlink()
    with pytest.raises(BackupError, match="not whole"):
        verify_base_backup(tmp_path / "copy")
    with pytest.raises(BackupError, match="no copy of a server"):
        verify_base_backup(tmp_path)


def test_a_server_that_cannot_be_copied_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="right to replicate"):
        take_base_backup("postgresql://nobody@127.0.0.1:1/none", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
