"""What the car's own control units have confirmed, weighed by the catalogue of codes.

Codes on the network (U) that come within a minute of a start below 9.0 V are the battery's doing, not the control
units' (handbook 4.5): advisory only.
"""

from __future__ import annotations

from typing import Final

from diagnostics.alarms import ADVISORY, Alarm, Evidence
from diagnostics.code_catalogue import severity_of
from diagnostics.code_episodes import CodeEpisode, code_text
from diagnostics.history import History

KIND: Final = "trouble_code"
_LOW_CRANK_V: Final = 9.0
_AFTER_START_S: Final = 60.0


def detect(history: History) -> list[Alarm]:
    return [_alarm(history, episode) for episode in history.episodes if episode.confirmed_s is not None]


def _alarm(history: History, episode: CodeEpisode) -> Alarm:
    assert episode.confirmed_s is not None
    text = code_text(episode.code)
    severity = ADVISORY if _by_low_crank(history, episode) else severity_of(text)
    over = episode.healed_s if episode.healed_s is not None else episode.ended_s
    return Alarm(
        kind=KIND,
        component=text,
        severity=severity,
        found_s=episode.confirmed_s,
        onset_s=episode.first_seen_s,
        evidence=(Evidence(episode.confirmed_s, "occurrences", float(episode.occurrences), 1.0),),
        ended_s=over,
    )


def _by_low_crank(history: History, episode: CodeEpisode) -> bool:
    return code_text(episode.code).startswith("U") and any(
        start.minimum_v is not None
        and start.minimum_v < _LOW_CRANK_V
        and 0 <= episode.first_seen_s - start.at_s <= _AFTER_START_S
        for start in history.starts
    )
