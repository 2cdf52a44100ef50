"""Codes that are no findings of their own, each with the reason for people. Pure.

Nothing is dropped: a suppressed code keeps its episode, and the event that explains it is told in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from diagnostics.code_episodes import CodeEpisode
from diagnostics.code_groups import CodeGroup, group, rule_settings
from diagnostics.low_voltage_codes import Start, by_low_voltage
from diagnostics.network_codes import by_bus, by_module, by_node
from diagnostics.shared_cause_codes import by_sensor_supply, by_shared_cause

WORKSHOP_SESSION: Final = "workshop_session"
LANGUAGES: Final = ("en", "zh")

EpisodeKey = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a code is not told by itself: the rule, its reason by language, and the event where there is one."""

    rule: str
    reasons: Mapping[str, str]
    event: CodeGroup | None = None


@dataclass(frozen=True, slots=True)
class Explanations:
    """The events of a car, and by episode why it is suppressed."""

    groups: tuple[CodeGroup, ...]
    suppressed: Mapping[EpisodeKey, Suppression]


def explain(episodes: Sequence[CodeEpisode], starts: Sequence[Start]) -> Explanations:
    """Groups first; what is in no event may still be the work of a workshop."""
    rules = (partial(by_low_voltage, starts=starts), by_bus, by_node, by_module, by_sensor_supply, by_shared_cause)
    groups = tuple(group(episodes, rules))
    suppressed = {
        key_of(member): _explained(one, member) for one in groups for member in one.members if member is not one.lead
    }
    grouped = {key_of(member) for one in groups for member in one.members}
    for episode in episodes:
        if key_of(episode) not in grouped and _of_a_workshop(episode):
            suppressed[key_of(episode)] = Suppression(WORKSHOP_SESSION, _reasons(WORKSHOP_SESSION))
    return Explanations(groups, suppressed)


def key_of(episode: CodeEpisode) -> EpisodeKey:
    return episode.ecu, episode.text, episode.first_seen_s


def _explained(event: CodeGroup, member: CodeEpisode) -> Suppression:
    lead = event.component
    limit = rule_settings()[event.rule].get("below_v", "")
    return Suppression(event.rule, _reasons(event.rule, lead=lead, ecu=member.ecu, limit=str(limit)), event)


def _reasons(rule: str, **said: str) -> dict[str, str]:
    told = rule_settings()[rule]["reason"]
    return {language: told[language].format(**said) for language in LANGUAGES}


def _of_a_workshop(episode: CodeEpisode) -> bool:
    """Set with the engine off, and cleared by a tester soon after: a connector that was unplugged."""
    if episode.ended_s is None or episode.ended_by != "tester" or episode.frozen.first is None:
        return False
    short = episode.ended_s - episode.raised_s <= rule_settings()[WORKSHOP_SESSION]["within_s"]
    return short and episode.frozen.first.value("engine_speed_rpm") == 0
