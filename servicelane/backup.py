"""A back-up of a running stack in one folder: its database as a physical copy, and the files that cannot be made again.

    servicelane.json   what this is, when the copying began and ended
    postgres/          the server's data (database/base_backup.py)
    files/             of the data folder: keys, the broker's accounts and certificates, the authority that issues them

Left out is what is made again (logs, the broker's configuration), what cars keep (the broker's queues), and a Kafka of
the stack's own.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from database.base_backup import BackupError, put_back, take_base_backup, verify_base_backup
from database.connection import connect
from database.embedded import EmbeddedPostgres
from database.migrations import migrate
from ingest.store import insert_restore
from servicelane.databases import with_database
from servicelane.schema import migration_folders

_FORMAT: Final = 1
_MANIFEST: Final = "servicelane.json"
_LEFT_OUT: Final = ("postgres", "kafka", "log", "runs", "stack.json")
_MADE_AGAIN: Final = shutil.ignore_patterns("mosquitto.db*", "mosquitto.log*", "mosquitto.pid", "mosquitto.stderr")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything acknowledged before `began_at` is in the back-up; of what came until `ended_at`, a part."""

    began_at: str
    ended_at: str
    database_name: str
    format: int = _FORMAT


def take_backup(database_url: str, data_folder: Path, destination: Path) -> Manifest:
    """Of a stack that goes on working. The folder holds secrets: it is made for its owner alone. Raises BackupError."""
    if destination.exists():
        raise BackupError(f"{destination} exists already. Name a folder that does not.")
    draft = destination.with_name(f"{destination.name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    began_at = datetime.now(UTC)
    take_base_backup(database_url, draft / "postgres")
    # After the database: an account or certificate that is newer than it does no harm, one that is missing would.
    _copy_files(data_folder, draft / "files")
    name = str(conninfo_to_dict(database_url)["dbname"])
    manifest = Manifest(began_at.isoformat(), datetime.now(UTC).isoformat(), name)
    (draft / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=2))
    draft.rename(destination)
    return manifest


async def restore_backup(source: Path, data_folder: Path) -> Manifest:
    """Into a data folder that does not exist yet, at this version's migrations, with a note that it was put back.

    Raises BackupError where the back-up is not whole, or something is there already.
    """
    manifest = read_manifest(source)
    if data_folder.exists() and any(data_folder.iterdir()):
        raise BackupError(f"{data_folder} is not empty. Name a folder that does not exist.")
    verify_base_backup(source / "postgres")
    data_folder.mkdir(parents=True, exist_ok=True)
    put_back(source / "postgres", data_folder / "postgres")
    shutil.copytree(source / "files", data_folder, dirs_exist_ok=True)
    with EmbeddedPostgres(data_folder / "postgres") as server:
        url = with_database(server.url, manifest.database_name)
        await migrate(url, migration_folders())
        async with await connect(url) as connection:
            await insert_restore(connection, datetime.fromisoformat(manifest.began_at))
    return manifest


def read_manifest(source: Path) -> Manifest:
    try:
        manifest = Manifest(**json.loads((source / _MANIFEST).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{source} is no back-up of Servicelane: its {_MANIFEST} cannot be read.") from error
    if manifest.format != _FORMAT:
        raise BackupError(f"{source} has format {manifest.format}; use the version of Servicelane that wrote it.")
    return manifest


def _copy_files(data_folder: Path, destination: Path) -> None:
    destination.mkdir(mode=0o700)
    for path in sorted(data_folder.iterdir()):
        if path.name in _LEFT_OUT:
            continue
        if path.is_dir():
            shutil.copytree(path, destination / path.name, ignore=_MADE_AGAIN)
        else:
            shutil.copy2(path, destination / path.name)
