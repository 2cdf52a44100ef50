"""Every error as application/problem+json (RFC 9457). The `type`s are stable; clients may rely on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from booking_api import errors
from booking_api.languages import Language, Text, choose_language, in_language
from data_export.errors import ExportError, UnknownSignalError
from database.errors import ContentionError, UnavailableError
from maintenance_planner.history_import import HistoryFileError
from maintenance_planner.service import UnknownItemError

MEDIA_TYPE: Final = "application/problem+json"

_KINDS: Final[Mapping[type[Exception], tuple[int, str, Text]]] = {
    errors.InvalidTokenError: (401, "invalid-token", {"en": "A valid token is needed", "zh": "需要有效的令牌"}),
    errors.IssuerUnavailableError: (
        503,
        "issuer-unavailable",
        {"en": "Tokens cannot be checked now; try again", "zh": "暂时无法校验令牌，请重试"},
    ),
    errors.NotAllowedError: (403, "not-allowed", {"en": "Not for your role", "zh": "您的角色无权执行此操作"}),
    errors.NotFoundError: (404, "not-found", {"en": "Not found", "zh": "未找到"}),
    errors.ClaimNotProvenError: (403, "claim-not-proven", {"en": "The car has not confirmed this", "zh": "车辆未确认"}),
    errors.VehicleOwnedError: (409, "vehicle-owned", {"en": "The car has an owner", "zh": "该车辆已有车主"}),
    errors.TooManyClaimsError: (429, "too-many-claims", {"en": "Too many claims", "zh": "认领请求过多"}),
    errors.UnusableSpanError: (422, "unusable-span", {"en": "This span cannot be used", "zh": "该时间段不可用"}),
    errors.UnknownZoneError: (422, "unknown-time-zone", {"en": "Unknown time zone", "zh": "未知的时区"}),
    errors.UnknownWorkError: (422, "unknown-recommendation", {"en": "Unknown recommendation", "zh": "未知的建议项目"}),
    errors.UnknownCatalogueIdError: (
        422,
        "unknown-catalogue-id",
        {"en": "Unknown check or cause", "zh": "未知的检查或原因"},
    ),
    errors.NotOfferedError: (422, "slot-not-offered", {"en": "This time is not offered", "zh": "该时间不可预约"}),
    errors.SlotTakenError: (409, "slot-taken", {"en": "This time is taken", "zh": "该时间已被预约"}),
    errors.VehicleBusyError: (409, "vehicle-busy", {"en": "The car is elsewhere then", "zh": "该车辆届时另有预约"}),
    errors.HoldExpiredError: (409, "hold-expired", {"en": "No longer held", "zh": "预留已到期"}),
    errors.TooLateToChangeError: (409, "too-late-to-change", {"en": "Too late to change", "zh": "已过更改时限"}),
    errors.StepNotAllowedError: (409, "step-not-allowed", {"en": "Not possible now", "zh": "当前无法执行"}),
    errors.UnknownLineError: (422, "unknown-line", {"en": "Other lines than the estimate's", "zh": "报价项目不符"}),
    errors.BookingEndedError: (409, "booking-ended", {"en": "Can no longer be changed", "zh": "预约已无法更改"}),
    errors.StaleVersionError: (412, "stale-version", {"en": "It has changed since", "zh": "内容已发生变化"}),
    errors.PreconditionMissingError: (428, "if-match-missing", {"en": "If-Match is needed", "zh": "需要 If-Match"}),
    errors.AlreadyWaitingError: (409, "already-waiting", {"en": "Waiting already", "zh": "已在候补"}),
    errors.UnusableAddressError: (422, "unusable-address", {"en": "No webhook goes there", "zh": "地址不可用"}),
    errors.TooManyWebhooksError: (409, "too-many-webhooks", {"en": "Too many webhooks", "zh": "Webhook 过多"}),
    errors.QuotaExceededError: (429, "quota-exceeded", {"en": "Too many requests", "zh": "请求过多"}),
    errors.RequestInFlightError: (409, "request-in-flight", {"en": "Being worked on", "zh": "请求正在处理"}),
    errors.KeyReusedError: (422, "idempotency-key-reused", {"en": "The key is used", "zh": "该键已被使用"}),
    errors.ExportsBusyError: (
        503,
        "exports-busy",
        {"en": "Other exports run; try again", "zh": "其他导出正在进行，请重试"},
    ),
    UnknownSignalError: (422, "unknown-signal", {"en": "Unknown signal", "zh": "未知的信号"}),
    ExportError: (422, "export-refused", {"en": "This cannot be exported", "zh": "无法导出"}),
    HistoryFileError: (422, "unreadable-history", {"en": "The file cannot be read", "zh": "无法读取该文件"}),
    UnknownItemError: (422, "unknown-item", {"en": "Unknown piece of work", "zh": "未知的保养项目"}),
    ContentionError: (503, "busy", {"en": "Others change the same; try again", "zh": "资源繁忙，请重试"}),
    UnavailableError: (503, "unavailable", {"en": "Not available now; try again", "zh": "服务暂不可用，请重试"}),
}
_INVALID: Final[Text] = {"en": "The request is not valid", "zh": "请求无效"}
_INTERNAL: Final[Text] = {"en": "Something went wrong here", "zh": "服务器内部错误"}
_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "1"},
}


def kinds() -> tuple[type[Exception], ...]:
    """The errors that have a status and a title of their own."""
    return tuple(_KINDS)


def told(error: Exception, language: Language) -> tuple[int, str, str | None]:
    """Status, title and detail of an error of `kinds()`, for those who answer in other ways than JSON."""
    status, _, title = next(found for known, found in _KINDS.items() if isinstance(error, known))
    detail = in_language(error.text, language) if isinstance(error, errors.BookingApiError) else None
    return status, in_language(title, language), detail


def install_problems(app: FastAPI) -> None:
    """As coroutines all of them: Starlette sends plain functions to a thread."""
    for kind in _KINDS:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _internal)


async def _known(request: Request, error: Exception) -> Response:
    status, kind, title = next(found for known, found in _KINDS.items() if isinstance(error, known))
    return _problem(request, status, kind, title, headers=_headers(error), **_members(request, error))


def _headers(error: Exception) -> Mapping[str, str] | None:
    match error:
        case errors.ExportsBusyError():
            return {"Retry-After": "30"}
        case errors.QuotaExceededError():
            return {"Retry-After": str(error.again_in_seconds)}
    return None


def _members(request: Request, error: Exception) -> dict[str, Any]:
    match error:
        case errors.SlotTakenError():
            return {
                "detail": in_language(error.text, _language(request)),
                "alternatives": [at.isoformat() for at in error.alternatives],
            }
        case errors.NotOfferedError():
            return {"detail": in_language(error.text, _language(request)), "reason": error.code}
        case errors.StepNotAllowedError():
            return {
                "detail": in_language(error.text, _language(request)),
                "visit_status": error.status,
                "allowed": list(error.allowed),
            }
        case UnknownSignalError() | errors.UnknownCatalogueIdError():
            return {
                "detail": str(error),
                "suggestions": {name: list(close) for name, close in error.suggestions.items()},
            }
        case errors.BookingApiError():
            return {"detail": in_language(error.text, _language(request))}
        case ExportError() | HistoryFileError() | UnknownItemError():
            return {"detail": str(error)}
    return {}


async def _invalid(request: Request, error: Exception) -> Response:
    """Says where and what, never the value: it may be personal."""
    assert isinstance(error, RequestValidationError)
    found = [{"location": list(one["loc"]), "message": one["msg"]} for one in error.errors()]
    return _problem(request, 422, "invalid-request", _INVALID, errors=found)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = error.detail.lower().replace(" ", "-") if error.status_code != 400 else "invalid-request"
    title = {"en": error.detail}
    return _problem(request, error.status_code, kind, title, headers=error.headers)


async def _internal(request: Request, _error: Exception) -> Response:
    return _problem(request, 500, "internal", _INTERNAL)


def _problem(
    request: Request,
    status: int,
    kind: str,
    title: Text,
    *,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    body = {"type": kind, "title": in_language(title, _language(request)), "status": status}
    body |= {name: value for name, value in members.items() if value is not None}
    # ASCII, because what a client has sent may hold half a surrogate pair, which no encoding takes.
    content = json.dumps(body, ensure_ascii=True)
    return Response(content, status, {**_HEADERS.get(status, {}), **(headers or {})}, MEDIA_TYPE)


def _language(request: Request) -> Language:
    return choose_language(request.headers.get("accept-language"))
