"""Who runs the embedded server, and where that account can reach files: PostgreSQL refuses to run as root.

As an ordinary user the server runs as that user and everything stays where the caller said. As root it runs under
the system account `servicelane` (created without home and login), or `nobody` where accounts cannot be created.
That account cannot enter root's home, and loosening root's home would be the wrong fix: what it cannot reach is
kept below `/var/lib/servicelane`, with a link from the place the caller named.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SYSTEM_FOLDER: Final = Path("/var/lib/servicelane")
_ACCOUNT: Final = "servicelane"


@dataclass(frozen=True, slots=True)
class Account:
    user_id: int
    group_id: int

    def may_enter(self, folder: Path) -> bool:
        """Whether the account can go through every folder of this path."""
        return all(self._may_go_through(parent) for parent in (folder, *folder.parents))

    def own(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.user_id, self.group_id)

    def _may_go_through(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.user_id:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.group_id:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_account() -> Account:
    """The caller's own account, or the unprivileged one where the caller is root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    entry = _find(_ACCOUNT) or _create(_ACCOUNT) or pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def reachable_folder(folder: Path, account: Account) -> Path:
    """`folder`, or where the account cannot enter it, its place below `/var/lib/servicelane`. Mode 0700."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        folder.chmod(0o700)
        return folder
    if account.may_enter(folder.parent):
        place = folder
    else:
        place = _system_folder("clusters") / _digest(str(folder))
        place.mkdir(exist_ok=True)
        _link(folder / "kept-by-the-system", place)
    place.chmod(0o700)
    account.own(place)
    return place


def reachable_programs(programs: Path, account: Account) -> Path:
    """`programs` (a `bin` folder), or a copy that the account can enter, with the libraries beside the package."""
    if os.geteuid() != 0 or account.may_enter(programs):
        return programs
    installation, package = programs.parent, programs.parent.parent
    changed = (programs / "postgres").stat().st_mtime_ns
    copy = _system_folder("programs") / _digest(f"{programs} {changed}")
    if not copy.exists():
        _copy_programs(installation, package, copy)
    return copy / package.name / installation.name / programs.name


def _copy_programs(installation: Path, package: Path, copy: Path) -> None:
    """Into a new folder that is then renamed, so that a second process never sees half a copy."""
    new = Path(tempfile.mkdtemp(dir=copy.parent))
    new.chmod(0o755)
    libraries = package.with_name(package.name + ".libs")
    unused = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
    shutil.copytree(installation, new / package.name / installation.name, symlinks=True, ignore=unused)
    if libraries.is_dir():
        shutil.copytree(libraries, new / libraries.name, symlinks=True)
    try:
        new.rename(copy)
    except OSError:
        shutil.rmtree(new)
        if not copy.exists():
            raise


def _system_folder(name: str) -> Path:
    for folder in (SYSTEM_FOLDER, SYSTEM_FOLDER / name):
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    return SYSTEM_FOLDER / name


def _link(link: Path, target: Path) -> None:
    if not link.is_symlink():
        link.symlink_to(target)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd | None:
    """None where it cannot be created. Two processes may try at once: the one that comes second finds it."""
    arguments = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", name]
    program = shutil.which("useradd") or "/usr/sbin/useradd"
    if Path(program).exists():
        subprocess.run([program, *arguments], capture_output=True, check=False)
    return _find(name)
