"""填报链接: who has no account reports on a page; it is booked once, answered there, recorded as his (feature 116)."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import pytest
from aiohttp import CookieJar, FormData
from aiohttp.test_utils import TestClient

from storage import attachments, reports
from tests.stories.conftest import Story, Tell

PHOTO = b"\xff\xd8\xff\xe0" + b"0" * 500


class Form:
    """A phone without the app: a browser that opens the link."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.client: TestClient[Any, Any] = TestClient(story.client.server, cookie_jar=CookieJar(unsafe=True))
        self.text, self.status, self.target = "", 0, ""
        self.sent: dict[str, Any] = {}

    async def open(self, link: str) -> str:
        answer = await self.client.get(link.split(":8080")[1])
        self.target = answer.url.path
        self.status, self.text = answer.status, unescape(await answer.text())
        return self.text

    async def report(self, *, photos: tuple[bytes, ...] = (), **fields: str) -> str:
        """Fill it in and press 报送 (or answer what was asked); the newest answer on the page."""
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.text))
        return await self.send(hidden | fields, photos)

    async def send(self, fields: dict[str, str], photos: tuple[bytes, ...] = ()) -> str:
        self.sent = fields
        data = FormData(fields)
        for place, one in enumerate(photos):
            data.add_field("photo", one, filename=f"{place}.jpg", content_type="image/jpeg")
        answer = await self.client.post(self.target, data=data)
        self.status, self.text = answer.status, unescape(await answer.text())
        await self.story.city.settle()
        return (re.findall(r'<p class="bot">(.*?)</p>', self.text, re.DOTALL) or [""])[-1]


@pytest.fixture
async def story(tell: Tell) -> Story:
    """The demo city with an address by which it is reached from outside."""
    return await tell(public_url="http://city.example:8080")


@pytest.fixture
async def form(story: Story) -> AsyncIterator[Form]:
    opened = Form(story)
    yield opened
    await opened.client.session.close()


async def link_for(story: Story, words: str, by: str = "office-1") -> str:
    said = await story.says(by, words)
    found = re.search(r"http\S+", said)
    assert found is not None, said
    return found[0]


def kept(story: Story, number: int = 21) -> list[reports.Report]:
    project = story.city.db.read_now(story.city.directory.get).project_numbered(number)
    assert project is not None
    return story.city.db.read_now(lambda tx: reports.latest(tx, project.id))


async def test_116_who_has_no_account_reports_on_a_page_and_both_names_stand(
    story: Story, form: Form
) -> None:
    link = await link_for(story, "给342改线的李会计填报链接")
    page = await form.open(link)
    assert form.status == 200 and "/l/" not in form.target and "代刘明亮报" in page
    answer = await form.report(month="1800", year="21000", percent="65", of="2025-9")
    assert "记下了" in answer and "9月投资1800万元" in answer and "今年累计2.1亿元" in answer
    (report,) = kept(story)
    people = story.city.db.read_now(story.city.directory.get).people
    assert people[report.reporter_id].name == "李会计" and report.on_behalf.endswith("刘明亮")
    assert "截至9月今年累计2.1亿元" in report.words


async def test_116_sent_twice_or_reloaded_it_is_booked_once(story: Story, form: Form) -> None:
    await form.open(await link_for(story, "给342改线填报链接"))
    await form.report(month="1800")
    await form.send(form.sent)
    await form.send(form.sent)
    assert len(kept(story)) == 1


async def test_116_what_cannot_be_right_is_asked_about_on_the_page(story: Story, form: Form) -> None:
    await form.open(await link_for(story, "342改线填报链接", by="liaison-21"))
    answer = await form.report(year="9000000")
    assert "先核对一下" in answer and "超过总投资" in answer and kept(story) == []
    assert "属实，记下" in form.text
    answer = await form.report(answer="改成2.1亿")
    assert "记下了" in answer and "2.1亿元" in answer
    assert [one.invested for one in kept(story)] == [{"year": 210_000_000}]
    assert "已撤回" in await form.report(answer="撤销") and kept(story) == []


async def test_116_trouble_and_photos_come_along(story: Story, form: Form) -> None:
    await form.open(await link_for(story, "给342改线填报链接"))
    answer = await form.report(
        month="300", trouble="供水管没迁，请市水务局9月30日前解决", photos=(PHOTO, PHOTO)
    )
    assert "问题登记为1号" in answer
    assert story.ticket(1).asked_units == ("市水务局",)
    (report,) = kept(story)
    assert len(story.city.db.read_now(lambda tx: attachments.of_message(tx, report.inbox_id or 0))) == 2
    await form.report(trouble="门口老有人来闹")
    assert story.open_tickets() == [1, 2], "what fits no category is a problem all the same"


@pytest.mark.parametrize(
    ("fields", "photos", "why"),
    [
        ({}, (), "还什么都没有填"),
        ({"month": "约五百"}, (), "本月|9月投资：“约五百”不是数"),
        ({"percent": "120"}, (), "超过100%"),
        ({"status": "flying"}, (), "从列表里选"),
        ({"month": "99999999"}, (), "单位是万元"),
        ({"month": "5"}, (b"not a picture",), "不是照片"),
        ({"month": "5"}, (PHOTO,) * 4, "最多3张"),
        ({"answer": " "}, (), "请写上要回的话"),
    ],
)
async def test_116_what_is_wrong_is_said_and_what_was_filled_in_stays(
    story: Story, form: Form, fields: dict[str, str], photos: tuple[bytes, ...], why: str
) -> None:
    await form.open(await link_for(story, "给342改线填报链接"))
    await form.report(of="2025-9", photos=photos, **fields)
    assert form.status == 422 and re.search(why, form.text)
    assert kept(story) == []
    if "month" in fields:
        assert f'value="{fields["month"]}"' in form.text


async def test_116_a_file_too_large_is_refused_with_its_limit(story: Story, form: Form) -> None:
    await form.open(await link_for(story, "给342改线填报链接"))
    await form.report(month="5", photos=(PHOTO + b"0" * (22 * 1_048_576),))
    assert form.status == 413 and "最多10MB" in form.text
    assert kept(story) == []


async def test_116_a_link_that_was_taken_back_opens_nothing(story: Story, form: Form) -> None:
    link = await link_for(story, "给342改线填报链接")
    await form.open(link)
    assert "收回1个" in await story.says("office-1", "收回342改线填报链接")
    await form.report(month="5")
    assert form.status == 401 and kept(story) == []
    await form.open(link)
    assert form.status == 410


@pytest.mark.parametrize("who", ["liaison-23", "contact-swj", "county-ruicheng"])
async def test_116_only_the_office_and_the_main_liaison_give_links(
    story: Story, form: Form, who: str
) -> None:
    said = await story.says(who, "给342改线填报链接")
    assert "由其联络员或重点办给" in said and "http" not in said


async def test_116_a_link_for_one_project_opens_no_other(story: Story, form: Form) -> None:
    await form.open(await link_for(story, "给342改线填报链接"))
    other = re.sub(r"/report/\d+/", "/report/1/", form.target)
    answer = await form.client.get(other)
    assert answer.status == 404 and "不是给这个项目的" in await answer.text()


async def test_116_last_months_figures_are_shown(story: Story, form: Form) -> None:
    await story.says("liaison-21", "342改线8月投资1500万元，截至8月今年累计1.9亿元")
    page = await form.open(await link_for(story, "给342改线填报链接"))
    assert "8月1500万元" in page and "今年累计1.9亿元" in page
