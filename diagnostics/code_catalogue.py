"""What trouble codes and findings may come from, how to tell, and what it takes to repair. Pure.

The folders `catalogue/{causes,checks,parts,codes}` hold one mapping id → entry per file. The dataclasses here are their
schema: an entry that has a field too many, one too few, or names an id that does not exist, does not load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from diagnostics.catalogue_files import FOLDER, read_yaml
from diagnostics.code_wording import Text, compose, with_failure_type

OTHER: Final = "other"
"""The cause that stands for all that an entry does not name."""
UNLIKELY: Final = 0.05
"""The probability that a check is positive for a cause that it does not mention."""
_UNKNOWN_SEVERITY: Final = 2
_SCHEMA: Final = ConfigDict(extra="forbid", str_min_length=1)

Id = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Feature = Annotated[str, Field(pattern=r"^([a-z0-9_]+(\.[a-z0-9_.]+)?|[PCBU][0-3][0-9A-F]{3})$")]
"""`<detector kind>` (such a finding is active), `<detector kind>.<field>`, or a code."""
CodeOrFinding = Annotated[str, Field(pattern=r"^([PCBU][0-3][0-9A-F]{3}|finding:[a-z0-9_]+)$")]
Share = Annotated[float, Field(gt=0, le=1)]
Skill = Literal["general", "electrical", "diagnostics", "hv", "body", "tyres"]


class CatalogueError(ValueError):
    """The catalogue's files contradict their schema or each other; the message says where."""


@dataclass(frozen=True, slots=True)
class Part:
    """`number_kind` names the part as a catalogue of any maker would, in place of a number."""

    __pydantic_config__ = _SCHEMA
    text: Text
    number_kind: Id
    quantity: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True, slots=True)
class Cause:
    """`owner` is the sentence for the owner; `labour_minutes` is the repair, without the search."""

    __pydantic_config__ = _SCHEMA
    text: Text
    component: Id
    skill: Skill
    labour_minutes: Annotated[int, Field(ge=5, le=1200)]
    owner: Text
    parts: tuple[Id, ...] = ()
    evidence_for: tuple[Feature, ...] = ()
    evidence_against: tuple[Feature, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """`tells`: the probability that the check is positive, by cause; `expects`: what is then measured, by cause."""

    __pydantic_config__ = _SCHEMA
    text: Text
    minutes: Annotated[int, Field(ge=1, le=240)]
    equipment: Text
    tells: Mapping[Id, Share]
    expects: Mapping[Id, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeEvidence:
    """Features that speak for or against the fault itself, whatever its cause."""

    __pydantic_config__ = _SCHEMA
    supporting: Annotated[tuple[Feature, ...], Field(validation_alias="for")] = ()
    against: tuple[Feature, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """`severity` as in findings: 1 advisory, 2 plan a visit, 3 soon, 4 stop; the prior weights of `causes` sum to 1."""

    __pydantic_config__ = _SCHEMA
    text: Text
    severity: Annotated[int, Field(ge=1, le=4)]
    drive: Literal["yes", "short", "no"]
    causes: Mapping[Id, Share]
    checks: tuple[Id, ...]
    drive_text: Text | None = None
    seen_with: tuple[Feature, ...] = ()
    evidence: CodeEvidence = field(default_factory=CodeEvidence)


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """`codes` by J2012 code (`P0128`) or by the kind of a finding (`finding:battery_ageing`)."""

    causes: Mapping[str, Cause]
    checks: Mapping[str, Check]
    parts: Mapping[str, Part]
    codes: Mapping[str, CodeEntry]


@cache
def catalogue() -> Catalogue:
    """All that the files say. Raises CatalogueError where they are wrong."""
    read = Catalogue(**{kind: _folder(kind, schema) for kind, schema in _schemas().items()})
    if problems := list(problems_of(read)):
        raise CatalogueError("; ".join(problems))
    return read


def entry(code: str) -> CodeEntry | None:
    """What the catalogue knows of `P0302`, `P0302-00` or `finding:misfire`; None if nothing of its own."""
    return catalogue().codes.get(code.split("-")[0])


def describe(code: str) -> Text:
    """A title for any code, `P0302` or `P0302-11`: written for it, or else composed of component and failure."""
    known = entry(code)
    return compose(code) if known is None else with_failure_type(known.text, code)


def severity_of(code: str) -> int:
    """1 advisory to 4 stop; a code that the catalogue has no entry for is worth a visit."""
    known = entry(code)
    return _UNKNOWN_SEVERITY if known is None else known.severity


def drive_advice(severity: int) -> Literal["yes", "short", "no"]:
    """May one drive, judged by the severity alone: for codes without an entry."""
    return "yes" if severity <= _UNKNOWN_SEVERITY else "short" if severity == 3 else "no"


def json_schema() -> dict[str, Any]:
    """The schema of the files as JSON Schema: one definition for each kind of file."""
    by_kind, shared = TypeAdapter.json_schemas(
        [(kind, "validation", schema) for kind, schema in _schemas().items()], title="Servicelane fault catalogue"
    )
    return {**shared, "$defs": {**shared["$defs"], **{kind: schema for (kind, _), schema in by_kind.items()}}}


def problems_of(read: Catalogue) -> Iterator[str]:
    """Ids that are named and do not exist, and prior weights that do not sum to 1."""
    for name, one in read.causes.items():
        yield from _missing(f"cause {name}", "part", one.parts, read.parts)
    for name, check in read.checks.items():
        yield from _missing(f"check {name}", "cause", {**check.tells, **check.expects}, read.causes)
    for name, code in read.codes.items():
        yield from _missing(f"code {name}", "cause", code.causes, read.causes)
        yield from _missing(f"code {name}", "check", code.checks, read.checks)
        if abs(sum(code.causes.values()) - 1) > 0.01:
            yield f"code {name}: the weights of its causes sum to {sum(code.causes.values()):.3f}, not to 1"


def _missing(where: str, kind: str, named: Any, known: Mapping[str, Any]) -> Iterator[str]:
    return (f"{where}: there is no {kind} {name!r}" for name in named if name not in known)


def _told(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())


def _schemas() -> dict[str, TypeAdapter[Any]]:
    return {
        "causes": TypeAdapter(dict[Id, Cause]),
        "checks": TypeAdapter(dict[Id, Check]),
        "parts": TypeAdapter(dict[Id, Part]),
        "codes": TypeAdapter(dict[CodeOrFinding, CodeEntry]),
    }


def _folder(name: str, schema: TypeAdapter[dict[str, Any]]) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for path in sorted((FOLDER / name).glob("*.yaml")):
        try:
            read = schema.validate_python(read_yaml(path))
        except yaml.YAMLError as error:
            raise CatalogueError(f"{name}/{path.name} is no YAML: {error}") from error
        except ValidationError as error:
            raise CatalogueError(f"{name}/{path.name}: {_told(error)}") from error
        if twice := entries.keys() & read.keys():
            raise CatalogueError(f"{name}/{path.name}: {', '.join(sorted(twice))} stands in another file already")
        entries.update(read)
    return entries
