"""Who wants the same goes one after the other, and never waits for long: the database guards what follows."""

from __future__ import annotations

import asyncio

import pytest

from booking_api import turns
from booking_api.turns import Turns


class Work:
    """What is done in a turn; notes how many are at it at once, and who had to wait."""

    def __init__(self) -> None:
        self.turns, self.at_once, self.most, self.waited = Turns(), 0, 0, []

    async def do(self, wanted: str) -> None:
        async with self.turns.turn(wanted) as has_waited:
            self.waited.append(has_waited)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            await asyncio.sleep(0)
            self.at_once -= 1


async def test_who_wants_the_same_waits_and_knows_it() -> None:
    work = Work()
    await asyncio.gather(*(work.do("monday") for _ in range(5)))
    assert (work.most, work.waited) == (1, [False, True, True, True, True])
    await work.do("monday")
    assert work.waited[-1] is False


async def test_who_wants_something_else_does_not_wait() -> None:
    work = Work()
    await asyncio.gather(work.do("monday"), work.do("tuesday"))
    assert (work.most, work.waited) == (2, [False, False])


async def test_a_turn_that_fails_is_over() -> None:
    work = Work()
    with pytest.raises(ConnectionError):
        async with work.turns.turn("monday"):
            raise ConnectionError
    await asyncio.wait_for(work.do("monday"), 5)
    assert work.waited == [False]


async def test_who_has_waited_long_goes_on_without_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_MOST_SECONDS", 0.01)
    work = Work()
    async with work.turns.turn("monday"):
        await asyncio.wait_for(work.do("monday"), 5)
    assert work.waited == [True]
