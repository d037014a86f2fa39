"""Lists made of what is open: the fortnight's look-through, factor lists, upward lists (T12, T13, T15)."""

import io

from openpyxl import load_workbook

from storage import attachments
from tests.stories.conftest import Story, Tell


async def sheet_of(story: Story, account: str) -> dict[str, list[list[object]]]:
    """The rows of each sheet of the newest workbook that was sent there."""
    lines = await story._lines(account, None, 0)
    file = next(file for line in reversed(lines) for file in line["attachments"])
    assert file["name"].endswith(".xlsx")
    body = story.city.db.read_now(lambda tx: attachments.body_of(tx, file["id"]).body)
    book = load_workbook(io.BytesIO(body))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


async def test_T13_every_two_weeks_the_ledger_lies_before_the_office_until_all_are_struck_off(
    story: Story,
) -> None:
    number = await story.dispatched()
    second = await story.reported("八达铸造的环评批复卡住了", by="liaison-21")
    await story.reads("office-1")
    await story.at("2025-09-28 18:00")
    assert not any("过一遍" in line for line in await story.reads("office-1"))
    await story.at("2025-09-29 10:00")
    (told,) = [line for line in await story.reads("office-1") if "双周过一遍" in line]
    assert "在办2件" in told
    assert f"缺责任单位：{second}号" in told and f"缺责任人：{number}号" in told
    (county,) = [line for line in await story.reads("county-wenxi") if "双周过一遍" in line]
    assert "在办2件" in county, "a county's office reads of its own"
    assert not any("过一遍" in line for line in await story.reads("county-jiangxian"))
    # struck off: the next time there is one less, and then none
    await story.says("contact-swj", f"{number}号已解决，申请销号，附文号运水函〔2025〕9号")
    await story.says("office-1", f"同意{number}号销号")
    await story.says("office-1", f"{second}号不列入，原因：企业自行办理")
    await story.at("2025-10-14 10:00")
    assert not any("过一遍" in line for line in await story.reads("office-1"))


async def test_T13_the_ledger_of_blockers_is_one_sheet_with_unit_person_and_limit(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前办完")
    answer = await story.says("office-1", "堵点台账")
    assert "在办1件" in answer and "齐全1件" in answer
    rows = (await sheet_of(story, "office-1"))["堵点台账"]
    assert rows[1][:3] == ["编号", "项目名称", "县（市、区）"]
    assert rows[2][0] == number
    assert {"市水务局", "周工", "2025-09-22", "闻喜县"} <= set(rows[2])
    assert "全部销号" in await story.says("county-jiangxian", "堵点台账")
    for who in ("liaison-21", "contact-swj", "inspect-1"):
        assert "在办1件" in await story.says(who, "堵点台账"), "each his own"
    assert "没有在办的堵点" in await story.says("liaison-23", "堵点台账")


async def test_T15_the_needs_of_all_projects_stand_on_factor_lists_and_are_struck_off_one_by_one(
    story: Story,
) -> None:
    water = await story.dispatched()
    land = await story.reported("八达铸造用地指标没下来，请规自局解决", by="liaison-21")
    answer = await story.says("office-1", "要素清单")
    assert f"用地1件：{land}号" in answer and f"供水1件：{water}号" in answer
    sheets = await sheet_of(story, "office-1")
    assert list(sheets) == ["用地", "供水"]
    assert f"供水1件：{water}号" in await story.says("liaison-21", "要素清单")
    assert "没有在办的要素需求" in await story.says("liaison-23", "要素清单"), "another's are not his"
    assert sheets["供水"][2][5] == "市水务局"
    one = await story.says("office-1", "用地清单")
    assert f"{land}号" in one and f"{water}号" not in one and "未交办" in one
    await story.says("contact-swj", f"{water}号已解决，申请销号，附文号运水函〔2025〕9号")
    await story.says("office-1", f"同意{water}号销号")
    assert "供水" not in await story.says("office-1", "要素清单")
    assert "没有在办的资金需求" in await story.says("office-1", "融资需求台账")


async def test_T15_a_regime_without_factor_lists_says_so(tell: Tell) -> None:
    story = await tell(at="2019-09-16 09:00", regime="yuncheng-2019")
    assert "没有要素清单" in await story.says("office-1", "要素清单")


async def test_T12_open_problems_go_to_the_vice_mayor_in_charge_and_major_ones_to_the_mayor(
    tell: Tell,
) -> None:
    story = await tell(regime="jincheng-2025")
    number = await story.dispatched()
    await story.says("office-1", f"{number}号定为重大复杂问题")
    other = await story.reported("八达铸造的环评批复卡住了", by="liaison-21")
    for who in ("office-1", "mayor", "secretary-1", "vice-3"):
        await story.reads(who)
    await story.at("2025-09-29 09:30")
    assert any("定期列报拟呈" in line for line in await story.reads("office-1"))
    assert not await story.reads("mayor") + await story.reads("vice-3"), (
        "leaders get only what the office released"
    )
    drafts = await story.says("office-1", "待发呈报")
    assert "拟请您专题调度" in drafts and "请予研判调度" in drafts
    await story.at("2025-09-29 17:00")  # untouched, they go
    (vice,) = [line for line in await story.reads("vice-3") if "研判调度" in line]
    assert f"{number}号" in vice and f"{other}号" not in vice, "of his own projects"
    (mayor,) = [line for line in await story.reads("secretary-1") if "专题调度" in line]
    assert f"{number}号" in mayor and f"{other}号" not in mayor, "only what is major"
    await story.at("2025-10-12 20:00")
    assert not any("列报" in line for line in await story.reads("office-1"))
    await story.at("2025-10-13 10:00")
    assert any("定期列报拟呈" in line for line in await story.reads("office-1"))


async def test_T12_the_office_may_word_a_list_anew_or_hold_it(tell: Tell) -> None:
    story = await tell(regime="jincheng-2025")
    await story.dispatched()
    await story.at("2025-09-29 09:30")
    shown = await story.says("office-1", "待发呈报")
    draft = shown.split("呈报")[2].split("（")[0]
    await story.says("office-1", f"呈报{draft}暂缓，理由：会前当面汇报")
    await story.pass_time(days=3)
    assert not any("研判调度" in line for line in await story.reads("vice-3"))
