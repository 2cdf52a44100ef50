"""Every error as a page that says what happened and what to do next."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from booking_api import problems
from booking_api.dependencies import wall_clock
from web.templating import render
from web.visitors import SignInNeededError, Visitor, visitor_of

_NOT_FOUND = 404


def install_problem_pages(app: FastAPI) -> None:
    for kind in problems.kinds():
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(SignInNeededError, _sign_in)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _internal)


async def _known(request: Request, error: Exception) -> Response:
    visitor = await _visitor(request)
    status, title, detail = problems.told(error, visitor.language)
    return render(request, visitor, "problem.html", status=status, code=status, title=title, detail=detail)


async def _sign_in(request: Request, _error: Exception) -> Response:
    """To the issuer and back to the page; what a form has sent is not sent again."""
    wanted = request.url.path if request.method == "GET" else "/"
    wanted += f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return RedirectResponse(f"/sign-in?next={quote(wanted, safe='/')}", 303)


async def _invalid(request: Request, error: Exception) -> Response:
    """A path or a query that none of our pages links to is a page that does not exist; a form is one to correct."""
    assert isinstance(error, RequestValidationError)
    in_body = any(one["loc"][:1] == ("body",) for one in error.errors())
    return await _plain(request, 422 if in_body else _NOT_FOUND)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await _plain(request, error.status_code)


async def _internal(request: Request, _error: Exception) -> Response:
    return await _plain(request, 500)


async def _plain(request: Request, status: int) -> Response:
    visitor = await _visitor(request)
    return render(request, visitor, "problem.html", status=status, code=status, title=None, detail=None)


async def _visitor(request: Request) -> Visitor:
    """Whom the page was for; asked for anew where it never came so far."""
    known: Visitor | None = getattr(request.state, "visitor", None)
    return known or await visitor_of(request, await wall_clock())
