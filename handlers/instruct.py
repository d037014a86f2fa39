"""批示: a leader's words, kept whole, told to who must act; what was said on paper is entered for him.

A county's or the city's leader (and who heads the office) shortens a ticket's limit by the day that he names,
as the office itself may; the head of a unit speaks to his own unit and changes no limit.
"""

import re
from dataclasses import replace
from datetime import date
from functools import partial

from bot.acts import Instruct
from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn, joined, tried
from bot.wording import date_words, last_day
from handlers import clocks, rights
from handlers.telling import note, reached, reporters, tell
from storage import instructions, reports, tickets
from storage.directory import SECRETARY, Person, Project, Unit
from storage.tickets import Ticket

router = Router()


@router.on(Instruct)
def instruct(act: Instruct, turn: Turn) -> Reply:
    """Keep what the sender instructs and tell who must act."""
    if turn.sender.rank == Rank.STAFF:
        raise Refusal("批示请写明是哪位领导的，如“李市长批示：17号本周五前解决”；要催办请写“催17号”。")
    if act.due is not None and act.due < turn.today:
        raise Refusal(f"要求的日期{date_words(act.due, turn.today)}已经过去，请重写一个日期。")
    unit = turn.directory.unit_named(act.unit) if act.unit else None
    if act.ticket is not None:
        return _on_ticket(rights.must_see_ticket(turn, act.ticket), unit, act.due, turn)
    if act.project is not None:
        return _on_project(_must_see_project(turn, act.project), unit, act.due, turn)
    if unit is None:
        raise Refusal("请写明批示的是哪个项目、哪一件或哪个单位，如“17号本周五前解决”。")
    return _on_unit(unit, act.due, turn)


@router.phrase(
    r"(?P<whom>[\u4e00-\u9fff]{2,10}?)(?:的)?(?:书面)?(?:批示|指示|要求|口头要求)(?:如下)?[：:]\s*(?P<words>.+)"
)
def enter_for_leader(match: re.Match[str], turn: Turn) -> Reply | None:
    """李市长批示：17号本周五前解决. The office or his secretary enters it; both names stand."""
    if turn.sender.rank > Rank.STAFF and turn.sender.called == match["whom"]:
        return _understood(match["words"], turn, turn)
    leader = turn.directory.person_called(match["whom"])
    if leader is None or leader.rank == Rank.STAFF:
        if not turn.writer.has(Role.OFFICE):
            return None
        raise Refusal(f"名录里没有找到“{match['whom']}”，或有几位同名。请写领导的姓名，如“李建国批示：…”。")
    _must_enter_for(leader, turn)
    return _understood(match["words"], replace(turn, sender=leader), turn)


@router.phrase(
    r"(?P<whom>[\u4e00-\u9fff]{2,10}?)(?:刚才|今天)?(?:说|讲|强调|交代|要求|指示)[了，,：:]?(?P<words>.+)"
)
def relay_for_leader(match: re.Match[str], turn: Turn) -> Reply | None:
    """吕市长说3号加快, as the office or a secretary passes it on."""
    staff = turn.writer.has(Role.OFFICE) or turn.writer.has(SECRETARY)
    if not staff or match["whom"] in (turn.sender.called, turn.sender.name):
        return None
    named = turn.directory.leaders_called(match["whom"])
    if not named:
        return None
    if len(named) > 1:
        raise Refusal(f"有几位{match['whom']}。请写领导的姓名，如“{named[0].name}批示：…”。")
    _must_enter_for(named[0], turn)
    return _understood(match["words"], replace(turn, sender=named[0]), turn)


def _must_enter_for(leader: Person, turn: Turn) -> None:
    if not (turn.writer.has(Role.OFFICE) or leader.secretary_id == turn.writer.id):
        raise Refusal(f"{leader.called}的批示由本人、其秘书或重点办录入。")


def _understood(words: str, turn: Turn, spoken: Turn) -> Reply:
    """The instruction within the words that were entered."""
    acts = turn.understand(turn, words).acts
    found = [one for one in acts if isinstance(one, Instruct)]
    if not found:
        # “请水务局抓紧17号” may be read as another act: its ticket or project is what is instructed.
        found = [
            Instruct(getattr(one, "ticket", None), getattr(one, "project", None), getattr(one, "unit", None))
            for one in acts
            if getattr(one, "ticket", None) or getattr(one, "project", None)
        ]
    if not found:
        raise Refusal("没读出批示的是哪一件。请写明编号或项目，如“李市长批示：17号本周五前解决”。")

    def enter(one: Instruct) -> Reply:
        # Who enters it must see it himself: a county's office nothing of another's.
        if one.ticket is not None:
            rights.must_see_ticket(spoken, one.ticket)
        elif one.project is not None:
            _must_see_project(spoken, one.project)
        return instruct(one, replace(turn, text=spoken.text))

    return joined([tried(turn, partial(enter, one)) for one in found])


def _must_see_project(turn: Turn, number: int) -> Project:
    project = rights.must_know_project(turn, number)
    scope = turn.directory.scope_of(turn.sender)
    if not (scope.everything or project.id in scope.project_ids):
        raise Refusal(f"{project.short}不在您分管、包联的项目里，请联系重点办。")
    return project


def _keep(turn: Turn, due: date | None, **what: int | None) -> int:
    """Its number, by which it is answered (批示3已办结：…)."""
    return instructions.add(
        turn.tx,
        leader_id=turn.sender.id,
        entered_by_id=turn.writer.id,
        words=turn.text,
        at=turn.now,
        inbox_id=turn.inbox_id,
        due=due,
        **what,
    )


def _said(turn: Turn) -> str:
    words = turn.text.split("：", 1)[-1] if turn.text.startswith(turn.sender.called) else turn.text
    return f"{turn.sender.called}批示：“{words.strip()[:120]}”"


def _reply(turn: Turn, about: str, number: int, told: list[Person], extra: str = "") -> Reply:
    """To the leader himself in his tone; to who entered it, what was done."""
    units = "、".join(dict.fromkeys(one.unit for one in told if one.unit))
    passed = f"，已转{units}" if units else ""
    if turn.on_behalf:
        return Reply(f"{turn.sender.called}的批示已记在{about}（批示{number}）{passed}。{extra}")
    return Reply(f"您对{about}的批示已记录（批示{number}）{passed}。{extra}办结后向您报告。")


_PLAN = re.compile(
    r"(?:拿|报|提|出|交|送|写|做|完成|形成|制定|研究|汇报|说明|反馈)[^，,。；;]{0,6}?"
    r"(?:方案|意见|办法|计划|报告|情况|思路|时间表|路线图|清单|说明|建议|结果|进展|措施)|汇报|报告|回话|答复|说法"
    r"|(?:解决[^，,。；;的]{0,8}的?)?(?<!按)(?:方案|意见|计划|报告|时间表)"
    r"[^，,。；;]{0,8}(?:拿|提|报(?!批)|交(?![地付工])|送)出?"
)
_SOLVED = re.compile(
    r"解决|办结|办完|办妥|办好|完成|销号|化解|落实|到位|迁完|拆完|清零|开工|复工|通车|通水|通电|批复|交地"
)
_DAY = re.compile(r"[前内]|周[一二三四五六日天末]|星期|月底|月末|年底|今天|今晚|明天|后天")


def _wants_plan(words: str) -> bool:
    """Whether what is wanted by the day is a plan or a report (周五前拿方案), not the end of the matter."""
    clauses = re.split(r"[，,。；;！!\n]", words)
    dated = [one for one in clauses if _DAY.search(one) and (_PLAN.search(one) or _SOLVED.search(one))]
    said = dated[0] if dated else words
    return bool(_PLAN.search(said)) and not _SOLVED.search(_PLAN.sub("", said))


def _not_with(ticket: Ticket, unit: Unit | None, turn: Turn) -> str:
    """That the unit which the leader names does not have the ticket, and who has; "" where it has."""
    lead = turn.directory.units.get(ticket.lead_id or 0)
    if unit is None or unit.id in ticket.unit_ids or lead is None:
        return ""
    return f"点的{unit.name}不是承办单位（承办：{lead.name}）"


def _on_ticket(ticket: Ticket, named: Unit | None, due: date | None, turn: Turn) -> Reply:
    number = ticket.number
    strong = rights.is_leader(turn.sender) or rights.decides(turn, ticket)
    if not strong and rights.acts_for_unit(turn, ticket) is None:
        raise Refusal(f"{number}号不归贵单位承办。有意见请直接写给我，我转告重点办。")
    if not ticket.is_open:
        raise Refusal(f"{number}号现在是“{ticket.state.words}”。需要再办，请批示重点办重新打开。")
    noted = due if due is not None and _wants_plan(turn.text) else None
    limits = due is not None and strong and noted is None
    new, ignored = clocks.shortened(turn, ticket, due) if limits and due is not None else (None, None)
    if new is not None and due is not None:
        new = replace(new, say=f"批示限{date_words(due, turn.today)}")
    row = clocks.solving(turn, ticket)
    ticket = tickets.step(
        turn.tx,
        ticket,
        "instruct",
        note(turn, data={"due": due.isoformat() if due else None}),
        rules=turn.rules,
        dues=clocks.replacing(turn, ticket, new) if new else (),
        void=(new.kind,) if new else (),
        void_why="领导批示",
    )
    other = _not_with(ticket, named, turn)
    # A day for a plan ends no limit, not even of a unit that gets the ticket later; it stands in the words.
    kept = _keep(turn, None if noted else due, ticket_id=ticket.id, unit_id=named.id if named else None)
    end = new or row
    by = date_words(last_day(end.due), turn.today) if end else "X日"
    limit = f"。办结时限提前：{clocks.limits_words([new], turn.today)}" if new else ""
    if noted is not None:
        limit = f"。要求{date_words(noted, turn.today)}前拿方案、报情况，已记下，办结时限不变"
    unit = turn.directory.units.get(ticket.lead_id or 0)
    told = []
    if unit is not None:
        told = tell(
            turn,
            _of_unit(turn, unit),
            "instructed",
            f"{number}号 {ticket.title}：{_said(turn)}{limit}{f'。{other}' if other else ''}",
            ticket=ticket,
            unit=named if other else None,
            answer="由谁拿、是否改交由重点办酌定，贵单位照常办理。"
            if other
            else f"请安排后回一句，如“{number}号周工负责，{by}前办完”。",
            why=f"{unit.name}承办这件事",
        )
    told += tell(
        turn,
        rights.office_of(turn, ticket),
        "instructed",
        f"{number}号 {ticket.title}：{_said(turn)}{limit}{f'。{other}' if other else ''}",
        ticket=ticket,
        unit=named if other else None,
        answer=_to_office(ticket, named, other),
        why="领导批示由重点办跟踪",
    )
    tell(
        turn,
        reporters(turn, ticket),
        "instructed",
        f"{number}号 {ticket.title}：领导已有批示{limit}",
        ticket=ticket,
    )
    extra = f"{ignored}。" if ignored else ""
    if other:
        whose = turn.sender.called if turn.on_behalf else "您"
        extra += f"{whose}{other}，{'请酌定' if turn.writer.has(Role.OFFICE) else '已请重点办酌定'}。"
    return replace(
        _reply(turn, f"{number}号", kept, told, f"{limit.lstrip('。')}。{extra}" if limit else extra),
        about={"ticket": number},
    )


def _to_office(ticket: Ticket, named: Unit | None, other: str) -> str:
    """What the office is to do about the instruction."""
    number = ticket.number
    if ticket.lead_id is None:
        return f"这件还没有交办，请尽快回“{number}号交办{named.name if named else 'XX局'}”。"
    if named is not None and other:
        return f"请酌定：改交回“{number}号交办{named.name}”，协办回“{number}号请{named.name}协办”。"
    return ""


def _on_project(project: Project, unit: Unit | None, due: date | None, turn: Turn) -> Reply:
    number = _keep(turn, due, project_id=project.id, unit_id=unit.id if unit else None)
    reports.add_step(
        turn.tx,
        project.id,
        "instruct",
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        words=turn.text,
        at=turn.now,
        inbox_id=turn.inbox_id,
    )
    directs = unit is not None and _may_direct(turn, unit)
    told = _pass_on(
        turn,
        f"{project.short}：{_said(turn)}（批示{number}）",
        unit if directs else None,
        number,
        to_office="需要立为问题的，请登记后交办。" if directs or unit is None else _to_decide(unit),
        project=project,
    )
    liaisons = [turn.directory.people[one] for one in project.liaisons if one in turn.directory.people]
    tell(
        turn,
        liaisons,
        "instructed",
        f"{project.short}：{_said(turn)}（批示{number}）",
        project=project,
        answer="有进展请直接报我。" if unit is not None else _ANSWER.format(number),
        why="您是这个项目的联络员",
    )
    return _reply(
        turn, project.short, number, told, "" if directs or unit is None else _PASSED.format(unit.name)
    )


def _on_unit(unit: Unit, due: date | None, turn: Turn) -> Reply:
    if not rights.is_leader(turn.sender) and turn.sender.unit_id not in turn.directory.units_above(unit.id):
        raise Refusal(f"{unit.name}不归贵单位管，请联系重点办。")
    number = _keep(turn, due, unit_id=unit.id)
    directs = _may_direct(turn, unit)
    told = _pass_on(
        turn,
        f"{unit.name}：{_said(turn)}（批示{number}）",
        unit if directs else None,
        number,
        to_office="" if directs else _to_decide(unit),
        about=unit,
    )
    return _reply(turn, unit.name, number, told, "" if directs else _PASSED.format(unit.name))


def _pass_on(
    turn: Turn,
    line: str,
    unit: Unit | None,
    number: int,
    *,
    to_office: str,
    project: Project | None = None,
    about: Unit | None = None,
) -> list[Person]:
    """The unit hears of it (None: none does), and the city's office, which follows it."""
    told = tell(
        turn,
        _of_unit(turn, unit) if unit else [],
        "instructed",
        line,
        project=project,
        unit=about,
        answer=_ANSWER.format(number),
        why="领导点到贵单位",
    )
    return told + tell(
        turn,
        turn.directory.office_people(None),
        "instructed",
        line,
        project=project,
        unit=about,
        answer=to_office,
        why="领导批示由重点办跟踪",
    )


_ANSWER = "进展请回“批示{0}：…”，办结回“批示{0}已办结：…”。"


def _to_decide(unit: Unit) -> str:
    return f"请酌定是否转{unit.name}办理。"


_PASSED = "{}不归县里管，由市重点办酌定转办。"


def _may_direct(turn: Turn, unit: Unit) -> bool:
    """The city's leaders every unit, a county's those of the county and who leads a ticket of its projects."""
    if turn.sender.rank != Rank.COUNTY_LEADER:
        return True
    area_id = turn.directory.area_of(turn.sender)
    if area_id is not None and area_id == unit.area_id:
        return True
    his = turn.directory.scope_of(turn.sender).project_ids
    return any(one.lead_id == unit.id for one in tickets.of_projects(turn.tx, his))


def _of_unit(turn: Turn, unit: Unit) -> list[Person]:
    """The unit's contacts and its head."""
    return [*reached(turn.directory, unit, turn.now), *turn.directory.in_unit(unit.id, rank=Rank.HEAD)]
