"""Codes of lost communication: is it the bus, the unit that reports, or the unit that is missed? Pure.

* A bus code (U0001 to U0099), or two units that together miss three others: the bus.
* One unit that misses three others at once: its own connection.
* Two units that miss the same one, or miss it and doubt its data: that one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from diagnostics.code_episodes import CodeEpisode
from diagnostics.code_groups import CodeGroup, base_of, clusters, rule_settings

BUS_LOST: Final = "bus_lost"
NODE_CUT_OFF: Final = "node_cut_off"
MODULE_SILENT: Final = "module_silent"


def by_bus(episodes: Sequence[CodeEpisode]) -> Iterator[CodeGroup]:
    settings = rule_settings()[BUS_LOST]
    network = [one for one in episodes if _is_bus(one) or _is_lost(one)]
    for cluster in clusters(network, settings["together_s"]):
        bus = [one for one in cluster if _is_bus(one)]
        lost = [one for one in cluster if _is_lost(one)]
        reporters, modules = {one.ecu for one in lost}, {base_of(one) for one in lost}
        many = len(reporters) >= settings["reporters"] and len(modules) >= settings["modules"]
        if (bus and lost) or len(bus) > 1 or many:
            yield _group(BUS_LOST, cluster, (bus or lost)[0])


def by_node(episodes: Sequence[CodeEpisode]) -> Iterator[CodeGroup]:
    settings = rule_settings()[NODE_CUT_OFF]
    by_ecu: dict[str, list[CodeEpisode]] = defaultdict(list)
    for episode in filter(_is_lost, episodes):
        by_ecu[episode.ecu].append(episode)
    for lost in by_ecu.values():
        for cluster in clusters(lost, settings["together_s"]):
            if len({base_of(one) for one in cluster}) >= settings["modules"]:
                yield _group(NODE_CUT_OFF, cluster, cluster[0])


def by_module(episodes: Sequence[CodeEpisode]) -> Iterator[CodeGroup]:
    settings = rule_settings()[MODULE_SILENT]
    module_of = {doubted: missed for missed, doubted in settings["invalid_data"].items()}
    by_missed: dict[str, list[CodeEpisode]] = defaultdict(list)
    for episode in episodes:
        base = base_of(episode)
        if _is_lost(episode) or base in module_of:
            by_missed[module_of.get(base, base)].append(episode)
    for about in by_missed.values():
        for cluster in clusters(about, settings["together_s"]):
            lost = [one for one in cluster if _is_lost(one)]
            doubted = len(lost) < len(cluster)
            if lost and (doubted or len({one.ecu for one in lost}) >= settings["reporters"]):
                yield _group(MODULE_SILENT, cluster, lost[0])


def _is_bus(episode: CodeEpisode) -> bool:
    return "U0001" <= base_of(episode) <= "U0099"


def _is_lost(episode: CodeEpisode) -> bool:
    return "U0100" <= base_of(episode) <= "U02FF"


def _group(rule: str, members: Sequence[CodeEpisode], lead: CodeEpisode) -> CodeGroup:
    return CodeGroup(rule, members[0].raised_s, tuple(members), lead)
