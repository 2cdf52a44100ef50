"""The application: its pool, its key, its paths."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline
from starlette.types import Lifespan

from booking_api.endpoints import (
    access_log,
    accounts,
    bookings,
    calendars,
    consents,
    continuity,
    due_calendar,
    events,
    evidence,
    exports,
    faults,
    holds,
    operations,
    ownership,
    quarantine,
    reminders,
    service_plan,
    slot_searches,
    vehicles,
    visits,
    waiting,
    webhooks,
    workshops,
)
from booking_api.known_parameters import only_known_parameters
from booking_api.memory import Memory
from booking_api.problems import MEDIA_TYPE, install_problems
from booking_api.quota_headers import QuotaHeaders
from booking_api.quotas import Quotas
from booking_api.schemas import Problem
from booking_api.settings import BookingApiSettings
from booking_api.signing_keys import SigningKeys, discovered_keys, file_keys
from booking_api.tokens import TokenRules, TokenVerifier
from database.connection import open_pool
from database.roles import role_of
from streaming.choice import open_stream

_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "The body cannot be read"},
    401: {"description": "No valid token"},
    403: {"description": "Not for the caller's role"},
    404: {"description": "No such thing, or not the caller's"},
    422: {"description": "The request is not valid"},
    429: {"description": "As many requests as may be for now"},
    503: {"description": "Try again"},
}
_CLAIMS: Final[dict[int | str, dict[str, Any]]] = {
    409: {"description": "The car has an owner"},
    429: {"description": "As many open claims as may be"},
}
_LIMITED: Final[dict[int | str, dict[str, Any]]] = {409: {"description": "As many as may be, or there already"}}
_CHANGES: Final[dict[int | str, dict[str, Any]]] = {
    409: {"description": "The time is taken, or the booking has ended"},
}
_VERSIONS: Final[dict[int | str, dict[str, Any]]] = {
    412: {"description": "It has changed since it was read"},
    428: {"description": "If-Match is missing"},
}
_GUARDED: Final[tuple[tuple[tuple[Any, ...], dict[int | str, dict[str, Any]]], ...]] = (
    (
        (
            *(vehicles, faults, evidence, accounts, service_plan, consents, access_log, exports, slot_searches),
            *(continuity, quarantine, events, calendars),
        ),
        {},
    ),
    ((webhooks, waiting), _LIMITED),
    ((ownership,), _CLAIMS),
    ((workshops, reminders), _VERSIONS),
    ((bookings, holds, visits), _CHANGES | _VERSIONS),
)
"""Paths that ask for a token, with the answers that not all of them give."""


def create_app(settings: BookingApiSettings) -> FastAPI:
    return all_paths(serving(settings))


def serving(settings: BookingApiSettings) -> Lifespan[FastAPI]:
    """The issuer's keys are asked for with the first token, so the API starts where the issuer does not answer yet."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.verifier = _verifier(settings)
        app.state.quotas = Quotas(settings.requests_per_minute)
        role = role_of("booking_api")
        async with (
            open_pool(settings.database_url, role, maximum=settings.connections) as pool,
            open_stream(pool) as stream,
            open_pool(settings.database_url, role_of("data_export"), maximum=settings.export_connections) as exporters,
            open_pool(settings.database_url, role_of("maintenance_planner"), minimum=0, maximum=2) as planners,
            open_pool(settings.database_url, role_of("vehicles"), minimum=0, maximum=2) as registry,
        ):
            app.state.memory = Memory()
            app.state.pool, app.state.export_pool, app.state.settings = pool, exporters, settings
            app.state.stream, app.state.planner_pool, app.state.registry_pool = stream, planners, registry
            yield

    return lifespan


def all_paths(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """With the first request FastAPI works out the models of every path, which takes about a second of CPU."""
    app: FastAPI = FastAPIOffline(
        title="Servicelane",
        version="1",
        lifespan=lifespan,
        redoc_url=None,
        favicon_url="/static-offline-docs/favicon.png",
    )
    app.add_middleware(QuotaHeaders)
    app.include_router(operations.router)
    app.include_router(
        due_calendar.router, responses=_documented({status: _PROBLEMS[status] for status in (404, 422, 503)})
    )
    app.include_router(calendars.public, responses=_documented({404: _PROBLEMS[404], 422: _PROBLEMS[422]}))
    for modules, more in _GUARDED:
        for one in modules:
            app.include_router(
                one.router, responses=_documented(_PROBLEMS | more), dependencies=[Depends(only_known_parameters)]
            )
    install_problems(app)
    _document_problems(app)
    return app


def _verifier(settings: BookingApiSettings) -> TokenVerifier:
    rules = TokenRules(
        issuer=settings.issuer,
        audience=settings.audience,
        algorithms=settings.token_algorithms,
        role_claim=settings.role_claim,
        organisation_claim=settings.organisation_claim,
    )
    read = file_keys(settings.jwks_file) if settings.jwks_file else discovered_keys(settings.issuer)
    return TokenVerifier(rules, SigningKeys(read))


def _documented(responses: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    return {status: {**response, "model": Problem} for status, response in responses.items()}


def _document_problems(app: FastAPI) -> None:
    """FastAPI documents problems with the media type of the good answer; they have one of their own."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        operations_ = (operation for path in document["paths"].values() for operation in path.values())
        for response in (found for one in operations_ for found in one["responses"].items()):
            content = response[1].get("content", {})
            if response[0] >= "400" and content:
                content[MEDIA_TYPE] = content.popitem()[1]
        return document

    app.openapi = openapi  # type: ignore[method-assign]
