"""What goes wrong stays small: a message that can't be handled, days when the process was down, a clock set back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.acts import Progress
from bot.answering import Answering
from bot.app import City, demo_time
from bot.channel import Incoming, Key
from bot.clock import MovableClock
from bot.intake import LATER, Intake
from bot.routing import Reply, Router, Turn
from handlers.bind import meet_stranger
from storage import console_lines, inbox
from storage.tables import console_line, deadline, message, rung
from storage.tables import inbox as inbox_table
from tests.conftest import START, Databases, demo_config, fill_demo

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@asynccontextmanager
async def opened(url: str, at: str | datetime = START) -> AsyncIterator[City]:
    """The demo city at that moment, by itself: nothing happens but what the test lets happen."""
    city = City(demo_config(url), clock=MovableClock(demo_time(at) if isinstance(at, str) else at))
    yield city
    await asyncio.to_thread(city.close)


async def write(city: City, account: str, text: str) -> int:
    key = Key("console", f"{account} {text} {city.clock.now()}", "")
    return (await city.intake.accept(Incoming("console", account, text, (key,))))[0]


async def lines_of(city: City, account: str) -> list[str]:
    rows = await city.db.read(lambda tx: console_lines.seen_by(tx, account=account))
    return [row.text for row in rows if row.sender == "bot"]


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Let real time pass until it is so."""
    for _ in range(300):
        if await true():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("that did not happen")


# ---- a message that can't be handled ------------------------------------------------------------


@pytest.fixture
async def broken(demo_url: str) -> AsyncIterator[City]:
    """A city in which reports of progress meet a bug."""
    handlers = Router()

    @handlers.on(Progress)
    def fail(act: Progress, turn: Turn) -> Reply:
        raise ZeroDivisionError

    async with opened(demo_url) as city:
        answering = Answering(handlers, city.directory, city.rules, meet_stranger)
        city.intake = Intake(city.db, city.clock, answering, ())
        yield city


async def test_a_message_that_always_fails_is_set_aside_and_people_are_told(broken: City) -> None:
    bad = await write(broken, "liaison-12", "今年累计完成1010万元")

    async def is_set_aside() -> bool:
        await broken.settle()
        state = await broken.db.read(
            lambda tx: tx.execute(select(inbox_table.c.state).where(inbox_table.c.id == bad)).scalar()
        )
        return bool(state == inbox.SET_ASIDE)

    await until(is_set_aside)
    await broken.settle()
    assert await lines_of(broken, "liaison-12") == [LATER]
    assert LATER.startswith("已收到，稍后回复您")
    told = [line for line in await lines_of(broken, "office-1") if "今年累计完成1010万元" in line]
    assert len(told) == 1
    assert "请人工处理" in told[0]
    assert await broken.intake.drain() == 0


async def test_a_message_that_always_fails_holds_up_neither_others_nor_its_sender(broken: City) -> None:
    await write(broken, "liaison-12", "今年累计完成1010万元")
    await write(broken, "liaison-12", "这个怎么弄呀")
    await write(broken, "liaison-16", "这个怎么弄呀")
    await broken.settle()
    assert len(await lines_of(broken, "liaison-16")) == 1
    assert await lines_of(broken, "liaison-12") == []

    async def has_both() -> bool:
        await broken.settle()
        return len(await lines_of(broken, "liaison-12")) == 2

    await until(has_both)
    first, second = await lines_of(broken, "liaison-12")
    assert first == LATER
    assert second != LATER


async def test_a_message_that_kills_the_process_is_set_aside_after_nine_starts(demo_url: str) -> None:
    """The attempt is counted before the handling, so a crash counts too."""
    for attempt in range(inbox.DEATHS + 1):
        async with opened(demo_url) as city:
            if attempt == 0:
                await write(city, "liaison-12", "今年累计完成1010万元")
            if attempt < inbox.DEATHS:
                # Claimed, and then the process dies.
                claimed = await city.db.write(lambda tx: inbox.claim(tx, datetime.now(UTC), 10))
                assert [number for _, number in claimed] == [attempt + 1]
            else:
                await city.settle()
                assert await lines_of(city, "liaison-12") == [LATER]


# ---- days when the process was down -------------------------------------------------------------

BLOCKERS = (
    ("liaison-12", "卡在供水管迁改，请市水务局9月30日前解决"),
    ("liaison-16", "卡在供水管迁改，请市水务局9月30日前解决"),
    ("liaison-23", "卡在供水管迁改，请市水务局9月30日前解决"),
)


async def busy_morning(city: City) -> None:
    """Three tickets are dispatched to the waterworks, and nobody there answers."""
    for account, text in BLOCKERS:
        await write(city, account, text)
    await city.settle()
    await write(city, "office-1", "1、2、3号交办市水务局")
    await city.settle()


async def steps_taken(city: City) -> set[tuple[int, str, str]]:
    """What the ladders have come to: (ticket, limit, rung)."""
    rows = select(deadline.c.ticket_id, deadline.c.kind, rung.c.name).join_from(rung, deadline)
    return {(r.ticket_id, r.kind, r.name) for r in await city.db.read(lambda tx: tx.execute(rows).all())}


async def test_after_three_days_down_each_person_gets_one_message_and_not_a_storm(demo_url: str) -> None:
    async with opened(demo_url) as city:
        await busy_morning(city)
        before = await city.db.read(lambda tx: console_lines.last_seq(tx))
    async with opened(demo_url, "2025-09-18 09:30") as city:
        await city.settle()
        rows = await city.db.read(
            lambda tx: tx.execute(select(console_line).where(console_line.c.seq > before)).all()
        )
        readers = [(row.account, row.group_key) for row in rows]
        assert ("contact-swj", "") in readers
        assert len(readers) == len(set(readers)), [(row.account, row.text) for row in rows]
        to_contact = next(row.text for row in rows if row.account == "contact-swj")
        assert all(f"{number}号" in to_contact for number in (1, 2, 3))
        await city.settle()
        assert await city.db.read(console_lines.last_seq) == rows[-1].seq


async def test_after_three_days_down_no_step_is_lost(databases: Databases) -> None:
    """Three weeks later the ladders have come as far as those of a city that never was down."""
    url, other_url = (databases.make("demo", fill_demo) for _ in range(2))
    async with opened(url) as city:
        await busy_morning(city)
    async with opened(url, "2025-09-18 09:30") as city:
        await city.settle()
        await city.mover.advance(lambda now, due: demo_time(START) + 25 * DAY)
        taken = await steps_taken(city)
    async with opened(other_url) as city:
        await busy_morning(city)
        await city.mover.advance(lambda now, due: demo_time(START) + 25 * DAY)
        assert await steps_taken(city) == taken


# ---- a clock that goes wrong ----------------------------------------------------------------------


class WrongClock:
    """A machine's clock that somebody sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


async def test_a_clock_set_back_and_forward_an_hour_says_nothing_twice(demo_url: str) -> None:
    clock = WrongClock(demo_time(START))
    city = City(demo_config(demo_url), clock=clock)
    await busy_morning(city)
    for hours in (8, 7, 8, 30, 29, 31, 30, 100, 99, 101):
        clock.at = demo_time(START) + hours * HOUR
        await city.settle()
    texts = await city.db.read(lambda tx: tx.execute(select(message.c.account, message.c.text)).all())
    reminders = [tuple(row) for row in texts if row.account == "contact-swj"]
    assert len(reminders) > 2
    assert len(reminders) == len(set(reminders))
    assert {number for number, _, _ in await steps_taken(city)} == {1, 2, 3}
    await asyncio.to_thread(city.close)


async def test_messages_are_answered_while_the_citys_clock_stands_wrong(demo_url: str) -> None:
    clock = WrongClock(demo_time(START))
    city = City(demo_config(demo_url), clock=clock)
    for n, hours in enumerate((0, -1, 1)):
        clock.at = demo_time(START) + hours * HOUR
        await write(city, "liaison-12", f"今年累计完成{1000 + n}万元")
        await city.settle()
    assert [line[:3] for line in await lines_of(city, "liaison-12")] == ["记下了"] * 3
    await asyncio.to_thread(city.close)


async def test_the_ticks_go_on_when_the_machines_clock_was_set_back(demo_url: str) -> None:
    """To the scheduler a clock set back looks like a next tick that is far ahead."""
    async with opened(demo_url) as city:
        schedule = city.schedule
        schedule.start()
        (tick,) = schedule.scheduler.get_jobs()
        tick.modify(next_run_time=datetime.now(UTC) + HOUR)
        schedule.look_at_the_clock()
        (tick,) = schedule.scheduler.get_jobs()
        assert tick.next_run_time <= datetime.now(UTC) + timedelta(seconds=1)
        schedule.stop()
