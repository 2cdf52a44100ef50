"""A query parameter that is not known is refused: one that is misspelt would otherwise be left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel


async def only_known_parameters(request: Request) -> None:
    """Raises RequestValidationError, which names each of them and those that are known."""
    if request.query_params:
        known = _query_names(request.scope["route"])
        if unknown := sorted(set(request.query_params) - known):
            raise RequestValidationError([_problem(name, known) for name in unknown])


def _query_names(route: APIRoute) -> frozenset[str]:
    return frozenset(_known(route.dependant))


def _known(dependant: Dependant) -> Iterator[str]:
    for one in dependant.query_params:
        yield from _names_of(one.alias, one.field_info.annotation)
    for needed in dependant.dependencies:
        yield from _known(needed)


def _names_of(alias: str, annotation: object) -> Iterator[str]:
    """One parameter, or all those of a model that stands for them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from (field.alias or name for name, field in annotation.model_fields.items())
    else:
        yield alias


def _problem(name: str, known: frozenset[str]) -> dict[str, Any]:
    words = f"known are {', '.join(sorted(known))}" if known else "there are none here"
    return {"type": "unknown_parameter", "loc": ("query", name), "msg": f"unknown parameter; {words}"}
