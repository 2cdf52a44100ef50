"""Codes of one control unit that are one fault while they last together: a sensor supply, a misfire. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from diagnostics.code_episodes import CodeEpisode
from diagnostics.code_groups import CodeGroup, base_of, overlapping, rule_settings

SENSOR_SUPPLY: Final = "sensor_supply"
SHARED_CAUSE: Final = "shared_cause"


def by_sensor_supply(episodes: Sequence[CodeEpisode]) -> Iterator[CodeGroup]:
    """A reference voltage that failed, with the sensors that hang on it."""
    settings = rule_settings()[SENSOR_SUPPLY]
    leads, members = settings["leads"], settings["members"]
    for chain in _chains(episodes, {*leads, *members}):
        supply = [one for one in chain if base_of(one) in leads]
        if supply and len(chain) > len(supply):
            yield CodeGroup(SENSOR_SUPPLY, chain[0].raised_s, tuple(chain), supply[0])


def by_shared_cause(episodes: Sequence[CodeEpisode]) -> Iterator[CodeGroup]:
    """Two or more of a set; the one that the set names first is told."""
    for codes in rule_settings()[SHARED_CAUSE]["sets"]:
        for chain in _chains(episodes, codes):
            if len({base_of(one) for one in chain}) > 1:
                lead = min(chain, key=lambda one: codes.index(base_of(one)))
                yield CodeGroup(SHARED_CAUSE, chain[0].raised_s, tuple(chain), lead)


def _chains(episodes: Sequence[CodeEpisode], codes: Collection[str]) -> Iterator[list[CodeEpisode]]:
    by_ecu: dict[str, list[CodeEpisode]] = defaultdict(list)
    for episode in episodes:
        if base_of(episode) in codes:
            by_ecu[episode.ecu].append(episode)
    for ecu in sorted(by_ecu):
        yield from overlapping(by_ecu[ecu])
