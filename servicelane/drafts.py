"""Files that appear whole or not at all: each is written beside its place and moved there at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self


class OutputError(Exception):
    """A file cannot be written; the message says which, why and what to do."""


class Drafts:
    """`with Drafts(force=…) as drafts:` write all, then `keep()`; without it nothing is left behind."""

    def __init__(self, *, force: bool) -> None:
        self._force = force
        self._drafts: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for draft in self._drafts.values():
            draft.unlink(missing_ok=True)

    def check(self, path: Path) -> None:
        """Raises OutputError where the file would overwrite another."""
        if path.is_dir():
            raise OutputError(f"{path} is a folder. Name the file in it.")
        if path.exists() and not self._force:
            raise OutputError(f"{path} exists. Add --force to overwrite it, or choose another name.")

    @contextmanager
    def open(self, path: Path) -> Iterator[BinaryIO]:
        """A file for what `path` will hold. Raises OutputError, whatever goes wrong with it."""
        self.check(path)
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        with _explained(path), draft.open("wb") as file:
            self._drafts[path] = draft
            yield file
            file.flush()
            os.fsync(file.fileno())

    def keep(self) -> None:
        """Moves every file to its place."""
        for path, draft in self._drafts.items():
            self.check(path)
            with _explained(path):
                draft.replace(path)
        self._drafts.clear()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"Cannot write {path}: {error.strerror}. No part of it was left behind. "
            "Free some space, or choose another place with --out."
        ) from error
