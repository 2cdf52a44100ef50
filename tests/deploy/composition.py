"""docker-compose.yml as Compose understands it: merged, and filled in from an environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
COMPOSE_FILE: Final = ROOT / "docker-compose.yml"
_VARIABLE: Final = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<how>[?-])(?P<word>[^}]*))?\}")


def raw() -> dict[str, Any]:
    """As it is written, YAML's own references resolved."""
    document: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text())
    return document


def filled_in(environment: Mapping[str, str]) -> dict[str, Any]:
    """With the values of this environment. Raises KeyError with the file's words where a required one is missing."""
    document: dict[str, Any] = _fill(raw(), environment)
    return document


def variables() -> dict[str, bool]:
    """Every variable that the file asks the environment for, and whether it must be there."""
    found = [match for match in _VARIABLE.finditer(COMPOSE_FILE.read_text()) if match["name"]]
    return {match["name"]: match["how"] == "?" for match in found}


def _fill(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _fill(inner, environment) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, environment) for inner in value]
    return _VARIABLE.sub(lambda match: _replace(match, environment), value) if isinstance(value, str) else value


def _replace(match: re.Match[str], environment: Mapping[str, str]) -> str:
    if match["name"] is None:
        return "$"
    given = environment.get(match["name"], "")
    if given or match["how"] is None:
        return given
    if match["how"] == "?":
        raise KeyError(match["word"])
    return str(match["word"])


def is_ours(service: Mapping[str, Any]) -> bool:
    return "build" in service


def runs_once(service: Mapping[str, Any]) -> bool:
    return service["restart"] == "no"
