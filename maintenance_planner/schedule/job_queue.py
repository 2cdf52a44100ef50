"""procrastinate's tables and connections: a schema of their own, under the planner's role."""

from __future__ import annotations

from typing import Final

from procrastinate import App, PsycopgConnector
from procrastinate.schema import SchemaManager

from database.connection import Pool
from maintenance_planner.schedule import store

SCHEMA: Final = "planner_jobs"


async def be_ready(pool: Pool) -> None:
    """Makes the queue's tables where they are missing. Two that start at once wait for each other.

    They are procrastinate's and may change with its major version: then drop what is in the schema, it is made anew.
    """
    async with pool.connection() as connection:
        if not await store.lock_job_queue(connection):
            await connection.execute(f"set local search_path = {SCHEMA}".encode())
            await connection.execute(SchemaManager.get_schema().encode())


def job_app(url: str, role: str) -> App:
    """An application without tasks, whose connections see the queue's schema and have the planner's rights."""
    options = f"-c search_path={SCHEMA} -c role={role} -c TimeZone=UTC"
    kwargs = {"options": options, "application_name": f"{role}_jobs"}
    return App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=3, kwargs=kwargs))
