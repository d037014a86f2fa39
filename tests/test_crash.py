"""Nothing is lost and nothing happens twice, whenever the process is killed. The real process, over HTTP."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

SEED = int(os.environ.get("CRASH_SEED", "20250915"))
MESSAGES = 300
KILLS = 10
_START_SECONDS = 60
_HERE = Path(__file__).resolve().parent.parent


@dataclass
class Bot:
    """The demo as a process of its own, and what its users see."""

    data: Path
    http: aiohttp.ClientSession
    port: int = 0
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with (self.data / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.cli", "demo"),
                *("--port", str(self.port), "--data", str(self.data)),
                cwd=_HERE,
                stdout=log,
                stderr=log,
            )
        for _ in range(_START_SECONDS * 20):
            assert self.process.returncode is None, (self.data / "log.txt").read_text("utf-8")
            with contextlib.suppress(aiohttp.ClientError, OSError):
                async with self.http.get(self.url("/readyz")) as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.05)
        raise AssertionError("the bot did not start")

    async def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def send(self, message: dict[str, str]) -> int | None:
        """The status of the answer; None if there was none."""
        try:
            async with self.http.post(self.url("/console/api/messages"), json=message) as response:
                return response.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None

    async def lines(self, account: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = 0
        while True:
            params = {"account": account, "after": str(after)}
            async with self.http.get(self.url("/console/api/messages"), params=params) as response:
                page = await response.json()
            if not page:
                return found
            found += page
            after = page[-1]["seq"]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.data / "xiaohao.db")) as connection:
            return connection.execute(statement).fetchall()


@dataclass
class Sender:
    """One person who writes his messages one after the other, each again until he hears 202."""

    account: str
    messages: list[dict[str, str]]

    async def write_all(self, bot: Bot, accepted: "asyncio.Queue[str]") -> None:
        for message in self.messages:
            while (status := await bot.send(message)) != 202:
                assert status is None, f"{status} for {message}"
                await asyncio.sleep(0.05)
            accepted.put_nowait(message["id"])

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]


def what_people_write() -> list[Sender]:
    """300 messages: reports, blockers and small talk of four liaisons, what the office and a contact do."""
    of_liaison = (
        "今年累计完成{sum}万元",
        "卡在{n}号桥供水管迁改，请市水务局9月30日前解决",
        "第{n}次请教，这个怎么弄呀",
    )
    of_office = ("1号交办市水务局", "2号交办市水务局", "3号交办市水务局", "4号交办市水务局", "哪些超期了")
    of_contact = ("1号收到", "2号第{n}次进展：管线已探明", "3号周工负责，22日前完成", "我的问题")
    writers = {
        **{f"liaison-{number}": of_liaison for number in (12, 16, 23, 25)},
        **{"office-1": of_office, "office-2": of_office[::-1], "contact-swj": of_contact},
    }
    senders = [Sender(account, []) for account in writers]
    for n in range(MESSAGES):
        one = senders[n % len(senders)]
        texts = writers[one.account]
        text = texts[len(one.messages) % len(texts)].format(n=n, sum=1000 + n)
        one.messages.append({"id": f"m{n}", "from": one.account, "text": text})
    return senders


async def kill_and_start_again(bot: Bot, accepted: "asyncio.Queue[str]", chance: random.Random) -> None:
    """Kill the bot while messages come, and then twice more in the middle of its start."""
    heard = 0
    for threshold in sorted(chance.sample(range(5, MESSAGES - 20), KILLS)):
        while heard < threshold:
            await accepted.get()
            heard += 1
        await asyncio.sleep(chance.random() * 0.05)
        await bot.kill()
        await bot.start()
    for _ in range(2):
        await bot.kill()
        starting = asyncio.create_task(bot.start())
        await asyncio.sleep(chance.random() * 2)
        starting.cancel()
        await asyncio.wait([starting])
        await bot.kill()
        await bot.start()


async def test_nothing_is_lost_and_nothing_happens_twice_when_the_process_is_killed(tmp_path: Path) -> None:
    print("seed", SEED)
    chance = random.Random(SEED)
    senders = what_people_write()
    accepted: asyncio.Queue[str] = asyncio.Queue()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
        bot = Bot(tmp_path, http)
        try:
            await bot.start()
            async with asyncio.TaskGroup() as group:
                for sender in senders:
                    group.create_task(sender.write_all(bot, accepted))
                group.create_task(kill_and_start_again(bot, accepted, chance))
            await all_is_done(bot)
            await each_message_once_and_in_order(bot, senders)
            await each_answered_once_and_in_order(bot, senders)
            what_they_caused_happened_once(bot)
            await said_again_they_change_nothing(bot, senders)
        finally:
            await bot.kill()


async def all_is_done(bot: Bot) -> None:
    """Nothing waits to be handled or sent."""
    for _ in range(600):
        waiting = bot.rows("SELECT count(*) FROM inbox WHERE state = 'waiting'")[0][0]
        unsent = bot.rows("SELECT count(*) FROM message WHERE state = 'waiting'")[0][0]
        notices = bot.rows("SELECT count(*) FROM notice WHERE state = 'waiting'")[0][0]
        if not (waiting or unsent or notices):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{waiting} not handled, {unsent} not sent, {notices} not told")


async def each_message_once_and_in_order(bot: Bot, senders: list[Sender]) -> None:
    assert bot.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("handled", MESSAGES)]
    for sender in senders:
        said = [line["text"] for line in await bot.lines(sender.account) if line["from"] == sender.account]
        assert said == sender.texts
        handled = bot.rows(f"SELECT text FROM inbox WHERE account = '{sender.account}' ORDER BY id")
        assert [text for (text,) in handled] == sender.texts


async def each_answered_once_and_in_order(bot: Bot, senders: list[Sender]) -> None:
    replies = bot.rows("SELECT inbox_id, count(*) FROM message WHERE urgency = 'reply' GROUP BY inbox_id")
    assert len(replies) == MESSAGES
    assert {count for _, count in replies} == {1}
    # What the bot sent is what people see, each line once.
    assert bot.rows("SELECT uuid FROM message ORDER BY uuid") == bot.rows(
        "SELECT uuid FROM console_line WHERE sender = 'bot' ORDER BY uuid"
    )
    for sender in senders:
        answered = bot.rows(
            "SELECT m.inbox_id FROM console_line c JOIN message m ON m.uuid = c.uuid"
            f" WHERE c.account = '{sender.account}' AND m.urgency = 'reply' ORDER BY c.seq"
        )
        assert answered == sorted(answered)
        assert len(answered) == len(sender.messages)


def what_they_caused_happened_once(bot: Bot) -> None:
    def times(table: str, words: str) -> Counter[int]:
        """How many messages with those words caused how many rows."""
        return Counter(
            count
            for (count,) in bot.rows(
                f"SELECT (SELECT count(*) FROM {table} t WHERE t.inbox_id = i.id) FROM inbox i"
                f" WHERE i.text LIKE '{words}'"
            )
        )

    assert set(times("progress_report", "今年累计%")) == {1}
    assert set(times("ticket_step", "卡在%")) == {1}
    assert bot.rows("SELECT number FROM ticket ORDER BY number") == [(1,), (2,), (3,), (4,)]
    for number in (1, 2, 3, 4):
        assert times("ticket_step", f"{number}号交办%")[1] == 1
    assert set(times("ticket_step", "%次进展%")) <= {0, 1}
    told = bot.rows("SELECT kind, person_id, ticket_id, inbox_id, line FROM notice")
    assert told and len(told) == len(set(told))


async def said_again_they_change_nothing(bot: Bot, senders: list[Sender]) -> None:
    tables = ("inbox", "message", "notice", "console_line", "ticket_step", "progress_report")
    before = [bot.rows(f"SELECT count(*) FROM {table}") for table in tables]
    for sender in senders:
        for message in sender.messages[::10]:
            assert await bot.send(message) == 202
            assert await bot.send({**message, "text": message["text"] + "！"}) == 409
            assert await bot.send({**message, "from": "liaison-1"}) == 409
    await all_is_done(bot)
    assert [bot.rows(f"SELECT count(*) FROM {table}") for table in tables] == before
