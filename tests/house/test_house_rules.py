"""Rules of the house that a search can check."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAXIMUM_LINES = 450


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(autouse=True)
def _in_a_checkout() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("the house rules are checked in a checkout")


def test_no_source_file_is_longer_than_a_reader_can_hold() -> None:
    ours = [path for path in _tracked("*.py", "*.sql") if "generated" not in path.relative_to(ROOT).parts[1:-1]]
    too_long = {str(path): n for path in ours if (n := len(path.read_text().splitlines())) > MAXIMUM_LINES}
    assert len(ours) > 50
    assert not too_long


def test_lock_files_name_hashes_and_no_address() -> None:
    for path in _tracked("requirements/*.txt"):
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index-url|--find-links|--trusted-host", text), path
    for path in _tracked("*package-lock.json"):
        assert '"resolved"' not in path.read_text(), path


def test_every_package_says_what_it_is() -> None:
    for path in _tracked("*/__init__.py"):
        if path.parent.parent == ROOT and path.parent.name != "tests":
            assert path.read_text().startswith('"""'), path


def test_no_folder_is_named_for_nothing() -> None:
    vague = {"utils", "common", "core", "helpers", "shared", "lib", "misc", "manager", "base"}
    assert not [path for path in _tracked() if vague & {*path.relative_to(ROOT).parts[:-1], path.stem}]
