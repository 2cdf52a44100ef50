"""Shares of a group's members: equal, steady, and never two members on one partition, whatever comes and goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.kafka_assignment import Claim, CooperativeAssignor, Share, share_out
from streaming.partitions import PARTITIONS
from streaming.retrying import Partition

Holdings = dict[str, set[Partition]]


def one_round(members: Iterable[str], held: Mapping[str, set[Partition]], topics: Iterable[str]) -> dict[str, Share]:
    claims = {member: Claim(frozenset(topics), frozenset(held.get(member, ()))) for member in members}
    return share_out(dict.fromkeys(topics, PARTITIONS), claims)


def settle(members: Iterable[str], held: Holdings, topics: Iterable[str] = ("t",)) -> tuple[Holdings, int]:
    """Rounds until nobody has anything to give back; returns who has what, and how many rounds it took."""
    for rounds in range(1, 5):
        shares = one_round(members, held, topics)
        check_that_nobody_shares(shares, held)
        held = {member: set(share.assigned) - set(share.give_back) for member, share in shares.items()}
        if not any(share.give_back for share in shares.values()):
            return held, rounds
    pytest.fail("the group does not come to rest")


def check_that_nobody_shares(shares: Mapping[str, Share], held: Mapping[str, set[Partition]]) -> None:
    owners = [partition for share in shares.values() for partition in share.assigned]
    assert len(owners) == len(set(owners))
    for member, share in shares.items():
        assert held.get(member, set()) <= set(share.assigned)  # what is in hand is never taken away in the same round


@given(st.lists(st.sets(st.sampled_from("abcdefg"), min_size=1), min_size=1, max_size=8), st.integers(1, 3))
def test_whoever_comes_and_goes_the_group_comes_to_equal_shares_in_two_rounds(
    changes: list[set[str]], topics: int
) -> None:
    names = [f"topic-{number}" for number in range(topics)]
    held: Holdings = {}
    for members in changes:
        held = {member: mine for member, mine in held.items() if member in members}
        held, rounds = settle(members, held, names)
        assert rounds <= 2
        assert sum(len(mine) for mine in held.values()) == PARTITIONS * topics
        for name in names:
            counts = [sum(partition.topic == name for partition in mine) for mine in held.values()]
            assert max(counts) - min(counts) <= 1


def test_a_member_that_joins_moves_no_more_than_its_share() -> None:
    before, _ = settle("abc", {})
    after, _ = settle("abcd", before)
    assert sum(len(before[member] & after[member]) for member in "abc") == PARTITIONS - len(after["d"])


def test_a_member_that_leaves_moves_only_what_it_had() -> None:
    before, _ = settle("abc", {})
    after, _ = settle("ab", {member: before[member] for member in "ab"})
    assert before["a"] <= after["a"]
    assert before["b"] <= after["b"]


def test_members_with_other_topics_get_no_partition_of_topics_they_do_not_read() -> None:
    claims = {"a": Claim(frozenset({"x"}), frozenset()), "b": Claim(frozenset({"x", "y"}), frozenset())}
    shares = share_out({"x": PARTITIONS, "y": PARTITIONS}, claims)
    assert {partition.topic for partition in shares["a"].assigned} == {"x"}
    assert sum(partition.topic == "y" for partition in shares["b"].assigned) == PARTITIONS


class Cluster:
    def partitions_for_topic(self, topic: str) -> set[int]:
        return set(range(PARTITIONS))


def through_the_wire(leader: CooperativeAssignor, members: Mapping[str, CooperativeAssignor]) -> None:
    """One rebalance as aiokafka runs it, with the group protocol's bytes."""
    told: dict[str, Any] = {}
    for member, assignor in members.items():
        metadata = assignor.metadata({"t"})
        decoded = type(metadata).decode(metadata.encode())
        told[member] = SimpleNamespace(subscription=decoded.subscription, user_data=decoded.user_data)
    for member, assignment in leader.assign(Cluster(), told).items():  # type: ignore[arg-type]
        decoded = type(assignment).decode(assignment.encode())
        members[member].on_assignment(decoded)
        assigned = {Partition(*place) for place in decoded.partitions()}
        members[member].held = assigned - members[member].give_back


def test_a_member_hears_what_to_give_back_and_its_claim_counts_until_it_has() -> None:
    first, second = CooperativeAssignor(), CooperativeAssignor()
    through_the_wire(first, {"1": first})
    assert len(first.held) == PARTITIONS
    through_the_wire(first, {"1": first, "2": second})
    assert len(first.give_back) == PARTITIONS // 2
    assert second.held == set()
    through_the_wire(first, {"1": first, "2": second})
    assert len(second.held) == PARTITIONS // 2
    assert not first.held & second.held


def test_a_member_that_was_given_up_meanwhile_claims_nothing() -> None:
    first, second = CooperativeAssignor(), CooperativeAssignor()
    through_the_wire(first, {"1": first})
    through_the_wire(second, {"2": second})  # the group believes the first one dead
    through_the_wire(second, {"2": second, "3": first})
    assert first.is_new
    assert first.held == set()
    assert len(second.held) == PARTITIONS // 2
