"""Reading a TOML table key by key, with errors that name the file, the line, the key and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_TABLE: Final = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]")
_REQUIRED: Final[Any] = object()


class ColumnMapError(ValueError):
    """A column map, or a file read with it, is wrong. The message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file. `name` and `place` (n-th table of that name, from 0) find its lines again."""

    path: Path
    source: str
    values: Mapping[str, Any]
    name: str = ""
    place: int = 0

    def error(self, key: str, what: str) -> ColumnMapError:
        line = line_of(self.source, self.name, self.place, key)
        full = f"{self.name}.{key}" if self.name else key
        return ColumnMapError(f"{self.path}, line {line}, key '{full}': {what}")

    def allow(self, *keys: str) -> None:
        """A key that nobody reads is a typing error, not a wish that is ignored."""
        for key in self.values:
            if key not in keys:
                raise self.error(key, f"is not known here; use one of {', '.join(keys)}")

    def table(self, key: str, *, required: bool = False) -> Section:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"must be a table; write [{key}] above its keys")
        if required and not value:
            raise self.error(key, f"is missing; add a table [{key}]")
        return Section(self.path, self.source, value, key)

    def tables(self, key: str) -> list[Section]:
        value = self.values.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise self.error(key, f"is missing or no list of tables; write [[{key}]] for each column of the file")
        return [Section(self.path, self.source, item, key, place) for place, item in enumerate(value)]

    def text(self, key: str, default: Any = _REQUIRED) -> str:
        value = self._get(key, default)
        if not isinstance(value, str):
            raise self.error(key, f"must be text in quotes, not {value!r}")
        return value

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        """One text or a list of texts."""
        value = self._get(key, default)
        items = (value,) if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise self.error(key, f"must be text in quotes or a list of texts, not {value!r}")
        if default is _REQUIRED and not items:
            raise self.error(key, "is empty; give at least one")
        return tuple(items)

    def number(self, key: str, default: float) -> float:
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value in (float("inf"), float("-inf")):
            raise self.error(key, f"must be a number, not {value!r}")
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {value!r}")
        return value

    def _get(self, key: str, default: Any) -> Any:
        if key not in self.values and default is _REQUIRED:
            raise self.error(key, f"is missing; add a line `{key} = …`")
        return self.values.get(key, default)


def open_section(path: Path, source: str, values: Mapping[str, Any]) -> Section:
    return Section(path, source, values)


def line_of(source: str, table: str, place: int, key: str) -> int:
    """The line of `key` in the n-th `table`; the table's own line, or 1, where the key is not written."""
    current, count, found = "", {"": 0}, 1
    for number, line in enumerate(source.splitlines(), start=1):
        if match := _TABLE.match(line):
            current = match[2]
            count[current] = count.get(current, -1) + 1
            if (current, count[current]) == (table, place) or (not table and current == key):
                found = number
        elif (current, count[current]) == (table, place) and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
            return number
    return found
