"""`python -m database migrate PACKAGE...` and `python -m database schema PACKAGE...`: the packages in their order.

`migrate` works on `DATABASE_URL`; `schema` writes what the migrations make to `database/schema/`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from database.dump import schemas_of
from database.errors import DatabaseError
from database.migrations import migrate
from database.settings import DatabaseSettings

SCHEMA_FOLDER: Final = Path(__file__).parent / "schema"


def main(arguments: Sequence[str]) -> int:
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


def _schema(folders: list[tuple[str, Path]]) -> int:
    for name, text in schemas_of(folders).items():
        (SCHEMA_FOLDER / f"{name}.sql").write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
