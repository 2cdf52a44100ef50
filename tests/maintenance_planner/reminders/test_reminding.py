"""Who is reminded of what: each rung once, whoever looks and however often."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from maintenance_planner.reminders import reminding
from maintenance_planner.reminders.channels import DeliveryError, DeliveryRefusedError, InAppChannel
from maintenance_planner.reminders.delivering import IN_HAND, RETRY_AFTER
from maintenance_planner.reminders.ladder import ChannelName
from maintenance_planner.reminders.messages import Message
from maintenance_planner.reminders.quiet_hours import QuietHours
from maintenance_planner.reminders.service import UnknownTimeZoneError
from tests.booking_api.conftest import open_workshop, put
from tests.maintenance_planner.reminders.conftest import NOON, OWNER, Reminded

DAY = timedelta(days=1)
TOLD = "select reminder_id, urgency, texts from planner.reminders order by made_at"
RUNGS = "select rung from planner.reminder_rungs order by rung"


@dataclass
class Kept:
    """A channel of the test: keeps what it is given, or raises what it is told to."""

    name: ChannelName = "email"
    wrong: list[Exception] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    async def send(self, message: Message, now: datetime) -> None:
        self.messages.append(message)
        if self.wrong:
            raise self.wrong.pop(0)


async def test_one_message_tells_all_that_is_open_on_a_car(reminded: Reminded) -> None:
    await reminded.advise(2)
    await reminded.advise(3, NOON + 20 * DAY)
    assert await reminded.look() == 1
    (told,) = await reminded.rows(TOLD)
    assert told["urgency"] == 3
    assert told["texts"]["en"]["title"] == "Your Servicelane Compact needs a workshop soon"
    assert told["texts"]["en"]["lines"] == [
        "Engine oil, at the latest on 2026-05-24",
        "Engine oil, at the latest on 2026-07-03",
    ]
    assert told["texts"]["zh"]["lines"][0] == "机油，最迟 2026-05-24"
    assert await reminded.deliveries() == dict.fromkeys(("in_app", "email", "webhook"), ("waiting", 0))


async def test_looking_again_makes_nothing_and_the_next_rung_makes_one_more(reminded: Reminded) -> None:
    await reminded.advise(2)
    assert [await reminded.look(NOON + hours * timedelta(hours=1)) for hours in range(3)] == [1, 0, 0]
    assert await reminded.look(NOON + 46 * DAY) == 1
    assert [row["rung"] for row in await reminded.rows(RUNGS)] == ["2/14d", "2/opened"]


async def test_two_that_look_at_once_make_one_reminder(reminded: Reminded) -> None:
    for _ in range(5):
        await reminded.advise(3)
    made = await asyncio.gather(*(reminded.look(NOON + timedelta(seconds=second)) for second in range(4)))
    assert sum(made) == 1
    assert len(await reminded.rows(TOLD)) == 1
    assert len(await reminded.rows(RUNGS)) == 5


async def test_who_comes_second_to_a_rung_writes_nothing(reminded: Reminded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read before either has written: the order that a test of the clock cannot make."""
    await reminded.advise(3)
    read = reminding.store.fetch_to_remind

    async def read_then_overtaken(*given: Any) -> Any:
        found = await read(*given)
        monkeypatch.setattr(reminding.store, "fetch_to_remind", read)
        assert await reminded.look(NOON + timedelta(seconds=1)) == 1
        return found

    monkeypatch.setattr(reminding.store, "fetch_to_remind", read_then_overtaken)
    assert await reminded.look() == 0
    assert len(await reminded.rows(TOLD)) == 1
    assert len(await reminded.rows("select 1 from planner.reminder_deliveries")) == 3


async def test_many_cars_are_taken_page_by_page(reminded: Reminded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "BATCH", 1)
    await reminded.advise(3)
    assert await reminded.look() == 1


async def test_what_is_booked_is_not_told_and_once_cancelled_it_is(reminded: Reminded) -> None:
    one = await reminded.advise(3)
    visit: dict[str, Any] = {"booking_id": uuid4(), "workshop_id": "workshop-1", "time_zone": "UTC", "status": "booked"}
    visit |= {"starts_at": NOON + DAY, "ends_at": NOON + DAY + timedelta(hours=1), "work": [], "reasons": []}
    async with reminded.pool.connection() as connection:
        await open_workshop(connection)
        ids = {"vehicle_id": reminded.vehicle_id, "owner_id": OWNER, "recommendation_ids": f"{{{one}}}"}
        await put(connection, "booking.bookings", **ids, **visit)
    assert await reminded.look() == 0
    await reminded.run("update booking.bookings set status = 'cancelled'")
    assert await reminded.look() == 1


async def test_nobody_is_told_of_a_car_that_nobody_owns(reminded: Reminded) -> None:
    await reminded.advise(4)
    await reminded.run("update vehicles.ownerships set until = '2026-01-01'")
    assert await reminded.look() == 0


async def test_who_wants_no_reminders_gets_none_and_is_told_once_they_do(reminded: Reminded) -> None:
    await reminded.advise(4)
    await reminded.choose(channels=())
    assert await reminded.look() == 0
    await reminded.choose(channels=("email",))
    assert await reminded.look(NOON + DAY) == 1
    assert set(await reminded.deliveries()) == {"email"}


async def test_a_channel_that_is_not_there_is_not_waited_for(reminded: Reminded) -> None:
    await reminded.advise(3)
    reminded.configured = ("in_app", "email")
    await reminded.run("update vehicles.owners set contact = '{}'")
    assert await reminded.look() == 1
    assert set(await reminded.deliveries()) == {"in_app"}


async def test_a_zone_that_is_none_is_refused(reminded: Reminded) -> None:
    with pytest.raises(UnknownTimeZoneError, match="Europe/Berlin"):
        await reminded.choose(quiet=QuietHours("Mars/Olympus", NOON.time(), NOON.time()))


async def test_a_message_arrives_once_in_the_language_of_its_owner(reminded: Reminded) -> None:
    await reminded.advise(2)
    await reminded.choose(language="zh")
    await reminded.look()
    mail = Kept()
    assert await reminded.deliver([mail, InAppChannel()]) == 2
    assert await reminded.deliver([mail, InAppChannel()]) == 0
    (sent,) = mail.messages
    assert sent.told.title == "请为您的 Servicelane Compact 安排一次进店"
    assert sent.email == "owner-1@example.org"
    assert await reminded.deliveries() == {"email": ("sent", 1), "in_app": ("sent", 1)}


async def test_two_workers_carry_a_message_once(reminded: Reminded) -> None:
    await reminded.advise(3)
    await reminded.look()
    first_in, let_go = asyncio.Event(), asyncio.Event()

    class Slow(Kept):
        async def send(self, message: Message, now: datetime) -> None:
            self.messages.append(message)
            first_in.set()
            await let_go.wait()

    slow, other = Slow(), Kept()
    first = asyncio.create_task(reminded.deliver([slow]))
    await first_in.wait()
    assert await reminded.deliver([other]) == 0
    let_go.set()
    assert await first == 1
    assert (len(slow.messages), other.messages) == (1, [])


async def test_after_a_crash_it_is_carried_again_under_the_same_id(reminded: Reminded) -> None:
    await reminded.advise(3)
    await reminded.look()
    crashing, after = Kept(wrong=[RuntimeError("the process ends here")]), Kept()
    with pytest.raises(RuntimeError):
        await reminded.deliver([crashing])
    assert await reminded.deliver([after], NOON + IN_HAND - timedelta(seconds=1)) == 0
    assert await reminded.deliver([after], NOON + IN_HAND) == 1
    assert crashing.messages[0].reminder_id == after.messages[0].reminder_id


async def test_what_does_not_arrive_is_tried_later_and_at_last_given_up(reminded: Reminded) -> None:
    await reminded.choose()
    await reminded.advise(3)
    await reminded.look()
    mail, at = Kept(wrong=[DeliveryError("no answer")] * 20), NOON
    for wait in RETRY_AFTER:
        await reminded.deliver([mail], at)
        assert await reminded.deliver([mail], at + wait - timedelta(seconds=1)) == 0
        at += wait
    await reminded.deliver([mail], at)
    assert (await reminded.deliveries())["email"] == ("given_up", len(RETRY_AFTER) + 1)
    assert await reminded.deliver([mail], at + 9 * DAY) == 0
    assert len(mail.messages) == len(RETRY_AFTER) + 1
    assert (await reminded.rows("select detail from planner.reminder_deliveries where channel = 'email'")) == [
        {"detail": "no answer"}
    ]


async def test_what_is_refused_is_not_tried_again(reminded: Reminded) -> None:
    await reminded.advise(3)
    await reminded.look()
    mail = Kept(wrong=[DeliveryRefusedError("no such mailbox")])
    await reminded.deliver([mail])
    assert await reminded.deliver([mail], NOON + 9 * DAY) == 0
    assert (await reminded.deliveries())["email"] == ("given_up", 1)


async def test_quiet_hours_hold_back_everything_but_a_stop(reminded: Reminded) -> None:
    await reminded.choose(
        quiet=QuietHours("Asia/Shanghai", datetime.min.time().replace(21), datetime.min.time().replace(8))
    )
    night = datetime(2026, 5, 4, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai
    await reminded.advise(3)
    await reminded.look(night)
    mail = Kept()
    assert await reminded.deliver([mail], night) == 0
    assert await reminded.deliver([mail], datetime(2026, 5, 4, 23, 59, tzinfo=UTC)) == 0
    await reminded.advise(4)
    await reminded.look(night + timedelta(minutes=1))
    assert await reminded.deliver([mail], night + timedelta(minutes=1)) == 1
    assert await reminded.deliver([mail], datetime(2026, 5, 5, 0, 0, tzinfo=UTC)) == 1
    assert [one.urgency for one in mail.messages] == [4, 3]


async def test_quiet_hours_chosen_meanwhile_count(reminded: Reminded) -> None:
    await reminded.choose()
    await reminded.advise(3)
    await reminded.look()
    await reminded.choose(quiet=QuietHours("UTC", NOON.time(), NOON.time().replace(13)))
    mail = Kept()
    assert await reminded.deliver([mail]) == 0
    assert (await reminded.deliveries())["email"] == ("waiting", 0)
    assert await reminded.deliver([mail], NOON + timedelta(hours=1)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "delete from planner.recommendations",
        "update vehicles.ownerships set until = '2026-01-01'",
        "insert into planner.reminder_preferences values ('owner-1', 'en', 'UTC', '00:00', '00:00', '{}', now())",
    ],
    ids=["done", "sold", "opted out"],
)
async def test_what_is_no_longer_to_be_told_is_withdrawn(reminded: Reminded, change: str) -> None:
    await reminded.advise(3)
    await reminded.look()
    await reminded.run(change)
    mail = Kept()
    assert await reminded.deliver([mail]) == 0
    assert mail.messages == []
    assert (await reminded.deliveries())["email"] == ("withdrawn", 1)
