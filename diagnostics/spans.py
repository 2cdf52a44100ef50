"""Spans of a car's time, half open, in Unix seconds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    from_s: float
    to_s: float


def merged(spans: Iterable[Span], gap_s: float = 0.0) -> list[Span]:
    """In order; what lies not more than `gap_s` apart becomes one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.from_s <= joined[-1].to_s + gap_s:
            joined[-1] = Span(joined[-1].from_s, max(joined[-1].to_s, span.to_s))
        else:
            joined.append(span)
    return joined


def before(spans: Iterable[Span], mark_s: float) -> list[Span]:
    """What of the spans lies before an instant."""
    return [Span(span.from_s, min(span.to_s, mark_s)) for span in spans if span.from_s < mark_s]


def down_to(instant_s: float, step_s: float) -> float:
    return instant_s // step_s * step_s


def up_to(instant_s: float, step_s: float) -> float:
    return -(-instant_s // step_s) * step_s
