"""`python -m database migrate PACKAGE...`, `python -m database schema PACKAGE...`, `python -m database storage`.

`migrate` works on `DATABASE_URL`, the packages in their order; `schema` writes what their migrations make to
`database/schema/`; `storage` says what each table of `DATABASE_URL` is, its size, and how long it is kept by a policy.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from database.connection import connect
from database.dump import schemas_of
from database.errors import DatabaseError
from database.migrations import migrate
from database.settings import DatabaseSettings
from database.storage import fetch_storage, storage_lines

SCHEMA_FOLDER: Final = Path(__file__).parent / "schema"


def main(arguments: Sequence[str]) -> int:
    if list(arguments) == ["storage"]:
        return _storage()
    if len(arguments) < 2 or arguments[0] not in ("migrate", "schema"):
        print(__doc__, file=sys.stderr)
        return 2
    command, *packages = arguments
    root = Path(__file__).parent.parent
    folders = [(package, root / package / "migrations") for package in packages]
    try:
        return _migrate(folders) if command == "migrate" else _schema(folders)
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 1


def _migrate(folders: list[tuple[str, Path]]) -> int:
    settings = DatabaseSettings()
    for migration in asyncio.run(migrate(settings.database_url, folders)):
        print(migration.path)
    return 0


def _storage() -> int:
    try:
        print("\n".join(asyncio.run(_describe(DatabaseSettings().database_url))))
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _describe(url: str) -> list[str]:
    async with await connect(url) as connection:
        return storage_lines(await fetch_storage(connection))


def _schema(folders: list[tuple[str, Path]]) -> int:
    made = schemas_of(folders)
    shutil.rmtree(SCHEMA_FOLDER)
    SCHEMA_FOLDER.mkdir()
    for name, text in made.items():
        path = SCHEMA_FOLDER / f"{name}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
