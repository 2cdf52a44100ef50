"""Where the five files are and what their columns are called."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from servicelane.evaluation.maintenance_logs.tables import LogFileError

SIGNALS: Final = ("volt", "rotate", "pressure", "vibration")


@dataclass(frozen=True, slots=True)
class Columns:
    """By default those of the public set that most people know. `datetime_format` empty: ISO 8601, or as `1/31/2015
    6:00:00 AM`; else in the letters of strptime."""

    datetime: str = "datetime"
    datetime_format: str = ""
    machine: str = "machineID"
    failure: str = "failure"
    component: str = "comp"
    error: str = "errorID"
    model: str = "model"
    age: str = "age"
    signals: tuple[str, ...] = SIGNALS


@dataclass(frozen=True, slots=True)
class LogFiles:
    machines: Path
    failures: Path
    maintenance: Path
    errors: Path
    telemetry: Path
    columns: Path | None = None
    horizon_hours: int = 24

    def words(self) -> str:
        """As they are given on the command line, by their last names: folders lie elsewhere with everybody."""
        named = {name: getattr(self, name) for name in ("machines", "failures", "maintenance", "errors", "telemetry")}
        words = [f"--{name} {path.name}" for name, path in named.items()]
        words += [f"--columns {self.columns.name}"] if self.columns else []
        words += [f"--horizon-hours {self.horizon_hours}"] if self.horizon_hours != 24 else []
        return " ".join(words) + " "


def read_columns(path: Path | None) -> Columns:
    """Names that the TOML leaves out keep their default. Raises LogFileError."""
    if path is None:
        return Columns()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LogFileError(f"{path.name}: {error}") from error
    known = [one.name for one in fields(Columns)]
    for name, value in given.items():
        if name not in known:
            raise LogFileError(f"{path.name}: {name!r} is not known; there are {', '.join(known)}")
        texts = value if name == "signals" else [value]
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            raise LogFileError(f"{path.name}: {name} is {'a list of texts' if name == 'signals' else 'a text'}")
    chosen: dict[str, Any] = {name: tuple(value) if name == "signals" else value for name, value in given.items()}
    return Columns(**chosen)
