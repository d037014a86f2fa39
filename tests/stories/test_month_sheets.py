"""月填报表 in the chat and on its page: sent out, filled in, shown, confirmed; nothing counts before (feature 116)."""

import io
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from aiohttp import FormData
from openpyxl import load_workbook

from storage import reports
from tests.stories.conftest import Story


async def sheet_of(story: Story, account: str, words: str = "9月填报表") -> Any:
    """The workbook that the person gets."""
    assert "填报表" in await story.says(account, words)
    await story.city.making.drain()
    await story.city.settle()
    page = await (await story.client.get(f"/console/api/messages?account={account}&after=0")).json()
    (file,) = next(line for line in reversed(page) if line["attachments"])["attachments"]
    body = await (await story.client.get(f"/console/api/files/{file['id']}")).read()
    return load_workbook(io.BytesIO(body))


async def sends(
    story: Story,
    account: str,
    book: Any,
    cells: Mapping[str, Any],
    text: str = "",
    name: str = "9月填报表.xlsx",
) -> str:
    """The person fills in these cells and sends the sheet back; what he is answered."""
    for place, value in cells.items():
        book.active[place] = value
    out = io.BytesIO()
    book.save(out)
    form = FormData()
    form.add_field("file", out.getvalue(), filename=name)
    file_id = (await (await story.client.post("/console/api/files", data=form)).json())["id"]
    return await story.says(account, text, files=[file_id])


def kept(story: Story, number: int) -> list[reports.Report]:
    project = story.city.db.read_now(story.city.directory.get).project_numbered(number)
    assert project is not None
    return story.city.db.read_now(lambda tx: reports.latest(tx, project.id))


async def test_116_a_sheet_is_shown_before_it_counts(story: Story) -> None:
    await story.says("liaison-21", "342改线8月投资1500万元，截至8月今年累计1.9亿元")
    book = await sheet_of(story, "liaison-21")
    rows = {row[0].value: row for row in book.active.iter_rows(min_row=4)}
    assert set(rows) == {21, 22} and rows[21][3].value == 1500 and rows[21][4].value == 19000
    shown = await sends(
        story, "liaison-21", book, {"G4": 1800, "H4": 20800, "K4": "供水管没迁，请市水务局9月30日前解决"}
    )
    assert "2025年9月填报表，要记1个项目" in shown and "本月1800万元" in shown and "还没有记" in shown
    assert "累计2.08亿元（原1.9亿元）" in shown
    assert len(kept(story, 21)) == 1 and story.open_tickets() == []
    said = await story.presses("liaison-21", "确认")
    assert "记下了1个项目" in said and "问题登记为1号" in said
    newest = kept(story, 21)[0]
    assert newest.invested == {"month": 18_000_000, "year": 208_000_000} and "9月投资1800万元" in newest.words
    again = await sends(story, "liaison-21", book, {"K4": None})
    assert "没有要记的新数" in again


async def test_116_faults_are_named_and_nothing_is_recorded(story: Story) -> None:
    book = await sheet_of(story, "liaison-21")
    said = await sends(story, "liaison-21", book, {"G4": "约五百", "A5": 99, "G5": 3})
    assert "G4：“约五百”不是数" in said and "B5：台账里没有序号99" in said and "什么都没有记" in said
    assert "填报表" not in await story.says("liaison-21", "确认") or kept(story, 21) == []
    assert kept(story, 21) == []


async def test_116_what_cannot_be_right_is_asked_about_after_the_rest(story: Story) -> None:
    book = await sheet_of(story, "liaison-21")
    shown = await sends(story, "liaison-21", book, {"G4": 1800, "H5": 9_000_000})
    assert "要核对" in shown and "超过总投资" in shown
    said = await story.says("liaison-21", "确认")
    assert "记下了1个项目" in said and "先核对一下" in said
    assert len(kept(story, 21)) == 1 and kept(story, 22) == []
    assert "没有记" in await story.says("liaison-21", "不记")


async def test_116_dropped_it_is_not_recorded(story: Story) -> None:
    book = await sheet_of(story, "liaison-21")
    await sends(story, "liaison-21", book, {"G4": 1800})
    assert "没有记" in await story.says("liaison-21", "不记")
    assert kept(story, 21) == []


async def test_116_one_undo_takes_back_the_whole_sheet(story: Story) -> None:
    book = await sheet_of(story, "liaison-21")
    await sends(story, "liaison-21", book, {"G4": 1800, "G5": 20})
    await story.says("liaison-21", "确认")
    assert len(kept(story, 21)) == len(kept(story, 22)) == 1
    assert "已撤回" in await story.says("liaison-21", "撤销")
    assert kept(story, 21) == kept(story, 22) == []


async def test_116_a_county_sends_its_counties_sheet_and_nobody_elses(story: Story) -> None:
    book = await sheet_of(story, "county-wenxi")
    assert "闻喜县2025年9月填报表" in book.active["A1"].value
    assert "不由您报送" in await sends(story, "county-ruicheng", book, {"G4": 1800})
    await sends(story, "county-wenxi", book, {"G4": 1800})
    assert "记下了1个项目" in await story.says("county-wenxi", "确认")


async def test_116_a_month_ahead_is_refused(story: Story) -> None:
    book = await sheet_of(story, "liaison-21")
    assert "现在不能填报" in await sends(story, "liaison-21", book, {"A1": "2025年11月填报表", "G4": 5})


@pytest.mark.parametrize("who", ["contact-swj", "mayor"])
async def test_116_who_reports_on_nothing_gets_no_sheet(story: Story, who: str) -> None:
    assert "没有要填报的项目" in await story.says(who, "9月填报表")


async def test_116_any_other_spreadsheet_stays_an_attachment(story: Story) -> None:
    await story.says("liaison-21", "342改线本月完成投资1800万元")
    book = load_workbook("bot/demo/yuncheng-2025.xlsx")
    assert "附件收到" in await sends(story, "liaison-21", book, {}, name="设备清单.xlsx")


async def test_116_on_a_page_taken_down_sent_back_and_confirmed(story: Story) -> None:
    answer = await story.client.get("/console/open?account=liaison-21&to=/sheet/2025-09")
    page = unescape(await answer.text())
    assert answer.status == 200 and "2025年9月填报表" in page
    book = load_workbook(io.BytesIO(await (await story.client.get("/sheet/2025-09/file")).read()))
    book.active["G4"] = 1800
    out = io.BytesIO()
    book.save(out)
    form = FormData(hidden(page))
    form.add_field("sheet", out.getvalue(), filename="9月填报表.xlsx")
    page = unescape(await (await story.client.post("/sheet/2025-09", data=form)).text())
    assert "要记1个项目" in page and kept(story, 21) == []
    sent = hidden(page) | {"say": "确认"}
    page = unescape(await (await story.client.post("/sheet/2025-09", data=sent)).text())
    assert "记下了1个项目" in page
    await story.client.post("/sheet/2025-09", data=sent)
    assert len(kept(story, 21)) == 1, "reloaded, it is booked once"
    wrong = await story.client.post("/sheet/2025-09", data=hidden(page))
    assert wrong.status == 422


def hidden(page: str) -> dict[str, str]:
    import re

    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
