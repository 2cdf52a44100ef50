"""The pages that are made from the code, so that they cannot say something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from diagnostics.code_catalogue import json_schema
from observability.document import metrics_markdown
from servicelane.capacity_command import page_with_sums
from telemetry_schema.asyncapi import asyncapi_document
from telemetry_schema.document import signals_markdown

_ROOT: Final = Path(__file__).parent.parent
_GROWING: Final = _ROOT / "docs" / "growing.md"


def generated_pages() -> dict[Path, str]:
    """Each page's path with the text it must have."""
    return {
        _ROOT / "docs" / "signals.md": signals_markdown(),
        _ROOT / "docs" / "metrics.md": metrics_markdown(),
        _GROWING: page_with_sums(_GROWING.read_text()),
        _ROOT / "docs" / "asyncapi.json": _document(asyncapi_document()),
        _ROOT / "docs" / "fault-catalogue.schema.json": _document(json_schema()),
    }


def _document(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def write_pages() -> list[Path]:
    for path, text in generated_pages().items():
        path.write_text(text)
    return list(generated_pages())
