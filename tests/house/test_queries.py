"""Every query of every package runs on the migrated schema, with the rights of its role, within its own schema."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from database.checks import problems_of_queries
from database.connection import Pool
from database.roles import role_of
from servicelane.schema import PACKAGES

ROOT = Path(__file__).parents[2]
SCHEMAS: Final[dict[str, str | None]] = {
    "streaming": "streaming",
    "vehicles": "vehicles",
    "ingest": "telemetry",
    "diagnostics": "diagnostics",
    "maintenance_planner": "planner",
    "data_export": None,
    "booking_api": "booking",
    "servicelane": None,
}


def test_every_package_with_queries_is_checked() -> None:
    with_queries = {path.parent.name for path in ROOT.glob("*/queries")} - {"database"}
    assert with_queries <= set(SCHEMAS)
    assert set(PACKAGES) <= set(SCHEMAS)


@pytest.mark.parametrize("package", [*PACKAGES, "servicelane"])
async def test_every_query_runs_under_its_role_and_touches_its_own_schema_alone(pool: Pool, package: str) -> None:
    folder = ROOT / package / "queries"
    role = role_of(package) if package in PACKAGES and package != "streaming" else None
    async with pool.connection() as connection:
        assert await problems_of_queries(connection, folder, SCHEMAS[package], role) == {}


async def test_every_query_of_retention_runs_with_the_owners_rights(pool: Pool) -> None:
    async with pool.connection() as connection:
        assert await problems_of_queries(connection, ROOT / "ingest" / "queries" / "retention", "telemetry", None) == {}


async def test_every_query_of_erasure_runs_with_the_owners_rights_across_every_schema(pool: Pool) -> None:
    async with pool.connection() as connection:
        problems = await problems_of_queries(connection, ROOT / "servicelane" / "queries" / "erasure", None, None)
    assert {one for one in problems.values() if not one.startswith("touches ")} == set()
    assert {"erase_account", "erase_diagnoses", "erase_plans"} <= problems.keys()
