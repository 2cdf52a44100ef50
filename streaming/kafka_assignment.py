"""Which member of a group works on which partitions: in equal shares, and a member keeps what it has where it can.

Cooperative: a rebalance stops nobody. A partition that is to move stays with its member, which is asked to give it
back, finishes what it has in hand, commits, and joins again without it; only then does another one get it. aiokafka
0.14 has no assignor of that kind (aio-libs/aiokafka#1126), so the word of it travels in the user data of the group
protocol: a member says what it holds and under which id, the leader answers with what to give back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from aiokafka.cluster import ClusterMetadata
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata

from streaming.retrying import Partition

_VERSION: Final = 0


class Claim(NamedTuple):
    """What a member wants to read and what it holds already."""

    topics: frozenset[str]
    held: frozenset[Partition]


@dataclass(slots=True)
class Share:
    """What a member has from now on, and which part of it another member is to have next."""

    assigned: list[Partition] = field(default_factory=list)
    give_back: list[Partition] = field(default_factory=list)


def share_out(partitions: Mapping[str, int], claims: Mapping[str, Claim]) -> dict[str, Share]:
    """`partitions`: how many each topic has. Every member gets a share of every topic that it reads."""
    shares = {member: Share() for member in sorted(claims)}
    for topic, count in sorted(partitions.items()):
        readers = {member: shares[member] for member in shares if topic in claims[member].topics}
        if readers:
            _share_topic([Partition(topic, number) for number in range(count)], readers, claims)
    return shares


def _share_topic(partitions: Sequence[Partition], shares: Mapping[str, Share], claims: Mapping[str, Claim]) -> None:
    held = _held(partitions, shares, claims)
    free = sorted(set(partitions) - {partition for mine in held.values() for partition in mine})
    quotas = _quotas(len(partitions), shares, held)
    for member, share in shares.items():
        share.assigned += held[member]
        share.give_back += held[member][quotas[member] :]
    for member, share in sorted(shares.items(), key=lambda one: len(held[one[0]])):
        wanted = max(quotas[member] - len(held[member]), 0)
        share.assigned += free[:wanted]
        del free[:wanted]


def _held(
    partitions: Iterable[Partition], members: Iterable[str], claims: Mapping[str, Claim]
) -> dict[str, list[Partition]]:
    """Each partition with the one member that holds it."""
    held: dict[str, list[Partition]] = {member: [] for member in members}
    for partition in partitions:
        owner = next((member for member in held if partition in claims[member].held), None)
        if owner is not None:
            held[owner].append(partition)
    return held


def _quotas(count: int, shares: Mapping[str, Share], held: Mapping[str, Sequence[Partition]]) -> dict[str, int]:
    """As equal as possible; one more for those who hold most of this topic, then for those who have least in all."""
    least, more = divmod(count, len(shares))
    by_claim = sorted(shares, key=lambda member: (-len(held[member]), len(shares[member].assigned), member))
    return {member: least + (rank < more) for rank, member in enumerate(by_claim)}


class CooperativeAssignor:
    """One for each member; aiokafka asks it and tells it. Partitions are named as on the broker."""

    name = "servicelane-cooperative"

    def __init__(self) -> None:
        self.held: set[Partition] = set()
        """Kept up to date by the member: what it claims when it joins."""
        self.give_back: set[Partition] = set()
        self.is_new = True
        """Whether the group knows this member only since the last assignment: what it held before is lost to it."""
        self._member = ""

    def metadata(self, topics: Iterable[str]) -> Any:
        claim = {"member": self._member, "held": _grouped(self.held)}
        return ConsumerProtocolMemberMetadata(_VERSION, sorted(topics), json.dumps(claim).encode())

    def assign(self, cluster: ClusterMetadata, members: Mapping[str, Any]) -> dict[str, Any]:
        """For the whole group, by the member that leads it."""
        claims = {member: _claim(member, told) for member, told in members.items()}
        topics = {topic for claim in claims.values() for topic in claim.topics}
        counts = {topic: len(cluster.partitions_for_topic(topic) or ()) for topic in topics}
        return {member: _message(member, share) for member, share in share_out(counts, claims).items()}

    def on_assignment(self, assignment: Any) -> None:
        told = json.loads(assignment.user_data)
        self.is_new = told["member"] != self._member
        self._member = told["member"]
        self.give_back = set() if self.is_new else _listed(told["give_back"])


def _claim(member: str, told: Any) -> Claim:
    """A member that comes back under another id was given up meanwhile: what it held belongs to others."""
    said = json.loads(told.user_data)
    return Claim(frozenset(told.subscription), frozenset(_listed(said["held"]) if said["member"] == member else ()))


def _message(member: str, share: Share) -> Any:
    told = {"member": member, "give_back": _grouped(share.give_back)}
    assigned = list(_grouped(share.assigned).items())
    return ConsumerProtocolMemberAssignment(_VERSION, assigned, json.dumps(told).encode())


def _grouped(partitions: Iterable[Partition]) -> dict[str, list[int]]:
    by_topic: dict[str, list[int]] = defaultdict(list)
    for topic, number in sorted(partitions):
        by_topic[topic].append(number)
    return dict(by_topic)


def _listed(by_topic: Mapping[str, Sequence[int]]) -> set[Partition]:
    return {Partition(topic, number) for topic, numbers in by_topic.items() for number in numbers}
