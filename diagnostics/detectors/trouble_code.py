"""What the car's own control units have confirmed, weighed by the catalogue of codes.

Codes with one cause are one alarm: that of the code which leads the event, or of the low voltage that raised them (kind
`low_voltage_start`, advisory: how the battery is, others judge). What is suppressed raises none. A flashing malfunction
lamp or the red lamp means stop, whatever the catalogue says of the code. Blind where the car reports no codes, or only
after its own ECU has seen what this code says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from diagnostics.alarms import ADVISORY, STOP, Alarm, Evidence
from diagnostics.code_episodes import CodeEpisode
from diagnostics.code_groups import CodeGroup, over_of, rule_settings
from diagnostics.code_meaning import severity_of
from diagnostics.code_suppression import Explanations, explain, key_of
from diagnostics.history import History

KIND: Final = "trouble_code"
LOW_VOLTAGE_KIND: Final = "low_voltage_start"


def detect(history: History) -> list[Alarm]:
    return alarms_of(history.episodes, explain(history.episodes, history.starts))


def alarms_of(episodes: Sequence[CodeEpisode], explained: Explanations) -> list[Alarm]:
    """`explained`: what is known of these episodes."""
    grouped = {key_of(member) for event in explained.groups for member in event.members}
    told = grouped | explained.suppressed.keys()
    alone = [one for one in episodes if key_of(one) not in told]
    alarms = [_alarm_of([episode], episode.text) for episode in alone if episode.confirmed_s is not None]
    return alarms + [_alarm_of_event(event) for event in explained.groups if event.confirmed]


def _alarm_of_event(event: CodeGroup) -> Alarm:
    if event.voltage_v is None:
        return _alarm_of(event.confirmed, event.component)
    limit_v = rule_settings()[event.rule]["below_v"]
    voltage = Evidence(event.started_s, "supply_voltage_v", event.voltage_v, limit_v)
    found_s, count = _found(event.confirmed), _count(event.confirmed)
    return Alarm(
        kind=LOW_VOLTAGE_KIND,
        component=event.component,
        severity=ADVISORY,
        found_s=found_s,
        onset_s=min(event.started_s, found_s),
        evidence=(voltage, count),
        ended_s=_over(event.confirmed),
    )


def _alarm_of(episodes: Sequence[CodeEpisode], component: str) -> Alarm:
    """One alarm for codes that are one fault; as bad as the worst of them."""
    found_s = _found(episodes)
    occurrences = Evidence(found_s, "occurrences", float(max(one.occurrences for one in episodes)), 1.0)
    return Alarm(
        kind=KIND,
        component=component,
        severity=max(map(_severity, episodes)),
        found_s=found_s,
        onset_s=min(one.first_seen_s for one in episodes),
        evidence=(occurrences, _count(episodes)) if len(episodes) > 1 else (occurrences,),
        ended_s=_over(episodes),
    )


def _severity(episode: CodeEpisode) -> int:
    warns = episode.lamps.get("malfunction") == "flashing" or "red_stop" in episode.lamps
    return STOP if warns else severity_of(episode.text)


def _count(episodes: Sequence[CodeEpisode]) -> Evidence:
    return Evidence(_found(episodes), "codes_together", float(len(episodes)), 1.0)


def _found(episodes: Sequence[CodeEpisode]) -> float:
    return min(one.confirmed_s for one in episodes if one.confirmed_s is not None)


def _over(episodes: Sequence[CodeEpisode]) -> float | None:
    over_s = max(map(over_of, episodes))
    return None if over_s == float("inf") else over_s
