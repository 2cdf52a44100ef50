"""A query parameter that is not known is refused: one that is misspelt would otherwise be left out in silence."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Query
from fastapi.routing import APIRoute


async def only_known_parameters(request: Request) -> None:
    """Raises RequestValidationError, which names each of them and those that are known."""
    if request.query_params:
        known = _query_names(request.scope["route"])
        if unknown := sorted(set(request.query_params) - known):
            raise RequestValidationError([_problem(name, known) for name in unknown])


def _query_names(route: APIRoute) -> frozenset[str]:
    return frozenset(one.alias for one in get_flat_params(route.dependant) if isinstance(one.field_info, Query))


def _problem(name: str, known: frozenset[str]) -> dict[str, Any]:
    words = f"known are {', '.join(sorted(known))}" if known else "there are none here"
    return {"type": "unknown_parameter", "loc": ("query", name), "msg": f"unknown parameter; {words}"}
