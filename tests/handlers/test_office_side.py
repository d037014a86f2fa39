"""What the office and the leaders say, each step alone: who may, what is kept, who reads what."""

from datetime import date

import pytest

from bot.acts import (
    Approve,
    Bind,
    Blocker,
    Category,
    Dispatch,
    Grade,
    Instruct,
    Pause,
    Reject,
    Reopen,
    Severity,
    Supervise,
    Urge,
)
from bot.calendar import end_of_day
from bot.mechanism.model import SOLVING
from bot.mechanism.states import State
from storage import tickets
from storage.tickets import StepNote
from tests.handlers.small_city import SmallCity, monday_nine

TROUBLE = "国道342卡在供水管迁改，请市水务局9月20日前解决"


@pytest.fixture
def city() -> SmallCity:
    return SmallCity(monday_nine())


def report(
    city: SmallCity, category: Category = Category.UTILITIES, units: tuple[str, ...] = ("市水务局",)
) -> None:
    answer = city.do("王联络员", Blocker(category, 1, units, None, date(2025, 9, 20)), TROUBLE)
    assert "1号" in answer
    city.delivered()


def dispatched(city: SmallCity, unit: str = "市水务局") -> None:
    report(city)
    answer = city.do("赵主任", Dispatch(1, unit), f"1号交办{unit}")
    assert city.ticket().state is State.DISPATCHED, answer
    city.delivered()


def claimed(city: SmallCity) -> None:
    """The unit says that it is solved, as handlers/resolve.py writes it."""
    dispatched(city)
    seen = city.ticket()
    tickets.step(
        city.tx,
        seen,
        "resolve",
        StepNote(city.now, city.person("李科长").id, "已迁完"),
        rules=city.rules,
        to=State.RESOLVED,
        change={"claimed_by_id": city.person("李科长").id},
        meet=SOLVING,
    )
    city.delivered()


def wishes(city: SmallCity, **asks: str) -> None:
    """The unit asks for something, as handlers/extend.py and returning.py write it."""
    dispatched(city)
    note = StepNote(city.now, city.person("李科长").id, "申请")
    tickets.step(city.tx, city.ticket(), "ask", note, rules=city.rules, change={"asks": asks})


# ---- verify and enter (T0) ----


def test_T0_verified_is_entered_and_the_unit_is_asked_for(city: SmallCity) -> None:
    report(city)
    answer = city.says("赵主任", "1号核实列入")
    assert "已核实，列入台账" in answer and "交办给哪个单位" in answer and "市水务局" in answer
    assert city.ticket().state is State.ENTERED
    assert city.limits()["dispatch"].due == end_of_day(date(2025, 9, 16))
    assert any("已核实、列入台账" in line for line in city.told("王联络员"))


def test_T0_the_unit_that_was_asked_for_dispatches(city: SmallCity) -> None:
    report(city)
    city.says("赵主任", "1号核实列入")
    city.means = lambda text: (Dispatch(1, "市水务局"),) if "市水务局" in text else ()
    assert "1号已交办市水务局" in city.says("赵主任", "市水务局")


def test_T0_declining_needs_its_reason(city: SmallCity) -> None:
    report(city)
    assert "原因是什么" in city.says("赵主任", "1号不列入")
    assert city.ticket().state is State.REPORTED
    answer = city.says("赵主任", "属企业自己的事")
    assert "不列入台账" in answer
    assert city.ticket().state is State.DECLINED
    assert any("属企业自己的事" in line for line in city.told("王联络员"))


def test_T0_sent_back_for_more(city: SmallCity) -> None:
    report(city)
    assert "请报告人说明：请说明管径和产权" in city.says("赵主任", "1号退回补充，请说明管径和产权")
    assert city.ticket().sent_back and city.ticket().state is State.REPORTED
    assert any("需要补充：请说明管径和产权" in line for line in city.told("王联络员"))


def test_T0_several_at_once(city: SmallCity) -> None:
    report(city)
    answer = city.says("赵主任", "1、9号核实列入")
    assert "1号已核实" in answer and "没有查到您可以办理的9号" in answer


def test_a_liaison_does_not_verify_his_own_report(city: SmallCity) -> None:
    report(city)
    assert "由重点办办理" in city.says("王联络员", "1号核实列入")
    assert city.ticket().state is State.REPORTED


# ---- dispatch (T1, T8) ----


def test_T1_dispatch_from_unverified_enters_tells_and_starts_the_clocks(city: SmallCity) -> None:
    report(city)
    answer = city.do("赵主任", Dispatch(1, "市水务局"), "1号交办市水务局")
    assert "今天定人、18日反馈、22日办结（13710第7天）" in answer
    assert "报告人希望9月20日前解决" in answer
    (unit,) = city.told("李科长")
    assert "交办1号" in unit and "22日办结" in unit and "1号周工负责，9月22日前办完" in unit
    (reporter,) = city.told("王联络员")
    assert "已交办市水务局，9月22日前办结" in reporter
    assert any(line.startswith("抄告：1号") for line in city.told("县办吴"))
    assert set(city.limits()) == {"arrange", "feedback", "ordinary"}


def test_T1_after_five_the_clocks_start_the_next_morning(city: SmallCity) -> None:
    report(city)
    city.pass_time(hours=8.5)
    answer = city.do("赵主任", Dispatch(1, "市水务局"), "1号交办市水务局")
    assert "时限从16日08:00起算" in answer and "16日定人、19日反馈、23日办结" in answer


def test_the_offices_own_limit_only_shortens(city: SmallCity) -> None:
    report(city)
    answer = city.do("赵主任", Dispatch(1, "市水务局", date(2025, 10, 8)), "1号交办市水务局，10月8日前办结")
    assert "晚于规定时限" in answer
    answer = city.do("赵主任", Dispatch(1, "市水务局", date(2025, 9, 19)), "1号19日前办结")
    assert "19日办结" in answer
    assert city.limits()["ordinary"].due == end_of_day(date(2025, 9, 19))


def test_a_unit_that_nobody_can_reach_has_no_clocks(city: SmallCity) -> None:
    report(city)
    answer = city.do("赵主任", Dispatch(1, "市公安局"), "1号交办市公安局")
    assert "时限没有起算" in answer and "1号已电话告知市公安局陈警官" in answer
    assert city.limits() == {} and city.ticket().told_at is None


def test_redispatch_voids_the_old_clocks_and_tells_the_old_unit(city: SmallCity) -> None:
    dispatched(city)
    city.pass_time(days=1)
    city.do("赵主任", Dispatch(1, "市住建局"), "1号改交市住建局")
    assert city.limits()["ordinary"].due == end_of_day(date(2025, 9, 23))
    assert any("已改交市住建局，贵单位不用再办" in line for line in city.told("李科长"))
    assert any("交办1号" in line for line in city.told("郑科长"))


def test_a_unit_that_had_not_read_it_yet_is_not_bothered(city: SmallCity) -> None:
    report(city)
    city.do("赵主任", Dispatch(1, "市水务局"), "1号交办市水务局")
    city.do("赵主任", Dispatch(1, "市住建局"), "1号改交市住建局")
    assert city.told("李科长") == []


def test_words_of_help_add_an_assisting_unit(city: SmallCity) -> None:
    dispatched(city)
    answer = city.do("赵主任", Dispatch(1, "市住建局"), "1号请市住建局协办")
    assert "协办，主办仍是市水务局" in answer
    assert city.ticket().lead_id == city.person("李科长").unit_id
    assert any("请协办1号" in line for line in city.told("郑科长"))


def test_T8_a_county_office_dispatches_its_own_units_and_hands_city_matters_up(city: SmallCity) -> None:
    report(city)
    answer = city.do("县办吴", Dispatch(1, "市水务局"), "1号交办市水务局")
    assert "已提请市级重点办" in answer and city.ticket().state is State.REPORTED
    assert any("建议交办市水务局" in line for line in city.told("赵主任"))
    assert "已交办闻喜县水利局" in city.do("县办吴", Dispatch(1, "闻喜县水利局"), "1号交办县水利局")


def test_a_contact_does_not_dispatch(city: SmallCity) -> None:
    dispatched(city)
    assert "由重点办办理" in city.do("李科长", Dispatch(1, "市住建局"), "1号交办市住建局")


# ---- the end (T7) ----


@pytest.mark.parametrize("who", ["李科长", "钱局长", "站长"])
def test_T7_nobody_of_the_unit_or_under_it_confirms(city: SmallCity, who: str) -> None:
    claimed(city)
    city.do(who, Approve(1), "1号同意销号")
    assert city.ticket().state is State.RESOLVED


@pytest.mark.parametrize("who", ["王联络员", "赵主任", "周中心主任"])
def test_T7_reporter_or_office_confirm(city: SmallCity, who: str) -> None:
    claimed(city)
    assert "1号已销号" in city.do(who, Approve(1), "1号同意销号")
    assert city.ticket().state is State.STRUCK_OFF
    assert any("已销号" in line for line in city.told("李科长"))
    assert city.limits() == {}


def test_a_refused_end_runs_on_with_its_old_limit(city: SmallCity) -> None:
    dispatched(city)
    before = city.limits()["ordinary"]
    city = SmallCity(monday_nine())
    claimed(city)
    assert "ordinary" not in city.limits()
    city.pass_time(days=2)
    answer = city.do("王联络员", Reject(1), "1号不同意销号，还漏水")
    assert "退回承办单位重办" in answer and "22日办结" in answer
    assert city.ticket().state is State.IN_PROGRESS
    assert city.limits()["ordinary"].due == before.due
    assert any("未同意销号" in line and "还漏水" in line for line in city.told("李科长"))


def test_a_leaders_consent_goes_to_the_office(city: SmallCity) -> None:
    claimed(city)
    assert "转重点办办理" in city.do("李建国", Approve(1), "1号同意")
    assert city.ticket().state is State.RESOLVED
    assert any("李市长同意1号销号" in line for line in city.told("赵主任"))


def test_consent_to_nothing_says_where_it_stands(city: SmallCity) -> None:
    dispatched(city)
    assert "没有要您答复的" in city.do("赵主任", Approve(1), "1号同意")


# ---- extension and return ----


def test_an_extension_is_granted(city: SmallCity) -> None:
    wishes(city, what="extension", until="2025-09-26", reason="管材未到")
    assert "同意延期到9月26日" in city.do("赵主任", Approve(1), "1号同意延期")
    assert city.limits()["ordinary"].due == end_of_day(date(2025, 9, 26))
    assert any("管材未到" in line for line in city.told("王联络员"))


def test_an_extension_is_refused_with_a_reason(city: SmallCity) -> None:
    wishes(city, what="extension", until="2025-09-26", reason="管材未到")
    assert "原因是什么" in city.do("赵主任", Reject(1), "1号不同意延期")
    assert "不同意延期" in city.says("赵主任", "汛期前必须完成")
    assert city.ticket().asks is None
    assert any("汛期前必须完成" in line and "时限不变" in line for line in city.told("李科长"))


def test_a_granted_return_goes_back_to_be_dispatched(city: SmallCity) -> None:
    wishes(city, what="return", unit="市住建局", reason="不归我局")
    answer = city.do("赵主任", Approve(1), "1号同意退回")
    assert "已从市水务局退回" in answer and "交办给哪个单位" in answer
    assert city.ticket().state is State.ENTERED and city.ticket().lead_id is None
    assert set(city.limits()) == {"dispatch"}
    assert any("同意退回" in line for line in city.told("李科长"))


# ---- grade, pause, reopen ----


def test_grading_complex_gives_a_month_from_the_old_start(city: SmallCity) -> None:
    dispatched(city)
    city.pass_time(days=2)
    assert "重大复杂问题" in city.do("赵主任", Grade(1, Severity.COMPLEX), "1号定为重大复杂问题")
    assert city.limits()["complex"].due == end_of_day(date(2025, 10, 15))
    assert any("方案" in line for line in city.told("李科长"))


def test_a_pause_needs_its_day_and_reason(city: SmallCity) -> None:
    dispatched(city)
    assert "还缺：到哪天恢复、原因" in city.do("赵主任", Pause(1), "1号中止")
    city.means = lambda text: (Pause(1, date(2025, 10, 20)),)
    assert "已中止到10月20日" in city.says("赵主任", "等省厅批复，10月20日恢复")
    assert any("等省厅批复" in line for line in city.told("李科长"))


def test_resuming_early_moves_the_limit_by_the_days_paused(city: SmallCity) -> None:
    dispatched(city)
    city.do("赵主任", Pause(1, date(2025, 10, 20)), "1号中止到10月20日，等省厅批复")
    city.pass_time(days=3)
    assert "已恢复办理" in city.says("赵主任", "1号恢复办理")
    assert city.limits()["ordinary"].due == end_of_day(date(2025, 9, 25))


def test_reopening_asks_why_and_starts_new_clocks(city: SmallCity) -> None:
    claimed(city)
    city.do("王联络员", Approve(1), "1号同意销号")
    city.pass_time(days=10)
    assert "为什么" in city.do("王联络员", Reopen(1), "1号重新打开")
    assert "交市水务局再办" in city.says("王联络员", "又漏水了")
    assert city.ticket().state is State.DISPATCHED
    assert city.limits()["ordinary"].due == end_of_day(date(2025, 10, 2))
    assert any("又漏水了" in line for line in city.told("李科长"))


# ---- urge, instruct ----


def test_urging_tells_the_contact_once_a_day(city: SmallCity) -> None:
    dispatched(city)
    assert "已催办，已转市水务局李科长" in city.do("王联络员", Urge(1), "催17号")
    assert any("催办：1号" in line for line in city.told("李科长"))
    assert any("催办：1号" in line for line in city.told("赵主任"))
    assert "今天09:00已经催过" in city.do("王联络员", Urge(1), "催17号")
    city.pass_time(days=1)
    assert "已催办" in city.do("王联络员", Urge(1), "催17号")


def test_urging_by_phone_is_only_noted(city: SmallCity) -> None:
    dispatched(city)
    assert "已记录" in city.says("赵主任", "1号已电话催市水务局李科长")
    assert city.told("李科长") == [] and city.steps()[-1] == "urge"


def test_a_leaders_urge_reaches_the_head(city: SmallCity) -> None:
    dispatched(city)
    city.do("李建国", Urge(1), "1号抓紧")
    assert any("李市长催办" in line for line in city.told("钱局长"))


def test_an_instruction_is_kept_whole_and_shortens_the_limit(city: SmallCity) -> None:
    dispatched(city)
    city.do("李建国", Instruct(1, due=date(2025, 9, 19)), "1号本周五前解决，水务局要到现场")
    for name in ("李科长", "钱局长", "赵主任"):
        assert any("李市长批示：“1号本周五前解决，水务局要到现场”" in line for line in city.told(name)), name
    assert city.limits()["ordinary"].due == end_of_day(date(2025, 9, 19))


@pytest.mark.parametrize("writer", ["赵主任", "小刘"])
def test_an_instruction_on_paper_is_entered_for_the_leader(city: SmallCity, writer: str) -> None:
    dispatched(city)
    city.means = lambda text: (Instruct(1, due=date(2025, 9, 19)),)
    assert "李市长的批示已记在1号" in city.says(writer, "李市长批示：1号本周五前解决")
    step = tickets.steps_of(city.tx, city.ticket().id)[-1]
    assert step.person_id == city.person(writer).id and step.on_behalf == "李建国"


def test_a_liaison_enters_no_instruction(city: SmallCity) -> None:
    dispatched(city)
    city.says("王联络员", "李市长批示：1号本周五前解决")
    assert "instruct" not in city.steps()


def test_the_leader_hears_of_the_end_by_a_draft_of_the_office(city: SmallCity) -> None:
    claimed(city)
    city.do("李建国", Instruct(1), "1号要盯住")
    city.delivered()
    city.do("王联络员", Approve(1), "1号同意销号")
    assert city.told("李建国") == []
    assert any("批示的国道342闻喜改线" in line for line in city.drafts("李建国"))
    assert any("拟呈李市长" in line for line in city.told("赵主任"))


# ---- listing (T9) ----


def test_T9_a_listing_waits_for_its_five(city: SmallCity) -> None:
    dispatched(city)
    answer = city.do("赵主任", Supervise(1), "1号挂牌督办")
    assert "还缺：解决问题办法、责任人" in answer and not city.ticket().listed
    answer = city.says("赵主任", "办法先垫付后结算；责任人周工")
    assert "已挂牌督办" in answer and "责任领导：冯副局长" in answer and city.ticket().listed
    assert any("已挂牌督办" in line for line in city.told("钱局长"))


def test_T9_all_five_by_one_phrase(city: SmallCity) -> None:
    dispatched(city)
    city.means = lambda text: (Dispatch(1, "市水务局", date(2025, 9, 19)),)
    answer = city.says("赵主任", "1号挂牌：办法：两家会商，先行垫付；责任领导钱局长；责任人周工；期限9月19日")
    assert (
        "办法：两家会商，先行垫付；责任单位：市水务局；责任领导：钱局长；责任人：周工；时限：9月19日"
        in answer
    )
    assert city.limits()["ordinary"].due == end_of_day(date(2025, 9, 19))


def test_T9_a_leaders_wish_is_passed_to_the_office(city: SmallCity) -> None:
    dispatched(city)
    assert "重点办落实五到位后挂牌" in city.do("李建国", Supervise(1), "1号挂牌督办")
    assert any("李市长要求1号" in line and "还缺" in line for line in city.told("赵主任"))
    assert not city.ticket().listed


# ---- drafts for leaders ----


def draft(city: SmallCity) -> None:
    claimed(city)
    city.do("李建国", Instruct(1), "1号要盯住")
    city.do("王联络员", Approve(1), "1号同意销号")
    city.delivered()


def test_a_draft_is_seen_reworded_and_sent(city: SmallCity) -> None:
    draft(city)
    assert "呈报1（呈李市长" in city.says("赵主任", "待发呈报")
    assert "已改为：供水管已迁完" in city.says("赵主任", "呈报1改为：供水管已迁完")
    assert "呈报1已发呈李市长" in city.says("赵主任", "呈报1发送")
    city._read = 0
    assert city.told("李建国") == ["供水管已迁完"]
    assert "不能再改" in city.says("孙主任", "呈报1暂缓，理由重复")
    assert "没有待发的呈报" in city.says("赵主任", "待发呈报")


def test_a_draft_is_held_with_its_reason(city: SmallCity) -> None:
    draft(city)
    assert "写明理由" in city.says("赵主任", "呈报1暂缓")
    assert "已暂缓：等会议纪要" in city.says("赵主任", "呈报1暂缓，等会议纪要")
    assert "已暂缓" in city.says("赵主任", "待发呈报")


def test_a_liaison_does_not_see_drafts(city: SmallCity) -> None:
    draft(city)
    assert "呈报由重点办办理" in city.says("王联络员", "呈报1发送")


# ---- who is it ----


def test_a_stranger_is_asked_and_the_office_confirms(city: SmallCity) -> None:
    assert "我还不认识您" in city.stranger_says("wx-77", "你好")
    city.means = lambda text: (Bind("陈警官", "市公安局"),)
    assert "已转重点办确认" in city.stranger_says("wx-77", "我是市公安局的陈警官")
    assert any("请确认身份：市公安局陈警官" in line for line in city.told("赵主任"))
    assert "已确认市公安局陈警官" in city.says("赵主任", "确认身份：陈警官（市公安局）")
    assert city.person("陈警官").accounts == {"console": "wx-77"}


def test_somebody_new_becomes_a_liaison_of_his_project(city: SmallCity) -> None:
    city.means = lambda text: (Bind("新来的张三", None, 1),)
    city.stranger_says("wx-78", "我是路桥公司的新来的张三，负责国道342")
    city.says("赵主任", "确认身份：新来的张三")
    assert city.directory.reports_on(city.person("新来的张三")) == (1,)


def test_who_is_refused_stays_unknown(city: SmallCity) -> None:
    city.means = lambda text: (Bind("陈警官", "市公安局"),)
    city.stranger_says("wx-77", "我是市公安局的陈警官")
    assert "没有确认" in city.says("赵主任", "不是陈警官")
    assert city.person("陈警官").accounts == {}


def test_who_helps_may_be_said_with_the_dispatch(city: SmallCity) -> None:
    report(city)
    answer = city.do("赵主任", Dispatch(1, "市水务局"), "1号交办市水务局，市住建局配合")
    assert "已交办市水务局" in answer and "请市住建局协办" in answer
    assert city.do("赵主任", Dispatch(1, "市住建局"), "1号请市住建局协办") == "市住建局已经在协办1号。"


def test_a_return_goes_straight_to_the_unit_that_the_office_names(city: SmallCity) -> None:
    wishes(city, what="return", unit="市住建局", reason="不归我局")
    answer = city.do("赵主任", Approve(1), "1号同意退回，改交市住建局")
    assert "已从市水务局退回" in answer and "已交办市住建局" in answer
    assert city.ticket().state is State.DISPATCHED


def test_T0_what_was_missing_is_added_without_reporting_anew(city: SmallCity) -> None:
    report(city)
    city.says("赵主任", "1号退回补充，请说明管径")
    city.delivered()
    assert "已转重点办" in city.says("王联络员", "1号补充：管径DN600")
    assert not city.ticket().sent_back
    assert any("管径DN600" in line for line in city.told("赵主任"))


def test_the_own_limit_by_a_short_phrase(city: SmallCity) -> None:
    dispatched(city)
    city.means = lambda text: (Dispatch(1, "市水务局", date(2025, 9, 18)),)
    assert "1号改为18日办结" in city.says("赵主任", "1号限18日前办结")
    city.means = lambda text: (Dispatch(1, "市水务局", date(2025, 9, 30)),)
    assert "晚于规定时限" in city.says("赵主任", "1号限30日前办结")


def test_a_leaders_opinion_on_nothing_is_kept_and_asks_for_nothing(city: SmallCity) -> None:
    dispatched(city)
    city.do("李建国", Approve(1), "1号同意")
    (line,) = city.told("赵主任")
    assert "李市长同意1号" in line and "回“" not in line


def test_another_unit_does_not_inherit_the_pause(city: SmallCity) -> None:
    dispatched(city)
    city.do("赵主任", Pause(1, date(2025, 10, 20)), "1号中止到10月20日，等省厅批复")
    city.do("赵主任", Dispatch(1, "市住建局"), "1号改交市住建局")
    assert city.ticket().paused_until is None
