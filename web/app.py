"""The application of the pages: its pool, its seal, its issuer, its paths."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from booking_api.endpoints import due_calendar
from booking_api.endpoints import operations as process
from booking_api.memory import Memory
from booking_api.signing_keys import SigningKeys, discovered_keys, file_keys
from booking_api.tokens import TokenRules, TokenVerifier
from database.connection import open_pool
from database.roles import role_of
from streaming.choice import open_stream
from web import development_sign_in, libraries
from web.pages import (
    account,
    booking,
    browser_files,
    calendar,
    closing,
    garage,
    operations,
    records,
    reminders,
    sharing,
    sign_in,
    signals,
    visit,
    waiting,
    workbench,
)
from web.problem_pages import install_problem_pages
from web.request_origin import RequestGuard
from web.sessions import Seal
from web.settings import WebSettings
from web.sign_in import Issuer

STATIC: Final = Path(__file__).parent / "static"
PAGES: Final = (
    process,
    sign_in,
    garage,
    signals,
    booking,
    visit,
    waiting,
    workbench,
    calendar,
    closing,
    operations,
    records,
    sharing,
    account,
    reminders,
    due_calendar,
    browser_files,
    libraries,
)


def create_app(settings: WebSettings) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            open_pool(settings.database_url, role_of("booking_api"), maximum=settings.connections) as pool,
            open_stream(pool) as stream,
            open_pool(settings.database_url, role_of("maintenance_planner"), minimum=0, maximum=2) as planners,
            open_pool(settings.database_url, role_of("vehicles"), minimum=0, maximum=2) as registry,
        ):
            app.state.pool, app.state.stream = pool, stream
            app.state.planner_pool, app.state.registry_pool = planners, registry
            app.state.memory = Memory()
            yield

    app = FastAPI(title="Servicelane pages", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.state.seal = Seal(settings.session_key.get_secret_value())
    app.state.issuer = Issuer(settings, _verifier(settings))
    for pages in PAGES:
        app.include_router(pages.router)
    if settings.development_keys_folder:
        app.state.development_codes = development_sign_in.Codes()
        app.include_router(development_sign_in.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    install_problem_pages(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(RequestGuard, address=settings.address)
    return app


def _verifier(settings: WebSettings) -> TokenVerifier:
    rules = TokenRules(
        issuer=settings.issuer,
        audience=settings.client_id,
        algorithms=settings.token_algorithms,
        role_claim=settings.role_claim,
        organisation_claim=settings.organisation_claim,
    )
    read = file_keys(settings.jwks_file) if settings.jwks_file else discovered_keys(settings.issuer)
    return TokenVerifier(rules, SigningKeys(read))
