"""The example of docs/data-out.md runs as it stands there, and its table names every table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from data_export.layout import What
from database.connection import Pool
from tests.data_export.conftest import ALL_SIGNALS, T0, VIN, export, put_sample

PAGE = Path(__file__).parents[2] / "docs" / "data-out.md"


async def test_the_example_for_notebooks_runs(
    pool: Pool,
    exporter: Pool,
    cars: tuple[int, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    async with pool.connection() as connection:
        for car in cars:
            await put_sample(connection, car, T0, coolant_temperature_c=88.5)
    (tmp_path / "march.parquet").write_bytes(await export(exporter, ALL_SIGNALS))
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    printed = capsys.readouterr().out
    assert printed.startswith("°C 1\n")
    assert VIN in printed
    assert "88.5" in printed


def test_the_page_names_every_table() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert rows - {"what"} == set(get_args(What))
