"""The office's desk in a browser: the same handlers as the chat, each line by itself, nothing twice."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient

from storage import links, tickets
from tests.stories.conftest import Story, Tell


class Fields(HTMLParser):
    """The fields of the form that has the batch: name → value, as a browser would send them untouched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._form = self._in = False
        self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "form":
            self._form = "batch" in (given.get("class") or "")
        if not self._form or not given.get("name"):
            return
        if tag == "input" and given.get("type") != "checkbox":
            self.found[given["name"]] = given.get("value") or ""
        if tag == "textarea":
            self._area = given["name"]
            self.found[self._area] = ""
        if tag == "select":
            self.found[given["name"]] = "明天上午"

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data


class DeskPage:
    """One office person's browser."""

    def __init__(self, story: Story, account: str) -> None:
        self.story = story
        self.account = account
        self.client: TestClient[Any, Any] = TestClient(story.client.server, cookie_jar=CookieJar(unsafe=True))
        self.text = ""

    async def open(self, section: str = "") -> str:
        """By a link like the one that the chat gives."""
        who = self.story.city.db.read_now(self.story.city.directory.get).person_of("console", self.account)
        assert who is not None
        now, lasts = datetime.now(UTC), timedelta(hours=1)
        token = self.story.city.db.write_now(
            lambda tx: links.make(tx, who.id, links.DESK, "/desk", now, lasts)
        )
        await self._get(f"/l/{token}")
        return await self.see(section) if section else self.text

    async def see(self, section: str) -> str:
        return await self._get(f"/desk?s={section}")

    async def press(self, do: str, *ticked: str, **fields: str) -> list[str]:
        """A button of the form; what the page then says was done."""
        form = Fields(self.text).found | {f"pick-{one}": "on" for one in ticked} | fields | {"do": do}
        self.sent = form
        return await self.send(form)

    async def send(self, form: dict[str, str]) -> list[str]:
        answer = await self.client.post("/desk", data=form)
        self.status = answer.status
        self.text = unescape(await answer.text())
        await self.story.city.settle()
        return self.done()

    def done(self) -> list[str]:
        part = re.search(r'data-testid="done">(.*?)</section>', self.text, re.DOTALL)
        return (
            [" ".join(one.split()) for one in re.findall(r"<li>(.*?)</li>", part[1], re.DOTALL)]
            if part
            else []
        )

    def entries(self) -> list[str]:
        return re.findall(r"<span><b>(.*?)</b>", self.text)

    async def _get(self, address: str) -> str:
        answer = await self.client.get(address)
        self.status = answer.status
        self.text = unescape(await answer.text())
        return self.text


@pytest.fixture
async def desk(story: Story) -> Any:
    opened: list[DeskPage] = []

    async def begin(account: str = "office-1", section: str = "") -> DeskPage:
        page = DeskPage(story, account)
        opened.append(page)
        await page.open(section)
        return page

    yield begin
    for page in opened:
        await page.client.session.close()


async def reported(story: Story, *more: str) -> list[int]:
    texts = (
        "342改线卡在供水管迁改，请市水务局9月30日前解决",
        "342改线缺8台摊铺机，请市交通局协调",
        "342改线施工用电没接通，请国网运城供电公司解决",
    )
    return [await story.reported(text) for text in texts]


async def test_25_ticked_together_each_line_says_what_happened(story: Story, desk: Any) -> None:
    first, second, third = await reported(story)
    page = await desk()
    assert page.entries() == [f"{first}号", f"{second}号", f"{third}号"]
    lines = await page.press("verify", f"{first}号", f"{third}号")
    assert [line[:2] for line in lines] == [f"{first}号", f"{third}号"] and all(
        "列入台账" in line for line in lines
    )
    assert [story.state(one) for one in (first, second, third)] == ["待交办", "待核实", "待交办"]
    assert "已核实、列入台账" in "\n".join(await story.reads("liaison-21")), "the same notices as by the chat"
    steps = story.city.db.read_now(lambda tx: tickets.steps_of(tx, story.ticket(first).id))
    assert steps[-1].words == f"{first}号核实列入" and steps[-1].person_id is not None


async def test_25_pressed_twice_is_done_once(story: Story, desk: Any) -> None:
    (first, *_) = await reported(story)
    page = await desk()
    once = await page.press("verify:1号")
    again = await page.send(page.sent)
    assert once == again
    steps = story.city.db.read_now(lambda tx: tickets.steps_of(tx, story.ticket(first).id))
    assert [step.kind for step in steps].count("verify") == 1


async def test_25_the_second_of_two_reads_what_the_first_did(story: Story, desk: Any) -> None:
    (first, *_) = await reported(story)
    one, other = await desk("office-1"), await desk("office-2")
    await one.press("dispatch:1号", **{"lead-1号": "市水务局"})
    assert story.state(first) == "已交办"
    said = await other.press("dispatch:1号", **{"lead-1号": "市住建局"})
    assert "已经有人办了" in said[0]
    assert story.ticket(first).lead_id == next(
        unit.id
        for unit in story.city.db.read_now(story.city.directory.get).units.values()
        if unit.name == "市水务局"
    )


async def test_25_what_moved_on_the_same_desk_is_not_done_over(story: Story, desk: Any) -> None:
    (first, *_) = await reported(story)
    one = await desk("office-1")
    await story.says("office-2", f"{first}号核实列入")  # it lies under 待交办 now
    said = await one.press("verify:1号")
    assert "吕秀英" in said[0] and "没有再办" in said[0] and "待交办" in said[0]


async def test_25_dispatched_with_helpers_and_a_day(story: Story, desk: Any) -> None:
    (first, *_) = await reported(story)
    await story.says("office-1", f"{first}号核实列入")
    page = await desk("office-1", "dispatch")
    assert 'value="市水务局"' in page.text, "the unit that was asked for is proposed"
    fields = {"lead-1号": "市水务局", "assist-1号": "市住建局、市交通局", "due-1号": "2025-09-20"}
    said = await page.press("dispatch", "1号", **fields)
    assert "已交办市水务局" in said[0] and "20日办结" in said[0]
    assert len(story.ticket(first).assisting_ids) == 2


async def test_25_a_reason_is_asked_for_and_the_ticks_stay(story: Story, desk: Any) -> None:
    first, second, _ = await reported(story)
    page = await desk()
    assert await page.press("decline", f"{first}号", f"{second}号") == []
    assert page.status == 422 and "请先写明理由" in page.text and page.text.count(" checked") == 2
    said = await page.press("decline", f"{first}号", f"{second}号", reason="企业自行解决")
    assert all("不列入台账" in line for line in said) and len(said) == 2
    assert [story.state(one) for one in (first, second)] == ["不列入", "不列入"]


async def test_25_put_off_on_the_page_and_taken_back(story: Story, desk: Any) -> None:
    first, second, _ = await reported(story)
    page = await desk()
    said = await page.press("put_off", f"{first}号", when="明天上午")
    assert "16日08:00" in said[0] and f"{first}号" not in page.entries()
    assert "放到以后再看的 1 件" in page.text
    undone = await page.send({**page.sent, "do": "undo", "once": "again", "_token": page.sent["_token"]})
    assert "现在仍在工作台上" in undone[0]
    assert f"{first}号" in page.entries() and f"{second}号" in page.entries()


async def test_25_an_extension_and_an_end_are_answered(story: Story, desk: Any) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.says("contact-swj", f"{number}号申请延期到26日，原因：连续降雨")
    page = await desk("office-1", "answer")
    assert "申请延期到9月26日：连续降雨" in page.text
    assert "同意延期到9月26日" in (await page.press("agree:1号"))[0]
    await story.says("contact-swj", f"{number}号已迁完，申请销号")
    await page.see("confirm")
    assert "已销号" in (await page.press("strike_off:1号"))[0]
    assert story.state(number) == "已销号"


async def test_25_people_and_messages(story: Story, desk: Any) -> None:
    await story.says("nobody", "我是市水务局的韩立民")
    await story.says("liaison-24", "那个3号楼的事情跟上回说的差不多吧")
    page = await desk("office-1", "people")
    assert "韩立民（市水务局）" in page.text
    name = page.entries()[0]
    assert "已确认" in (await page.press(f"is_he:{name}"))[0]
    await page.see("messages")
    name = page.entries()[0]
    said = await page.press(f"for_him:{name}", **{f"words-{name}": "本月完成投资300万元"})
    assert "记下了" in said[0] and "300万元" in said[0]
    assert "已处理" in (await page.press(f"settled:{name}"))[0]
    assert page.entries() == []


async def test_25_figures_that_wait_for_their_reporter(story: Story, desk: Any) -> None:
    assert "先核对" in await story.says("liaison-21", "342改线今年累计完成投资900亿元")
    page = await desk("office-1", "figures")
    assert "900亿元" in page.text
    await story.reads("liaison-21")
    assert "已请" in (await page.press(f"ask_again:{page.entries()[0]}"))[0]
    assert any("重点办请您核对" in text for text in await story.reads("liaison-21"))


async def test_25_a_countys_desk_is_its_countys(story: Story, desk: Any) -> None:
    await reported(story)
    assert len((await desk("county-wenxi")).entries()) == 3
    assert (await desk("county-ruicheng")).entries() == []


async def test_25_a_form_from_elsewhere_does_nothing(story: Story, desk: Any) -> None:
    (first, *_) = await reported(story)
    page = await desk()
    for wrong in ({"_token": ""}, {"_token": "x" * 64}):
        await page.send({**Fields(page.text).found, "do": "verify:1号", **wrong} if page.done() == [] else {})
        assert page.status == 404 and "没有受理" in page.text
        await page.see("verify")
    answer = await page.client.post(
        "/desk",
        data=Fields(page.text).found | {"do": "verify:1号"},
        headers={"Origin": "http://evil.example"},
    )
    assert answer.status == 404
    assert story.state(first) == "待核实"


async def test_25_nobody_else_opens_a_desk(story: Story) -> None:
    assert "/l/" not in await story.says("liaison-21", "工作台")
    answer = await story.client.get("/console/open?account=office-1&to=/desk")
    assert answer.status == 401, "a link for looking is none for the desk"


async def test_25_a_county_confirms_the_months_figures_on_its_desk(tell: Tell) -> None:
    story = await tell(regime="yangquan-2025")
    await story.at("2025-09-26 09:00")
    assert "算9月交账" in await story.says("liaison-21", "342改线9月完成投资1800万元，今年累计2.1亿元")
    page = DeskPage(story, "county-wenxi")
    await page.open("accounts")
    (name,) = page.entries()
    assert "今年累计2.1亿元" in page.text
    assert "数已确认" in (await page.press("in_order", name))[0]
    assert page.entries() == []
    await page.client.session.close()
