"""Those who ask at the same moment share a look; nobody is told what was seen before they asked."""

from __future__ import annotations

import asyncio

from booking_api.shared_look import SharedLook


class Watched:
    """Something that changes while it is looked at; a look waits until it may go on."""

    def __init__(self) -> None:
        self.look, self.now, self.seen, self.looks = SharedLook(), 0, 0, 0
        self.may_go_on = asyncio.Event()
        self.failing: int | None = None  # the look that does

    async def ask(self) -> int:
        async with self.look.turn() as mine:
            if mine:
                self.looks += 1
                seen = self.now
                await self.may_go_on.wait()
                if self.looks == self.failing:
                    raise ConnectionError
                self.seen = seen
            return self.seen


async def asking(watched: Watched, count: int) -> list[asyncio.Task[int]]:
    asked = [asyncio.create_task(watched.ask()) for _ in range(count)]
    await asyncio.sleep(0)
    return asked


async def test_who_comes_during_a_look_waits_for_the_next_and_shares_it() -> None:
    watched = Watched()
    first = await asking(watched, 1)
    watched.now = 7
    later = await asking(watched, 20)
    watched.may_go_on.set()
    assert await asyncio.gather(*first, *later) == [0] + 20 * [7]
    assert watched.looks == 2


async def test_each_who_comes_when_the_others_have_gone_looks() -> None:
    watched = Watched()
    watched.may_go_on.set()
    for number in range(3):
        watched.now = number
        assert await watched.ask() == number
    assert watched.looks == 3


async def test_a_look_that_fails_counts_for_nobody() -> None:
    watched = Watched()
    first = await asking(watched, 1)
    later = await asking(watched, 3)
    watched.now, watched.failing = 7, 2
    watched.may_go_on.set()
    told = await asyncio.gather(*first, *later, return_exceptions=True)
    assert isinstance(told[1], ConnectionError)
    assert [told[0], *told[2:]] == [0, 7, 7]
    assert watched.looks == 3
