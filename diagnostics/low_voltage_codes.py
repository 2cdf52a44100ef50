"""Network codes that a breakdown of the 12 V supply raised: the battery's doing, not the control units'. Pure.

A start below 9.6 V, at which ECUs stop, explains the network codes of the next minute; so does a freeze frame that
shows such a voltage. Codes of circuits with too low a voltage (failure type 16) belong to it in chassis and body units.
P0562 stays apart: it is set by an engine that runs, and speaks of charging.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from diagnostics.code_episodes import CodeEpisode
from diagnostics.code_groups import CodeGroup, clusters, rule_settings
from diagnostics.code_numbers import fmi_of

RULE: Final = "low_voltage"
_NETWORK_MODES: Final = (9, 19)  # J1939: updated at an abnormal rate, network data in error
_VOLTAGE_BELOW: Final = "-16"  # failure type byte: circuit voltage below threshold


class Start(Protocol):
    """An engine start, as in a history."""

    @property
    def at_s(self) -> float: ...
    @property
    def minimum_v(self) -> float | None: ...


def by_low_voltage(episodes: Sequence[CodeEpisode], starts: Sequence[Start]) -> Iterator[CodeGroup]:
    settings = rule_settings()[RULE]
    weak = sorted(
        (start.at_s, start.minimum_v)
        for start in starts
        if start.minimum_v is not None and start.minimum_v < settings["below_v"]
    )
    by_start: dict[tuple[float, float], list[CodeEpisode]] = defaultdict(list)
    frozen: list[CodeEpisode] = []
    for episode in filter(_suffers, episodes):
        start = _latest(weak, episode.raised_s, settings["after_start_s"])
        if start is not None:
            by_start[start].append(episode)
        elif (_frozen_v(episode) or settings["below_v"]) < settings["below_v"]:
            frozen.append(episode)
    for (at_s, volts), members in by_start.items():
        yield CodeGroup(RULE, at_s, tuple(members), voltage_v=volts)
    for members in clusters(frozen, settings["after_start_s"]):
        lowest = min(known for one in members if (known := _frozen_v(one)) is not None)
        yield CodeGroup(RULE, members[0].raised_s, tuple(members), voltage_v=lowest)


def _suffers(episode: CodeEpisode) -> bool:
    if episode.system == "j1939":
        return fmi_of(episode.code) in _NETWORK_MODES
    letter = episode.text[0]
    return letter == "U" or (letter in "CB" and episode.text.endswith(_VOLTAGE_BELOW))


def _latest(weak: Sequence[tuple[float, float]], raised_s: float, after_s: float) -> tuple[float, float] | None:
    return next((one for one in reversed(weak) if 0 <= raised_s - one[0] <= after_s), None)


def _frozen_v(episode: CodeEpisode) -> float | None:
    return episode.frozen.first.value("system_voltage_v") if episode.frozen.first else None
