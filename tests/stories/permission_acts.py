"""The lines of docs/permissions.md as scenes: what stood before, what is said, and what shows that it was done.

The project is the road of Wenxi (ledger number 21, reported on by liaison-21); its trouble is 1号, given to
市水务局 with 市交通运输局 assisting, unless a scene says otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.acts import (
    Acknowledge,
    Act,
    Approve,
    Blocker,
    Category,
    Correct,
    Dispatch,
    Extend,
    Feedback,
    Grade,
    Instruct,
    Money,
    Node,
    Pause,
    Plan,
    Progress,
    Reject,
    Reopen,
    Resolve,
    Return,
    Scope,
    Severity,
    Supervise,
    Undo,
    Urge,
)
from bot.app import demo_time
from bot.mechanism.model import Kind
from bot.mechanism.months import days_of
from bot.mechanism.regime import load
from bot.mechanism.states import State
from storage import accounts, bulletins, corrections, milestones, outbox, rounds, unsaid
from storage.months import Account, month_state
from tests.stories.desk import Desk

Prepare = Callable[[Desk], object]

PEOPLE: Mapping[str, tuple[str, ...]] = {
    "联络员": ("liaison-21",),
    "别项目联络员": ("liaison-23",),
    "承办联系人": ("contact-swj",),
    "承办领导": ("deputy-swj", "head-swj"),
    "配合单位": ("contact-jtj",),
    "别的单位": ("contact-czj", "head-czj"),
    "市重点办": ("office-1",),
    "本县重点办": ("county-wenxi",),
    "外县重点办": ("county-jiangxian",),
    "县包联领导": ("sponsor-wenxi",),
    "市包联领导": ("vice-3",),
    "市长": ("mayor",),
    "秘书": ("secretary-1",),
    "督查室": ("inspect-1",),
    "不认识的人": ("nobody",),
}
STRANGER = "nobody"


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the table. `acts`: what the words mean, for who may not do it however he says it."""

    before: Prepare
    says: str
    done: Callable[[Desk, str], bool]
    acts: tuple[Act, ...] = ()
    group: str = ""  # where it is said; in private


# ---- what stood before ------------------------------------------------------------------------


def nothing(desk: Desk) -> None:
    """The morning of the demo city."""


def laid_out(desk: Desk) -> None:
    """A node of the road is laid out."""
    desk.says("liaison-21", "342改线节点：10月15日主体封顶")


def nodes_of(desk: Desk) -> list[milestones.Milestone]:
    """The nodes of the road."""
    road = desk.directory.project_numbered(21)
    assert road is not None
    return milestones.of_project(desk.tx, road.id)


def group_gone(desk: Desk) -> None:
    """A group in which the bot is, and that gets no summary any more."""
    desk.says("office-1", "本群收日报", group="wenxi")
    desk.says("office-1", "本群不收日报了", group="wenxi")


def reported(desk: Desk) -> None:
    """The liaison has reported the trouble: 待核实."""
    desk.says("liaison-21", "342改线卡在供水管迁改，请市水务局9月30日前解决")
    assert desk.state() is State.REPORTED


def given(desk: Desk, unit: str = "市水务局", assisting: str = "市交通运输局") -> None:
    """The office has given it to the unit, with another assisting: 已交办."""
    reported(desk)
    acts = [Dispatch(1, unit), Dispatch(1, assisting)]
    assert desk.does("office-1", f"1号交办{unit}，{assisting}协办", *acts) is None
    assert len(desk.ticket().unit_ids) == 2


def ordered(desk: Desk) -> None:
    """The office has issued a supervision order about it."""
    given(desk)
    desk.says("office-1", "1号发督办单：请加快，18日前回复")


def month_ends(desk: Desk) -> None:
    """September's accounts are open and handed over from the 25th on; the road has a figure of before."""
    calendar, regime = desk.city.rules.calendar, load("yangquan-2025")
    assert regime.months is not None
    days = days_of(regime.months, calendar, 2025, 9)
    ids = [one.id for one in desk.directory.ledger]
    accounts.open_month(desk.tx, 2025, 9, days, ids, regime.sha256, desk.now)
    for words in ("342改线今年累计2.1亿元", "八达今年累计5000万元"):
        desk.says("liaison-21", words)
    desk.now = days.hand_over_at


def month_handed_over(desk: Desk) -> None:
    """The road's liaison has handed September over."""
    month_ends(desk)
    desk.says("liaison-21", "9月数没有变化")


def month_over(desk: Desk) -> None:
    """September is over and its accounts are not closed."""
    month_handed_over(desk)
    desk.now += timedelta(days=8)


def month_closed(desk: Desk) -> None:
    """September's accounts are closed."""
    month_over(desk)
    desk.says("office-1", "9月关账")
    assert _september(desk).closed_at is not None


def behind_plan(desk: Desk) -> None:
    """The road was warned of: its corrected plan is owed."""
    project = desk.directory.project_numbered(21)
    assert project is not None
    row = {"project_id": project.id, "period": "2025-08", "what": "investment", "words": "落后11个百分点"}
    corrections.warn(desk.tx, [row], desk.now, desk.now + timedelta(days=5))


def _september(desk: Desk) -> Account:
    project = desk.directory.project_numbered(21)
    assert project is not None
    return month_state(desk.tx, 2025, 9).accounts[project.id]


def bulletin_drafted(desk: Desk) -> None:
    """September's bulletin is a draft."""
    desk.now = demo_time("2025-09-26 09:00")
    desk.says("office-1", "出9月通报")
    assert bulletins.open_one(desk.tx) is not None


def bulletin_commented(desk: Desk) -> None:
    """Counties may object to it."""
    bulletin_drafted(desk)
    desk.says("office-1", "通报征求意见")


def bulletin_agreed(desk: Desk) -> None:
    """The time for objections is over."""
    bulletin_commented(desk)
    desk.now = demo_time("2025-09-30 09:00")


def bulletin_signed(desk: Desk) -> None:
    """It is signed."""
    bulletin_agreed(desk)
    desk.says("office-1", "通报签发，签发人王主任")
    assert bulletins.last_signed(desk.tx) is not None


def given_to_county(desk: Desk) -> None:
    """The county's government has it."""
    given(desk, "闻喜县人民政府")


def given_to_office(desk: Desk) -> None:
    """The unit where the city's office sits has it itself."""
    given(desk, "市项目推进中心")


def arranged(desk: Desk) -> None:
    """The unit has arranged it: 办理中."""
    given(desk)
    desk.says("contact-swj", "1号周工负责，22日前迁完")
    assert desk.state() is State.IN_PROGRESS


def claimed(desk: Desk) -> None:
    """The unit claims its end: 待销号."""
    arranged(desk)
    assert desk.does("contact-swj", "1号已迁完，申请销号", Resolve(1)) is None


def claimed_by_county(desk: Desk) -> None:
    """The county's government claims the end of what it had."""
    given_to_county(desk)
    assert desk.does("contact-wenxi", "1号已迁完，申请销号", Resolve(1)) is None


def claimed_by_office(desk: Desk) -> None:
    """The contact in the unit where the office sits claims the end of what that unit had."""
    given_to_office(desk)
    assert desk.does("contact-xmzx", "1号已办完，申请销号", Resolve(1)) is None


def struck_off(desk: Desk) -> None:
    """It is over: 已销号."""
    claimed(desk)
    assert desk.does("liaison-21", "1号同意销号", Approve(1)) is None


def complex_one(desk: Desk) -> None:
    """The unit has a complex one."""
    arranged(desk)
    assert desk.does("office-1", "1号定为重大复杂问题", Grade(1, Severity.COMPLEX)) is None


def wants_extension(desk: Desk) -> None:
    """The unit asks for an extension."""
    arranged(desk)
    assert (
        desk.does("contact-swj", "1号申请延期到26日，原因：管材没到货", Extend(1, date(2025, 9, 26))) is None
    )


def county_wants_extension(desk: Desk) -> None:
    """The county's government asks for an extension."""
    given_to_county(desk)
    assert (
        desk.does("contact-wenxi", "1号申请延期到26日，原因：管材没到货", Extend(1, date(2025, 9, 26)))
        is None
    )


def wants_return(desk: Desk) -> None:
    """The unit says that it is not its job."""
    given(desk)
    assert desk.does("contact-swj", "1号退回，原因：管线归住建局管", Return(1)) is None


def county_wants_return(desk: Desk) -> None:
    """The county's government says that it is not its job."""
    given_to_county(desk)
    assert desk.does("contact-wenxi", "1号退回，原因：管线归住建局管", Return(1)) is None


def draft_waits(desk: Desk) -> None:
    """A draft about the ticket, for the mayor, waits for the office."""
    given(desk)
    mayor, ticket = desk.person("mayor"), desk.ticket()
    outbox.add(
        desk.tx,
        outbox.Notice(
            key="draft",
            kind="draft",
            urgency="event",
            person_id=mayor.id,
            ticket_id=ticket.id,
            project_id=ticket.project_id,
            line="请呈王市长：国道342供水管迁改需您协调",
            draft=True,
            release_at=desk.now + timedelta(days=1),
        ),
        desk.now,
    )


def asks_to_be_known(desk: Desk) -> None:
    """Somebody of Wenxi's government says who he is."""
    desk.says("newcomer", "我是闻喜县人民政府的韩立民，负责342改线")


def first_report(by: str) -> Prepare:
    """That person has reported progress."""

    def report(desk: Desk) -> None:
        words = "342改线9月完成投资1800万元"
        desk.says(by, words if by.startswith("liaison") else f"代刘明亮报：{words}")
        assert len(desk.reports()) == 1

    return report


def in_a_batch(desk: Desk) -> None:
    """The road is to go into a batch event."""
    desk.says("office-1", "9月28日集中开工：342改线")
    assert len(desk.picture()["batch_project"]) == 1


def resumed(desk: Desk) -> None:
    """The liaison has reported that work was taken up again."""
    desk.says("liaison-21", "342改线9月10日复工了")
    assert len(desk.reports()) == 1


# ---- what shows that it was done --------------------------------------------------------------


def now_in(*states: State) -> Callable[[Desk, str], bool]:
    """The ticket stands there."""
    return lambda desk, _account: desk.state() in states


def stepped(*kinds: str) -> Callable[[Desk, str], bool]:
    """The ticket's last step is of that kind."""
    return lambda desk, _account: desk.steps()[-1] in kinds


def taken_back(desk: Desk, account: str) -> bool:
    """Something was taken back."""
    return "undo" in desk.records()


def _counted(desk: Desk, account: str) -> bool:
    return len(desk.reports()) == 1


def _corrected(desk: Desk, account: str) -> bool:
    return any(19_000_000 in one.invested.values() for one in desk.reports())


def _entered(desk: Desk, account: str) -> bool:
    return bool(desk.numbers())


def _arranged(desk: Desk, account: str) -> bool:
    return desk.state() is State.IN_PROGRESS and Kind.ARRANGE not in desk.limits()


def _asks(what: str) -> Callable[[Desk, str], bool]:
    return lambda desk, _account: (desk.ticket().asks or {}).get("what") == what


def _known_now(desk: Desk, account: str) -> bool:
    return desk.directory.person_of("console", "newcomer") is not None


def _draft_sent(desk: Desk, account: str) -> bool:
    return desk.notice_states("draft") == [outbox.WAITING]


def _objected(desk: Desk, account: str) -> bool:
    one = bulletins.open_one(desk.tx)
    return one is not None and bool(bulletins.objections(desk.tx, one))


def _told_unit(desk: Desk, account: str) -> bool:
    return bool(desk.told("contact-swj", "instructed"))


def _plan_kept(desk: Desk, account: str) -> bool:
    return Kind.NODE in desk.limits()


def _planned(desk: Desk, account: str) -> bool:
    return len(desk.picture()["project_event"]) == 1


DEEDS: Mapping[str, Deed] = {
    "报进展": Deed(
        nothing,
        "342改线9月完成投资1800万元",
        _counted,
        (Progress(21, (Money(1800, Scope.MONTH),)),),
    ),
    "报专题报告": Deed(
        nothing,
        "342改线专题报告：供水管迁改没有完成，无法施工；下步月底前迁完复工",
        lambda desk, _: "special_report" in desk.records(),
    ),
    "交月账": Deed(
        month_ends,
        "9月数没有变化",
        lambda desk, _: bool(_september(desk).handed_over_at and not _september(desk).report_id),
    ),
    "确认月账": Deed(
        month_handed_over, "342改线9月数确认", lambda desk, _: _september(desk).confirmed_at is not None
    ),
    "对月账提异议": Deed(
        month_handed_over, "9月342改线不对，差200万", lambda desk, _: bool(_september(desk).objection)
    ),
    "关账": Deed(month_over, "9月关账", lambda desk, _: _september(desk).closed_at is not None),
    "核增核减": Deed(
        month_closed,
        "342改线9月核减200万，原因：发票重复入账",
        lambda desk, _: "figure_adjusted" in desk.records(),
    ),
    "录入统计口径的数": Deed(
        nothing, "统计：342改线1—8月完成1.5亿元", lambda desk, _: "second_figure" in desk.records()
    ),
    "定月计划": Deed(nothing, "342改线10月计划1500万", lambda desk, _: "month_plan" in desk.records()),
    "报纠偏计划": Deed(
        behind_plan,
        "342改线纠偏计划：10月底补到2.2亿元，增加两个班组",
        lambda desk, _: "corrected_plan" in desk.records(),
    ),
    "报堵点": Deed(
        nothing,
        "342改线卡在供水管迁改，请市水务局9月30日前解决",
        _entered,
        (Blocker(Category.UTILITIES, 21, ("市水务局",)),),
    ),
    "调整年度计划": Deed(
        nothing,
        "342改线退出年度计划，原因：资金没有落实",
        lambda desk, _: "left_ledger" in desk.records(),
    ),
    "加减项目叫法": Deed(
        nothing,
        "342改线也叫新河路",
        lambda desk, _: any(
            "新河路" in one.nicknames for one in desk.city.directory.get(desk.tx).projects.values()
        ),
    ),
    "排节点": Deed(nothing, "342改线节点：10月15日主体封顶", lambda desk, _: bool(nodes_of(desk))),
    "报节点完成": Deed(
        laid_out, "342改线节点主体封顶完成", lambda desk, _: nodes_of(desk)[0].done is not None
    ),
    "更正进展": Deed(
        first_report("liaison-21"), "342改线9月改成1900万", _corrected, (Correct(21, (Money(1900),)),)
    ),
    "撤销刚办的": Deed(first_report("liaison-21"), "撤销", taken_back, (Undo(),)),
    "撤回自己报的问题": Deed(reported, "撤销", now_in(State.WITHDRAWN), (Undo(),)),
    "核实列入": Deed(reported, "1号核实列入", now_in(State.ENTERED), (Approve(1),)),
    "不列入": Deed(reported, "1号不列入，原因：企业自行解决", now_in(State.DECLINED), (Reject(1),)),
    "退回补充": Deed(
        reported, "1号退回补充，管线权属写清楚", lambda desk, _: desk.ticket().sent_back, (Reject(1),)
    ),
    "交办市级单位": Deed(reported, "1号交办市水务局", now_in(State.DISPATCHED), (Dispatch(1, "市水务局"),)),
    "交办县里的单位": Deed(
        reported, "1号交办闻喜县人民政府", now_in(State.DISPATCHED), (Dispatch(1, "闻喜县人民政府"),)
    ),
    "接单": Deed(given, "1号周工负责，22日前迁完", _arranged, (Acknowledge(1, "周工", date(2025, 9, 22)),)),
    "反馈": Deed(given, "1号已到现场，正在开挖", stepped("feedback"), (Feedback(1),)),
    "申请销号": Deed(arranged, "1号已迁完，申请销号", now_in(State.RESOLVED), (Resolve(1),)),
    "申请延期": Deed(
        arranged,
        "1号申请延期到26日，原因：管材没到货",
        _asks("extension"),
        (Extend(1, date(2025, 9, 26)),),
    ),
    "申请退回": Deed(given, "1号退回，原因：管线归住建局管", _asks("return"), (Return(1, "市住建局"),)),
    "报书面方案": Deed(
        complex_one,
        "1号方案：9月30日完成设计，10月10日完成迁改",
        _plan_kept,
        (Plan(1, (Node(date(2025, 9, 30), "完成设计"), Node(date(2025, 10, 10), "完成迁改"))),),
    ),
    "同意延期": Deed(wants_extension, "1号同意延期", stepped("extend"), (Approve(1),)),
    "同意退回": Deed(wants_return, "1号同意退回", now_in(State.ENTERED), (Approve(1),)),
    "同意销号": Deed(claimed, "1号同意销号", now_in(State.STRUCK_OFF), (Approve(1),)),
    "不同意销号": Deed(claimed, "1号不同意销号，原因：还在漏水", now_in(State.IN_PROGRESS), (Reject(1),)),
    "提前办结时限": Deed(
        arranged, "1号限18日前办结", stepped("own_limit"), (Dispatch(1, due=date(2025, 9, 18)),)
    ),
    "定一般或重大复杂": Deed(
        arranged, "1号定为重大复杂问题", stepped("grade"), (Grade(1, Severity.COMPLEX),)
    ),
    "中止": Deed(
        arranged,
        "1号中止到10月20日，原因：等省厅批复",
        stepped("pause"),
        (Pause(1, date(2025, 10, 20)),),
    ),
    "重新打开": Deed(struck_off, "1号重新打开，原因：又漏了", now_in(State.DISPATCHED), (Reopen(1),)),
    "挂牌督办": Deed(
        arranged, "1号挂牌：办法，先通临时管", lambda desk, _: desk.ticket().listed, (Supervise(1),)
    ),
    "批示": Deed(given, "1号请市水务局本周五前拿出方案", _told_unit, (Instruct(1, due=date(2025, 9, 19)),)),
    "录入领导批示": Deed(given, "王市长批示：1号本周五前解决", _told_unit),
    "催办": Deed(given, "催1号", stepped("urge"), (Urge(1),)),
    "呈报省里": Deed(given, "1号上报省重点办", stepped("report_up")),
    "发督办单": Deed(arranged, "1号发督办单：请加快，18日前回复", stepped("supervise_order")),
    "回复督办单": Deed(ordered, "1号督办单回复：管材到了", stepped("order_answer")),
    "定办理步骤": Deed(given, "1号分步：18日前完成设计；22日前迁完", stepped("substeps")),
    "出通报": Deed(nothing, "出9月通报", lambda desk, account: bulletins.open_one(desk.tx) is not None),
    "对通报提异议": Deed(bulletin_commented, "对通报有异议：342今年应为2.3亿元", _objected),
    "签发通报": Deed(
        bulletin_agreed,
        "通报签发，签发人王主任",
        lambda desk, account: bulletins.last_signed(desk.tx) is not None,
    ),
    "免除约谈": Deed(
        bulletin_drafted,
        "约谈免除夏县：受灾停工",
        lambda desk, account: bool(bulletins.exemptions(desk.tx, 2025, 9)),
    ),
    "发送呈报": Deed(draft_waits, "呈报1发送", _draft_sent),
    "放到以后再看": Deed(draft_waits, "呈报1明天上午再看", lambda desk, account: desk.has_put_off(account)),
    "确认新人": Deed(asks_to_be_known, "确认身份：韩立民", _known_now),
    "定开复工计划": Deed(nothing, "342改线复工计划9月底", _planned),
    "补佐证": Deed(resumed, "342改线复工文号：运审批〔2025〕12号", lambda desk, _: "proof" in desk.records()),
    "抽查": Deed(resumed, "342改线复工抽查不实，现场没有人", lambda desk, _: "spot_check" in desk.records()),
    "登记项目法人": Deed(nothing, "342改线法人是王强", lambda desk, _: "duty" in desk.records()),
    "登记市级包联领导": Deed(nothing, "342改线由赵市长包联", lambda desk, _: "duty" in desk.records()),
    "交接联络员": Deed(nothing, "刘明亮调离，由蔡永刚接联络员", lambda desk, _: "duty" in desk.records()),
    "一键调度项目": Deed(
        nothing,
        "一键调度342改线",
        lambda desk, _: bool(rounds.newest(desk.tx)) and len(desk.told("liaison-21", "round")) > 0,
    ),
    "回集中开工备好没有": Deed(
        in_a_batch, "342改线集中开工已备好", lambda desk, _: "batch" in desk.records()
    ),
    "开集中开工": Deed(
        nothing, "9月28日集中开工：342改线", lambda desk, _: len(desk.picture()["batch_project"]) == 1
    ),
    "认定暂不具备入统条件": Deed(nothing, "342改线暂不具备入统条件，原因：法人没有注册", _planned),
    "登记储备项目": Deed(
        nothing,
        "储备项目：汽车配件二期，闻喜县，产业，总投资60亿元",
        lambda desk, _: bool(desk.picture()["reserve_project"]),
    ),
    "录入督查": Deed(
        nothing, "342改线督查：现场只有一个作业面", lambda desk, _: "inspection" in desk.records()
    ),
    "设日报不提的词": Deed(nothing, "日报不提征地补偿", lambda desk, _: bool(unsaid.standing(desk.tx))),
    "代联络员报进展": Deed(nothing, "代刘明亮报：342改线9月完成投资1800万元", _counted),
    "设本县的群收日报": Deed(
        group_gone,
        "这是闻喜县群，17:30发日报",
        lambda desk, _: any(one.key == "wenxi" for one in desk.directory.groups.values()),
        group="wenxi",
    ),
    "代承办单位反馈": Deed(given, "代市水务局反馈：1号已到现场，正在开挖", stepped("feedback")),
}
