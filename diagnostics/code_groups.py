"""Codes with one cause, as one event with its members. Pure.

An episode is in one event at most; rules come in this order, and what one has taken is not there for the next.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from diagnostics.code_episodes import CodeEpisode

_FILE: Final = Path(__file__).with_name("common_causes.toml")


@dataclass(frozen=True, slots=True)
class CodeGroup:
    """One event. `lead` is the code under which it is told; None where its cause is no code.

    `members` holds the lead too, in order of time. `voltage_v` is what broke down, where that is the cause.
    """

    rule: str
    started_s: float
    members: tuple[CodeEpisode, ...]
    lead: CodeEpisode | None = None
    voltage_v: float | None = None

    @property
    def component(self) -> str:
        return "12 V supply" if self.lead is None else self.lead.text

    @property
    def confirmed(self) -> tuple[CodeEpisode, ...]:
        return tuple(member for member in self.members if member.confirmed_s is not None)


Rule = Callable[[Sequence[CodeEpisode]], Iterator[CodeGroup]]


def group(episodes: Iterable[CodeEpisode], rules: Iterable[Rule]) -> list[CodeGroup]:
    """The events of a car's episodes, in the order of the rules, each by time."""
    left = sorted(episodes, key=_order)
    groups: list[CodeGroup] = []
    for rule in rules:
        found = list(rule(left))
        taken = {id(member) for one in found for member in one.members}
        left = [episode for episode in left if id(episode) not in taken]
        groups += found
    return groups


def clusters(episodes: Sequence[CodeEpisode], together_s: float) -> Iterator[list[CodeEpisode]]:
    """Those raised within this time of the first of them; `episodes` by the instant at which they were raised."""
    cluster: list[CodeEpisode] = []
    for episode in episodes:
        if cluster and episode.raised_s - cluster[0].raised_s > together_s:
            yield cluster
            cluster = []
        cluster.append(episode)
    if cluster:
        yield cluster


def overlapping(episodes: Iterable[CodeEpisode]) -> Iterator[list[CodeEpisode]]:
    """Chains of episodes in which each begins before the fault of one before it is over."""
    chain: list[CodeEpisode] = []
    over_s = 0.0
    for episode in sorted(episodes, key=lambda one: (one.first_seen_s, one.ecu, one.text)):
        if chain and episode.first_seen_s >= over_s:
            yield chain
            chain, over_s = [], 0.0
        chain.append(episode)
        over_s = max(over_s, over_of(episode))
    if chain:
        yield chain


def over_of(episode: CodeEpisode) -> float:
    """When its fault was over; endless while it lasts."""
    instants = [at_s for at_s in (episode.healed_s, episode.ended_s) if at_s is not None]
    return min(instants, default=float("inf"))


def base_of(episode: CodeEpisode) -> str:
    """The J2012 code without its failure type, `U0100`; J1939 codes have none."""
    return "" if episode.system == "j1939" else episode.text[:5]


@cache
def rule_settings() -> Mapping[str, Any]:
    """What `common_causes.toml` says, by rule."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _order(episode: CodeEpisode) -> tuple[float, str, str, float]:
    return episode.raised_s, episode.ecu, episode.text, episode.first_seen_s
