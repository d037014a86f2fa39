"""分级办理: which way a matter goes, upward and back with the answer (T8, features 20, 27, 34)."""

from bot.calendar import day_of
from bot.wording import last_day
from tests.stories.conftest import Story, Tell

_PROVINCE = "342改线用地卡在省里，需省级协调，请规自局解决"  # a key project of the province
_CITY = "临猗黄河大桥的用地指标没下来，需省级协调，请规自局解决"


async def test_T8_a_trouble_that_names_no_unit_comes_with_a_proposal(story: Story) -> None:
    number = await story.reported("342改线环评批复迟迟下不来，推进不了")
    told = "\n".join(await story.reads("office-1"))
    assert "建议市生态环境局牵头" in told
    await story.presses("office-1", "交办市生态环境局")
    assert story.state(number) == "已交办"


async def test_T8_a_provinces_key_project_goes_up_through_the_provinces_office(story: Story) -> None:
    number = await story.reported(_PROVINCE)
    assert "呈报省重点办" in "\n".join(await story.reads("office-1"))
    assert "省重点办" in await story.presses("office-1", "上报省重点办")
    assert story.state(number) == "待交办"
    assert "dispatch" not in story.limits(number), "it is given to nobody here"
    assert any("已呈报省重点办" in line for line in await story.reads("liaison-21"))
    assert "已呈报省重点办，等答复" in await story.says("liaison-21", f"{number}号")
    # the answer comes back into the same thread
    answer = await story.says("office-1", f"{number}号省重点办答复：同意先行用地，请市规自局办手续")
    assert "记下省重点办的答复" in answer
    assert any("同意先行用地" in line for line in await story.reads("liaison-21"))
    card = await story.says("office-1", f"{number}号")
    assert "呈报上级" in card and "上级答复" in card
    await story.says("office-1", f"{number}号交办市规划和自然资源局")
    assert story.state(number) == "已交办"


async def test_T8_of_a_city_project_the_citys_unit_goes_upward(tell: Tell) -> None:
    story = await tell()
    project = next(p for p in story.city.db.read_now(story.city.directory.get).ledger if p.tier == "city")
    liaison = f"liaison-{project.number}"
    before = set(story.open_tickets())
    said = await story.says(liaison, f"{project.short}用地预审卡在省厅，需省级协调，请规自局解决")
    (number,) = set(story.open_tickets()) - before or {0}
    assert number, said
    assert "由市直单位向上协调" in "\n".join(await story.reads("office-1"))
    await story.says("office-1", f"{number}号交办市规划和自然资源局")
    assert "负责向上协调" in "\n".join(await story.reads("contact-zgj"))
    answer = await story.says("contact-zgj", f"{number}号已报省自然资源厅")
    assert "记为已报省自然资源厅" in answer
    assert story.ticket(number).above == "省自然资源厅"
    assert any("停止计时" in line or "停止计时的" in line for line in await story.reads("office-1"))


async def test_the_clock_stops_while_the_province_is_asked(story: Story) -> None:
    number = await story.dispatched("市规划和自然资源局", _PROVINCE)
    due = story.limits(number)["ordinary"].due
    await story.says("office-1", f"{number}号上报省重点办")
    assert any("不计入办结时限" in line for line in await story.reads("contact-zgj"))
    await story.pass_time(days=10)
    assert not any("超期" in line for line in await story.reads("contact-zgj"))
    await story.says("office-1", f"{number}号省重点办已答复，同意")
    later = story.limits(number)["ordinary"].due
    assert (last_day(later) - last_day(due)).days == 10
    assert story.ticket(number).above == ""


async def test_no_answer_from_above_is_asked_about_in_the_regimes_rhythm(story: Story) -> None:
    number = await story.reported(_PROVINCE)
    await story.says("office-1", f"{number}号上报省重点办")
    await story.reads("office-1")
    await story.pass_time(days=14)
    assert not any("还没有记下答复" in line for line in await story.reads("office-1"))
    await story.pass_time(days=2)
    assert sum("还没有记下答复" in line for line in await story.reads("office-1")) == 1
    await story.pass_time(days=16)
    assert sum("还没有记下答复" in line for line in await story.reads("office-1")) == 1
    await story.says("office-1", f"{number}号省重点办答复：不同意")
    await story.pass_time(days=20)
    assert not any("还没有记下答复" in line for line in await story.reads("office-1"))


async def test_only_the_citys_office_reports_to_the_province_and_it_can_be_taken_back(story: Story) -> None:
    number = await story.dispatched("市规划和自然资源局", _PROVINCE)
    assert "由市重点办办理" in await story.says("county-wenxi", f"{number}号上报省重点办")
    assert story.ticket(number).above == ""
    await story.says("office-1", f"{number}号上报省重点办")
    assert story.ticket(number).paused_until is not None
    assert "已经呈报" in await story.says("office-1", f"{number}号上报省重点办")
    await story.pass_time(minutes=1)
    assert "已撤回" in await story.says("office-1", "撤销")
    ticket = story.ticket(number)
    assert (ticket.above, ticket.ask_above_at, ticket.paused_until) == ("", None, None)


async def test_T8_approvals_of_the_citys_key_projects_go_to_the_citys_unit(tell: Tell) -> None:
    story = await tell(at="2019-09-16 09:00", regime="yuncheng-2019")
    directory = story.city.db.read_now(story.city.directory.get)
    project = next(p for p in directory.ledger if p.tier == "city" and p.area_id is not None)
    county = next(one.accounts["console"] for one in directory.office_people(project.area_id))
    liaison = next(directory.people[one].accounts["console"] for one in project.liaisons)
    before = set(story.open_tickets())
    said = await story.says(liaison, f"{project.short}施工许可卡住了，需要县里协调解决")
    (number,) = set(story.open_tickets()) - before or {0}
    assert number, said
    assert story.ticket(number).level == "city"
    told = "\n".join(await story.reads("office-1"))
    assert "不论层级由市直单位牵头" in told and "市审批服务管理局" in told
    own = next(u.name for u in directory.units.values() if u.area_id == project.area_id)
    answer = await story.says(county, f"{number}号交办{own}")
    assert "由市直单位牵头" in answer and "市审批服务管理局" in answer
    assert story.state(number) == "待核实"


async def test_lead_and_assisting_units_have_each_a_state_of_their_own(story: Story) -> None:
    number = await story.dispatched()
    await story.says("office-1", f"{number}号请市交通运输局协办")
    card = await story.says("office-1", f"{number}号")
    assert "协办：市交通运输局（已告知）" in card
    await story.says("contact-jtj", f"{number}号王工配合")
    assert "市交通运输局（已安排）" in await story.says("office-1", f"{number}号")
    await story.says("contact-jtj", f"{number}号反馈，我局部分已开工")
    await story.says("contact-jtj", f"{number}号我们的部分办好了")
    card = await story.says("office-1", f"{number}号")
    assert "市交通运输局（已办好）" in card
    assert story.state(number) in ("已交办", "办理中"), "only the lead ends it"
    assert "ordinary" in story.limits(number), "only the lead's clocks count"
    assert day_of(story.now)
