"""The pages on a real server and a database of the test's own, at a fixed hour of a fixed day."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from booking_api.dependencies import wall_clock
from booking_api.development_issuer import ISSUER, KEY_SET, ensure_development_keys
from booking_api.models import Caller
from database.connection import Connection, open_pool
from tests.booking_api.conftest import NOW
from tests.postgres_fixtures import TestServer, fresh
from tests.web.worlds import World
from web.app import create_app
from web.sessions import session_of
from web.settings import WebSettings
from web.visitors import SESSION_COOKIE

ROOT: Final = Path(__file__).parents[2]
LIBRARIES: Final = ROOT / "var" / "web" / "node_modules"
_START_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Site:
    """A running server; `client` has a browser's cookies and language, and follows no redirect by itself."""

    app: FastAPI
    address: str

    def client(self, caller: Caller | None = None, language: str = "en") -> httpx.Client:
        cookies = {SESSION_COOKIE: self.sealed(caller)} if caller else {}
        headers = {"Accept-Language": language}
        return httpx.Client(base_url=self.address, cookies=cookies, headers=headers, timeout=60)

    def sealed(self, caller: Caller) -> str:
        sealed: str = self.app.state.seal.close("session", session_of(caller))
        return sealed

    def sign_in_by_clicks(
        self, client: httpx.Client, subject: str, role: str, organisation_id: str = ""
    ) -> httpx.Response:
        """From `/sign-in` through the development issuer's form and back; the answer of the callback."""
        at_issuer = client.get("/sign-in")
        asked = dict(httpx.URL(at_issuer.headers["location"]).params)
        chosen = asked | {"subject": subject, "role": role, "organisation_id": organisation_id}
        back = client.post("/development-issuer/authorize", content=urlencode(chosen), headers=FORM)
        return client.get(back.headers["location"])


FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    ensure_development_keys(folder)
    return folder


def bound_socket() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


@contextlib.contextmanager
def running_site(
    database_url: str, secrets_folder: Path, *, development: bool = True, bound: socket.socket | None = None
) -> Iterator[Site]:
    """On a socket that is open before the server starts, so that no other process can take its port.

    `bound`: one that is kept between servers, which then follow each other at the same address.
    """
    with bound.dup() if bound else bound_socket() as listening:
        port = listening.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        settings = WebSettings(
            database_url=database_url,
            port=port,
            address=address,
            issuer=ISSUER,
            metadata_url=f"{address}/development-issuer/.well-known/openid-configuration",
            jwks_file=secrets_folder / KEY_SET,
            session_key=SecretStr("a secret of this test alone, long enough"),
            libraries_folder=LIBRARIES,
            development_keys_folder=secrets_folder if development else None,
        )
        app = create_app(settings)
        app.dependency_overrides[wall_clock] = lambda: NOW
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        _wait_until_started(server, thread)
        try:
            yield Site(app, address)
        finally:
            server.should_exit = True
            thread.join(_START_SECONDS)


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    waited = threading.Event()
    for _ in range(round(_START_SECONDS / 0.05)):
        if server.started:
            return
        assert thread.is_alive(), "the server ended while it started"
        waited.wait(0.05)
    raise TimeoutError("the server did not start")


def fill(database_url: str, write: Callable[[Connection], Awaitable[None]]) -> None:
    """Runs `write` in a transaction with every right; in a thread, because Playwright has a loop in this one."""

    async def run() -> None:
        async with open_pool(database_url) as pool, pool.connection() as connection:
            await write(connection)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


@pytest.fixture
def site(database_url: str, secrets_folder: Path) -> Iterator[Site]:
    with running_site(database_url, secrets_folder) as running:
        yield running


@pytest.fixture(scope="module")
def shared_site(postgres_18: TestServer, secrets_folder: Path) -> Iterator[Site]:
    """For the tests of a module that change nothing."""
    with fresh(postgres_18) as database_url, running_site(database_url, secrets_folder) as running:
        yield running


@pytest.fixture(scope="module")
def shared_world(shared_site: Site) -> World:
    """What `shared_site` shows; none of its tests may change it."""
    made = World()
    fill(shared_site.app.state.settings.database_url, made.write)
    return made


@pytest.fixture
def world(database_url: str) -> World:
    made = World()
    fill(database_url, made.write)
    return made
