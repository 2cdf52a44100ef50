"""A real Prometheus for tests, from the PATH or from where set-up has put it; promtool beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from servicelane.ports import free_port, wait_until_open

ROOT: Final = Path(__file__).parents[1]
_FOLDER: Final = ROOT / "var" / "prometheus" / "usr" / "bin"


def find_program(name: str) -> str:
    """Skips the test where it is missing, and fails it in continuous integration."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_FOLDER}")
    if found is None:
        message = f"{name} is missing: make setup-dev fetches it, or apt-get install prometheus"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


class Prometheus:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """Of an instant query now: each series with its value. Raises AssertionError where it does not parse."""
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{self.url}/api/v1/query", params={"query": expression})
        body = answer.json()
        assert body["status"] == "success", (expression, body.get("error"))
        series: list[dict[str, Any]] = body["data"]["result"]
        return series


@contextmanager
def running_prometheus(folder: Path, targets: Mapping[str, int]) -> Iterator[Prometheus]:
    """Scrapes these ports of loopback every second, by the name of the process."""
    program = find_program("prometheus")
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    static = [{"targets": [f"127.0.0.1:{at}"], "labels": {"process": name}} for name, at in targets.items()]
    jobs = [{"job_name": "servicelane", "scrape_interval": "1s", "static_configs": static}]
    (folder / "prometheus.yml").write_text(json.dumps({"scrape_configs": jobs}))  # JSON is YAML
    arguments = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    arguments += [f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]
    process = subprocess.Popen([program, *arguments], stderr=(folder / "log").open("wb"))
    try:
        assert wait_until_open("127.0.0.1", port, 30), (folder / "log").read_text()
        yield Prometheus(port)
    finally:
        process.terminate()
        process.wait(20)
