"""Files that leave: kept ones with an answer or a notice, and papers that are made after the answer."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from bot.app import City, demo_time
from bot.clock import MovableClock
from jobs.papers import Desk, Maker
from storage import attachments, console_lines, outbox, papers
from storage.papers import File
from storage.tables import paper
from tests.conftest import START, demo_config

_PICTURE = b"\x89PNG picture"


@pytest.fixture
async def city(demo_url: str) -> AsyncIterator[City]:
    """The demo city, its parts worked by hand."""
    city = City(demo_config(demo_url), clock=MovableClock(demo_time(START)))
    yield city
    city.close()


async def order(city: City, kind: str, **of: Any) -> None:
    now = city.clock.now()
    await city.db.write(
        lambda tx: papers.order(tx, kind, of, now, text="图做好了：", channel="console", account="liaison-21")
    )


async def seen(city: City, account: str = "", group: str = "") -> list[tuple[str, list[str]]]:
    """What was written there: the text and the names of the files."""
    return await city.db.read(
        lambda tx: [
            (row.text, [one["name"] for one in attachments.named(tx, row.attachments)])
            for row in console_lines.seen_by(tx, account=account, group=group)
        ]
    )


def picture_of(values: str) -> Sequence[File]:
    return [File(f"{values}.png", _PICTURE)]


def gather(desk: Desk, of: Mapping[str, Any]) -> str:
    return f"{of['what']}{len(desk.directory.projects)}"


async def test_what_was_ordered_is_made_and_sent_to_who_asked(city: City) -> None:
    then: list[Sequence[str]] = []
    city.making.makers = {"picture": Maker(gather, picture_of, lambda _desk, _of, ids: then.append(ids))}
    await order(city, "picture", what="图")
    await city.settle()
    await city.settle()
    assert await seen(city, "liaison-21") == [("图做好了：", ["图30.png"])]
    assert len(then) == 1, "what follows happens once"
    body = await city.db.read(lambda tx: attachments.body_of(tx, then[0][0]).body)
    assert body == _PICTURE


async def test_messages_are_handled_while_something_is_made(city: City) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(values: str) -> Sequence[File]:
        begun.set()
        assert go_on.wait(10)
        return picture_of(values)

    city.making.makers = {"picture": Maker(gather, slow)}
    await order(city, "picture", what="图")
    making = asyncio.create_task(city.making.drain())
    await asyncio.to_thread(begun.wait, 10)
    now = city.clock.now()
    await city.db.write(
        lambda tx: outbox.put_message(
            tx, channel="console", account="liaison-21", text="您好", urgency="reply", at=now
        )
    )
    await city.delivery.drain()
    assert await seen(city, "liaison-21") == [("您好", [])]
    go_on.set()
    assert await making == 1


async def test_what_cant_be_made_is_said_and_holds_up_nothing_else(city: City) -> None:
    def fails(_values: str) -> Sequence[File]:
        raise ValueError("no such font")

    city.making.makers = {"bad": Maker(gather, fails), "picture": Maker(gather, picture_of)}
    await order(city, "bad", what="坏")
    await order(city, "picture", what="图")
    await city.settle()
    assert [files for _, files in await seen(city, "liaison-21")] == [["图30.png"]]
    for _ in range(2):  # its pauses are over
        await city.db.write(papers.free)
        await city.settle()
    text, files = (await seen(city, "liaison-21"))[-1]
    assert "没有做成" in text and not files
    assert not await city.db.read(papers.waits), "it is given up"


async def test_a_paper_that_kills_the_process_is_given_up(city: City) -> None:
    city.making.makers = {"picture": Maker(gather, picture_of)}
    await order(city, "picture", what="图")
    await city.db.write(lambda tx: tx.execute(paper.update().values(tries=3)))
    await city.settle()
    assert "没有做成" in (await seen(city, "liaison-21"))[-1][0]


async def test_a_notice_takes_its_files_along_to_a_person_and_to_a_group(city: City) -> None:
    now = city.clock.now()

    def tell(tx: Any) -> None:
        file_id = attachments.keep(tx, name="通报.docx", media_type="application/x", body=b"1", at=now)
        directory = city.directory.get(tx)
        contact = directory.person_of("console", "contact-swj")
        group = next(one for one in directory.groups.values() if one.key == "city")
        assert contact is not None
        for key, reader in (("p", {"person_id": contact.id}), ("g", {"group_id": group.id})):
            outbox.add(
                tx, outbox.Notice(key, "bulletin", "event", "本月通报", **reader, attachments=(file_id,)), now
            )

    await city.db.write(tell)
    await city.settle()
    assert (await seen(city, "contact-swj"))[-1][1] == ["通报.docx"]
    assert ("本月通报", ["通报.docx"]) in await seen(city, group="city")


async def test_a_channel_that_takes_no_files_still_brings_the_words(city: City) -> None:
    opened: Any = city.channels["console"]
    opened.no_files = "这个平台不能发文件"
    now = city.clock.now()

    def tell(tx: Any) -> None:
        file_id = attachments.keep(tx, name="通报.docx", media_type="application/x", body=b"1", at=now)
        outbox.put_message(
            tx,
            channel="console",
            account="office-1",
            text="本月通报",
            urgency="event",
            at=now,
            attachments=[file_id],
        )

    await city.db.write(tell)
    await city.settle()
    text, files = (await seen(city, "office-1"))[-1]
    assert text.startswith("本月通报") and "不能发文件" in text and not files
