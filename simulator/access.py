"""How a car of a fleet file gets in: by its certificate, or by a password where a broker for development takes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from head_unit.settings import TlsSettings


@dataclass(frozen=True, slots=True)
class Access:
    """As fields of `HeadUnitSettings`."""

    password: str = ""
    tls: TlsSettings | None = None
    enrolment_url: str | None = None


def access_of(entry: Mapping[str, Any]) -> Access:
    """Of one car: `identity` and `ca` are paths, `enrolment_url` says where it renews. Raises KeyError for neither."""
    if "identity" not in entry:
        return Access(password=entry["password"])
    return Access(tls=TlsSettings(Path(entry["ca"]), Path(entry["identity"])), enrolment_url=entry.get("enrolment_url"))
