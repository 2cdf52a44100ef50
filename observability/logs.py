"""Logs: JSON lines on standard error, readable lines on a terminal, and never more about a person than is needed.

Two rules hold for every line, whoever wrote it: a VIN is shortened to its last six characters, and values of
telling names (passwords, tokens, owners, positions) are left out.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor

_VIN: Final = re.compile(
    r"(?<![a-z0-9])(?=[a-z]*[0-9])[a-hj-npr-z0-9]{11}([a-hj-npr-z0-9]{6})(?![a-z0-9])", re.IGNORECASE
)
_LOGIN_IN_URL: Final = re.compile(r"(://[^/\s:@]*):[^/\s@]+@")
_TELLING: Final = re.compile(
    r"password|passphrase|secret|token|authorization|cookie|credential|private_key|owner|customer|display_name|e?mail"
    r"|phone|address|latitude|longitude|position",
    re.IGNORECASE,
)
LEFT_OUT: Final = "[left out]"


def configure_logs(service: str, level: int = logging.INFO) -> None:
    """For one process, once: ours and the libraries' logs take the same way to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _named(service),
        protect,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [_handler(shared)]
    root.setLevel(level)


def protect(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Shortens VINs and leaves telling values out, at any depth."""
    return {name: _protected(name, value) for name, value in event.items()}


def shorten_vins(text: str) -> str:
    """`…B00123` for each VIN in the text; logins in URLs lose their password."""
    return _VIN.sub(r"…\1", _LOGIN_IN_URL.sub(r"\1:…@", text))


def _protected(name: str, value: Any) -> Any:
    if _TELLING.search(name):
        return LEFT_OUT
    if isinstance(value, str):
        return shorten_vins(value)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, Mapping):
        return {shorten_vins(str(key)): _protected(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_protected("", inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return shorten_vins(str(value))


def _named(service: str) -> Processor:
    def add_service(_logger: Any, _method: str, event: EventDict) -> EventDict:
        return {"service": service, **event}

    return add_service


def _handler(shared: list[Processor]) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer()],
        )
    )
    return handler


def _renderer() -> Processor:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer(ensure_ascii=False)
