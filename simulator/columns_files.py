"""Logged files as text: .csv, .csv.gz, .csv.xz, and .tar.xz archives of CSVs."""

from __future__ import annotations

import gzip
import io
import lzma
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

from simulator.columns_check import ColumnMapError

ARCHIVES: Final = (".tar.xz", ".tar.gz", ".tgz", ".tar")
TABLES: Final = (".csv", ".csv.gz", ".csv.xz", ".txt")
BUS_LOGS: Final = (".log", ".log.gz", ".log.xz")
UNREADABLE: Final = (OSError, EOFError, lzma.LZMAError, tarfile.TarError)


def unpack(paths: Iterable[Path], folder: Path, endings: tuple[str, ...] = TABLES[:3]) -> list[Path]:
    """The files that `paths` name, archives unpacked into `folder`, folders searched for `endings`; sorted as given."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = [child for child in sorted(path.rglob("*")) if child.name.lower().endswith(endings)]
        elif path.name.lower().endswith(ARCHIVES):
            found = _unpack_archive(path, folder / f"{len(files)}", endings)
        else:
            found = [path]
        if not found:
            raise ColumnMapError(f"{path}: holds no file that ends in {', '.join(endings)}; give the drives")
        files.extend(found)
    return files


def open_table(path: Path, encoding: str, endings: tuple[str, ...] = TABLES) -> IO[str]:
    """The text of one file. Bytes that are not of the encoding become U+FFFD, so that only their cell is lost."""
    name = path.name.lower()
    if not name.endswith(endings):
        raise ColumnMapError(f"{path}: give a file that ends in {', '.join((*endings, *ARCHIVES))}")
    try:
        raw = _open_bytes(path, name)
    except OSError as error:
        raise ColumnMapError(f"{path}: cannot be opened ({error.strerror or error}); check the path") from error
    return io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline=None)


def _open_bytes(path: Path, name: str) -> IO[bytes]:
    if name.endswith(".gz"):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return cast(IO[bytes], lzma.open(path, "rb")) if name.endswith(".xz") else path.open("rb")


def _unpack_archive(path: Path, folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """Regular members with such an ending only, each under its last name: a member's path is never trusted."""
    files: list[Path] = []
    folder.mkdir(parents=True)
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                name = PurePosixPath(member.name).name
                if member.isfile() and name.lower().endswith(endings) and not name.startswith("._"):
                    files.append(_unpack_member(archive, member, folder / f"{len(files):05d}" / name))
    except UNREADABLE as error:
        raise ColumnMapError(f"{path}: cannot be unpacked ({error}); give a whole archive") from error
    return files


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> Path:
    source = archive.extractfile(member)
    assert source is not None  # members were asked to be regular files
    target.parent.mkdir()
    with target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target
