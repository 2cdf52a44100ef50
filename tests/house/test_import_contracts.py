"""Each import contract is proven by a deliberate violation in a copy of the code."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

VIOLATIONS = [
    ("backend-layers", "vehicles", "import booking_api"),
    ("backend-layers", "diagnostics", "import maintenance_planner"),
    ("backend-layers", "telemetry_schema", "import streaming"),
    ("car-layers", "head_unit", "import simulator"),
    ("car-layers", "can_bus", "import head_unit"),
    ("car-apart", "simulator", "import database"),
    ("backend-apart", "diagnostics", "import simulator"),
    ("ingest-alone", "booking_api", "import ingest"),
    ("pure-modules", "telemetry_schema", "import psycopg"),
    ("pure-modules", "can_bus", "import paho"),
    ("endpoints-call-services", "booking_api", "import psycopg"),
    ("endpoints-call-services", "web", "import psycopg"),
    ("pages-call-services", "web", "import booking_api.store"),
    ("backend-layers", "booking_api", "import web"),
    ("reader-alone", "data_export/reader", "import psycopg"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources of every package and the configuration, nothing else."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    for package in packages:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=lambda _, names: [n for n in names if _is_data(n)])
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _is_data(name: str) -> bool:
    return "." in name and not name.endswith(".py")


def _lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(program), "--no-cache", "--contract", contract], cwd=folder, capture_output=True, text=True, timeout=60
    )


def test_every_contract_has_a_violation_that_proves_it() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {contract for contract, _, _ in VIOLATIONS}


@pytest.mark.parametrize(("contract", "package", "line"), VIOLATIONS)
def test_a_forbidden_import_breaks_its_contract(copy: Path, contract: str, package: str, line: str) -> None:
    (copy / package / "trespass.py").write_text(line + "\n")
    result = _lint(copy, contract)
    assert result.returncode != 0
    assert f"{package}.trespass".replace("/", ".") in result.stdout, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


def test_the_code_as_it_stands_keeps_every_contract(copy: Path) -> None:
    for contract in CONTRACTS:
        result = _lint(copy, contract["id"])
        assert result.returncode == 0, result.stdout
