"""Where the catalogue's files are, and how they are read. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent / "catalogue"


class _PlainLoader(yaml.CSafeLoader):
    """YAML in which `yes` and `no` are words."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> Any:
    """Raises yaml.YAMLError."""
    return yaml.load(path.read_text(encoding="utf-8"), _PlainLoader)  # noqa: S506 a safe loader
