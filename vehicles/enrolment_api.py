"""The enrolment service: a car that has a certificate gets its next one here, also when it has expired meanwhile.

No login: the request proves itself (`telemetry_schema.renewal`). Over HTTPS, so that a car knows whom it talks to.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from database.connection import Pool
from database.errors import DatabaseError
from observability.metrics import CERTIFICATE_RENEWALS
from telemetry_schema.renewal import PATH, RenewalAnswer, RenewalProblem, RenewalRequest
from vehicles.authority import Authority, AuthorityError
from vehicles.certification import CertificatePolicy, RenewalRefusal, RenewalRefused, renew

MAXIMUM_BODY_BYTES: Final = 40_000
_PROBLEM: Final = "application/problem+json"
_log: Final = structlog.get_logger("vehicles.enrolment")
_STATUS: Final = {RenewalRefusal.UNREADABLE: 422}


def create_app(pool: Pool, authority: Authority, policy: CertificatePolicy) -> FastAPI:
    app = FastAPI(title="Servicelane enrolment", version="1", docs_url=None, redoc_url=None)

    @app.post(PATH, status_code=201)
    async def next_certificate(request: Request) -> Response:
        """A `RenewalRequest`; answered with a `RenewalAnswer`, or a `RenewalProblem` (403, 413, 422, 503)."""
        try:
            asked = RenewalRequest.model_validate_json(await _body(request))
            async with pool.connection() as connection:
                issued = await renew(connection, authority, asked, datetime.now(UTC), policy)
        except RenewalRefused as refused:
            return _refuse(refused.reason, refused.detail, _STATUS.get(refused.reason, 403))
        except (ValidationError, UnicodeDecodeError):
            return _refuse(RenewalRefusal.UNREADABLE, "send certificate, request and proof as JSON", 422)
        except _TooLarge:
            return _refuse(RenewalRefusal.UNREADABLE, f"a request has at most {MAXIMUM_BODY_BYTES} bytes", 413)
        except (DatabaseError, AuthorityError) as error:
            _log.error("no certificate could be issued", error=str(error))
            return _refuse("unavailable", "try again later", 503)
        CERTIFICATE_RENEWALS.labels("issued").inc()
        return JSONResponse(RenewalAnswer(certificate=issued.chain_pem).model_dump(), 201)

    return app


class _TooLarge(Exception):
    pass


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAXIMUM_BODY_BYTES:
            raise _TooLarge
    return bytes(body)


def _refuse(reason: str, detail: str, status: int) -> Response:
    CERTIFICATE_RENEWALS.labels(reason).inc()
    return JSONResponse(RenewalProblem(reason=reason, detail=detail).model_dump(), status, media_type=_PROBLEM)
