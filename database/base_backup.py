"""A physical copy of a running server, and putting it back as the data of the embedded one.

Physical, because a stream belongs to its cluster: its order is that of transaction ids, which a dump does not keep. The
copy holds the write-ahead log that was written while it was made, so it starts as the server was at the end of the
copying: everything that was committed before it began is in it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Final

from database.errors import ServerStartError, SetUpError
from database.server_account import Account, reachable_folder, server_account
from database.server_files import wheel_programs

_ADVICE: Final = (
    "The user of the address needs the right to replicate (alter user … replication), the server's pg_hba.conf a line "
    "for it, and max_wal_senders two places; a server newer than PostgreSQL 18 needs its own pg_basebackup."
)


class BackupError(SetUpError):
    """The copy cannot be made, is not whole, or cannot be put back; the message says what to do."""


def take_base_backup(url: str, destination: Path) -> None:
    """Into a new folder. Raises BackupError and leaves nothing half made behind."""
    destination.mkdir(mode=0o700, parents=True)
    try:
        arguments = ["--dbname", url, "--pgdata", str(destination), "--wal-method=stream", "--checkpoint=fast"]
        _copy_server([*arguments, "--manifest-checksums=SHA256", "--no-password"])
        verify_base_backup(destination)
    except BaseException:
        shutil.rmtree(destination, ignore_errors=True)
        raise


def verify_base_backup(folder: Path) -> None:
    """Every file against the manifest that the server wrote (the wheel's pg_verifybackup does not run). BackupError."""
    try:
        files = json.loads((folder / "backup_manifest").read_text())["Files"]
    except (OSError, ValueError, KeyError) as error:
        raise BackupError(f"{folder} is no copy of a server: its backup_manifest cannot be read.") from error
    for file in files:
        path = folder / file["Path"]
        if not path.is_file() or path.stat().st_size != file["Size"] or _digest(path) != file["Checksum"]:
            raise BackupError(f"{path} is not as the server wrote it: the copy is not whole. Take another.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_back(source: Path, folder: Path) -> None:
    """As the data of `EmbeddedPostgres(folder)`, which must have none yet; `source` stays as it is."""
    account = server_account()
    place = reachable_folder(folder.absolute(), account)
    if (place / "data").exists():
        raise BackupError(f"{folder} holds a database already. Name a folder that does not exist.")
    new = place / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(source, new)
    _give(new, account)
    new.rename(place / "data")


def _give(folder: Path, account: Account) -> None:
    folder.chmod(0o700)
    for path in (folder, *folder.rglob("*")):
        account.own(path)


def _find_program() -> str:
    """Of the wheel, which copies every server up to its own version; without it the one on the PATH."""
    try:
        return str(wheel_programs() / "pg_basebackup")
    except ServerStartError as error:
        if found := shutil.which("pg_basebackup"):
            return found
        raise BackupError("pg_basebackup is missing: install PostgreSQL's client programs.") from error


def _copy_server(arguments: list[str]) -> None:
    program = _find_program()
    finished = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        said = (finished.stderr.strip() or finished.stdout.strip()).splitlines()
        raise BackupError(f"The server cannot be copied: {said[-1] if said else 'no word'}. {_ADVICE}")
