"""现场办公纪要: what an on-site meeting decided becomes tickets with person and limit (T16)."""

import io

import pytest
from docx import Document

from bot.wording import last_day
from storage import attachments
from tests.stories.conftest import Story

_MINUTES = """国道342闻喜县城过境改线现场办公纪要
9月15日，王市长到现场办公，议定：
1. 由市水务局于9月30日前完成供水管迁改（周工）
2. 由国网运城供电公司于9月18日前完成10千伏电杆迁移（李工）
3. 由河务站于9月25日前清理河道
会议要求各单位抓紧落实。"""


async def test_T16_minutes_of_an_on_site_meeting_make_tickets_with_person_and_limit(story: Story) -> None:
    shown = await story.says("office-1", _MINUTES)
    assert "读出2件" in shown and "市水务局周工，9月30日前" in shown and "国网运城供电公司李工" in shown
    assert "没有读出单位或日期" in shown and "河务站" in shown, "nothing is guessed"
    assert story.open_tickets() == [], "nothing is entered before a yes"
    done = await story.says("office-1", "是")
    assert "纪要已登记交办" in done
    water, power = story.open_tickets()
    assert [story.state(number) for number in (water, power)] == ["已交办", "已交办"]
    assert (story.ticket(water).assignee, story.ticket(power).assignee) == ("周工", "李工")
    limits = [
        min(last_day(row.due) for kind, row in story.limits(number).items() if kind == "ordinary")
        for number in (water, power)
    ]
    assert [day.isoformat() for day in limits] == ["2025-09-30", "2025-09-18"], "the meeting's limits"
    assert any("供水管迁改" in line for line in await story.reads("contact-swj"))
    # they are followed like any other
    await story.says("contact-swj", f"{water}号已解决，申请销号，附文号运水函〔2025〕9号")
    assert story.state(water) == "待销号"


async def test_T16_a_file_of_minutes_is_read_as_well(story: Story) -> None:
    document = Document()
    for line in _MINUTES.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    now = story.now
    file_id = await story.city.db.write(
        lambda tx: attachments.keep(
            tx, name="纪要.docx", media_type="application/x", body=out.getvalue(), at=now
        )
    )
    assert "读出2件" in await story.says("office-1", "现场办公纪要", files=[file_id])
    assert "没有登记" in await story.says("office-1", "不是")
    assert story.open_tickets() == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("现场办公纪要", "粘贴在后面"),
        ("现场办公纪要：大家辛苦了，抓紧推进", "没有认准是哪个项目"),
        ("国道342闻喜县城过境改线现场办公纪要：大家辛苦了，抓紧推进", "没有读出谁办什么"),
        ("国道342闻喜县城过境改线现场办公纪要：由市水务局于9月1日前完成供水管迁改", "没有读出谁办什么"),
    ],
)
async def test_T16_what_cannot_be_read_is_said_and_nothing_is_entered(
    story: Story, text: str, answer: str
) -> None:
    assert answer in await story.says("office-1", text)
    assert story.open_tickets() == []


async def test_T16_a_file_that_is_no_document_is_refused(story: Story) -> None:
    now = story.now
    file_id = await story.city.db.write(
        lambda tx: attachments.keep(tx, name="纪要.docx", media_type="application/x", body=b"no zip", at=now)
    )
    assert "打不开" in await story.says("office-1", "现场办公纪要", files=[file_id])


async def test_T16_only_an_office_enters_minutes_and_of_its_own_projects(story: Story) -> None:
    assert "读出" not in await story.says("contact-swj", _MINUTES)
    assert "不归您的重点办管" in await story.says("county-jiangxian", _MINUTES)
    assert story.open_tickets() == []
