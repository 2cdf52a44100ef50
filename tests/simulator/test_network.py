"""Bad networks lose, double and reorder as they were told, the same way for the same seed."""

from collections import Counter

import pytest

from simulator.network import BadLine, NetworkQuality


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def through(line: BadLine[int], count: int, clock: Clock) -> list[int]:
    out = [copy for message in range(count) for copy in line.pass_on(message)]
    clock.now += 10
    return out + line.overdue()


def line(quality: NetworkQuality, seed: str = "7") -> tuple[BadLine[int], Clock]:
    clock = Clock()
    return BadLine(quality, seed, clock), clock


def test_a_good_network_passes_everything_on_in_order() -> None:
    assert NetworkQuality().is_good
    good, clock = line(NetworkQuality())
    assert through(good, 100, clock) == list(range(100))


def test_a_share_is_dropped_and_nothing_else() -> None:
    bad, clock = line(NetworkQuality(drop=0.2))
    out = through(bad, 5_000, clock)
    assert out == sorted(set(out))
    assert len(out) == 5_000 - bad.dropped
    assert 850 < bad.dropped < 1_150


def test_a_share_comes_twice_and_nothing_is_lost() -> None:
    bad, clock = line(NetworkQuality(repeat=0.1))
    counts = Counter(through(bad, 5_000, clock))
    assert set(counts) == set(range(5_000))
    assert Counter(counts.values()) == {1: 5_000 - bad.repeated, 2: bad.repeated}
    assert 400 < bad.repeated < 600


def test_a_share_is_overtaken_by_as_many_as_asked_and_nothing_is_lost() -> None:
    bad, clock = line(NetworkQuality(reorder=0.05, overtaken_by=3))
    out = through(bad, 5_000, clock)
    assert sorted(out) == list(range(5_000))
    places = {message: place for place, message in enumerate(out)}
    late = [
        message
        for message in range(4_900)
        if sum(places[m] < places[message] for m in range(message + 1, message + 30)) >= 3
    ]
    assert len(late) == pytest.approx(bad.reordered, abs=5)
    assert 190 < bad.reordered < 310


def test_a_held_message_is_released_in_time_when_nothing_follows() -> None:
    bad, clock = line(NetworkQuality(reorder=1))
    assert bad.pass_on(1) == []
    clock.now = 0.4
    assert bad.overdue() == []
    clock.now = 0.6
    assert bad.overdue() == [1]
    assert bad.overdue() == []


def test_the_same_seed_gives_the_same_fates_and_another_seed_others() -> None:
    quality = NetworkQuality(drop=0.1, repeat=0.1, reorder=0.1)
    runs = [through(bad, 500, clock) for bad, clock in (line(quality), line(quality), line(quality, "8"))]
    assert runs[0] == runs[1] != runs[2]


@pytest.mark.parametrize(
    "members", [{"drop": 1.5}, {"repeat": -0.1}, {"offline": ((5.0, 5.0),)}, {"offline": ((-1.0, 5.0),)}]
)
def test_shares_and_windows_that_make_no_sense_are_refused(members: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"share|window"):
        NetworkQuality(**members)  # type: ignore[arg-type]
