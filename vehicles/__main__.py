"""`python -m vehicles`: the enrolment service as a process, and what keeps the broker's certificate and list good."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI

from database.connection import open_pool
from database.roles import role_of
from observability.expiry import watch_expiry
from observability.logs import configure_logs
from streaming.worker_process import database_check, serving_health, stopped_by_signals
from vehicles.authority import ensure_authority
from vehicles.enrolment_api import create_app
from vehicles.server_renewal import ServerRenewal
from vehicles.settings import VehiclesSettings


class _Server(uvicorn.Server):
    """Ends when it is told to; signals are handled outside of it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run() -> None:
    """Runs until SIGTERM or SIGINT."""
    settings, stopping = VehiclesSettings(), stopped_by_signals()
    authority, files = ensure_authority(settings.authority_folder, datetime.now(UTC)), settings.server_files()
    async with open_pool(settings.database_url, role_of("vehicles")) as pool:
        server = _Server(_configure(create_app(pool, authority, settings.policy()), settings))

        def renewed() -> None:
            """Who is connected stays; who connects from now on sees the new certificate."""
            if isinstance(server.config.ssl, ssl.SSLContext):
                server.config.ssl.load_cert_chain(files.certificate, files.key)

        watch_expiry((files.revocation_list, files.certificate, settings.authority_folder / "issuer.pem"))
        renewal = ServerRenewal(pool, authority, files)
        await renewal.look(datetime.now(UTC))
        async with serving_health(database=database_check(pool), server_files=renewal.check):
            serving = asyncio.create_task(server.serve())
            await renewal.run(stopping, settings.look_seconds, renewed)
            server.should_exit = True
            await serving


def _configure(app: FastAPI, settings: VehiclesSettings) -> uvicorn.Config:
    files = settings.server_files()
    return uvicorn.Config(
        app,
        host=settings.enrolment_host,
        port=settings.enrolment_port,
        ssl_certfile=files.certificate,
        ssl_keyfile=str(files.key),
        log_config=None,
        access_log=False,
        lifespan="off",
    )


if __name__ == "__main__":
    configure_logs("enrolment")
    asyncio.run(run())
