"""批示跟踪: an instruction is followed until it comes back to who gave it.

我的批示; 领导批示                     the leader's own; the office: all of them
批示3                                   one of them
批示3：已约两家，周五会商                  how far it is: who owes it, or the office for him
批示3已办结：资金已拨付                    done, says who owes it; the office confirms it
批示3销号; 批示3退回，原因…              the office, a second person

What is instructed about a ticket ends with the ticket.
"""

import re
from datetime import timedelta

from bot.calendar import day_of
from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.paging import page
from handlers.reasons import reason_in
from handlers.telling import submit, tell
from storage import instructions, reports, tickets
from storage.directory import Person, Project
from storage.instructions import Instruction

router = Router()

_LATELY = timedelta(days=30)
_SHOWN = 40
_DONE = r"(?:已经?|都)?(?:办结|办完|办好|办妥|完成|落实|解决)(?:了)?"


@router.phrase(
    r"(?:看看?|查)?(?P<whose>我的|我作的|我做的|领导(?:的)?)批示(?:清单|情况|办得怎么样|办得如何|落实情况|进展)?(?:了)?"
    r"[，,\s]*(?:第(?P<page>\d{1,3})页)?[？?。]?"
)
def show_list(match: re.Match[str], turn: Turn) -> Reply | None:
    """我的批示: what he instructed, where it stands, what came back; the office reads all leaders'."""
    if turn.chat.group:
        raise Refusal("批示请私聊我问，群里不说。")
    number = int(match["page"] or 1)
    mine = match["whose"].startswith("我")
    since = turn.now - _LATELY
    if mine and turn.sender.rank > Rank.STAFF:
        found = instructions.standing(turn.tx, turn.sender.id, since)
        head, none = "您的批示", "您近期没有批示。"
    elif turn.sender.has(Role.OFFICE) or rights.heads_city_office(turn.directory, turn.sender):
        found = [one for one in instructions.standing(turn.tx, since=since) if _sees(turn, one)]
        head, none = "领导批示", "近期没有领导批示。"
    else:
        raise Refusal("领导批示由领导本人和重点办查看。转到您单位的，请问“我的问题”。")
    if not found:
        return Reply(none)
    open_ones = [one for one in found if one.done_at is None]
    over = sum(1 for one in open_ones if _days_over(one, turn) > 0)
    lines = [_line(one, turn, names_leader=not mine) for one in [*open_ones, *_done_of(found)]]
    counts = f"在办{len(open_ones)}件" + (f"（逾期{over}件）" if over else "")
    ended = len(found) - len(open_ones)
    return Reply(
        page(
            f"{head}：{counts}{f'，30天内办结{ended}件' if ended else ''}。",
            lines,
            number,
            f"{'我的' if mine else '领导'}批示",
        )
    )


def _done_of(found: list[Instruction]) -> list[Instruction]:
    return sorted((one for one in found if one.done_at), key=lambda one: one.done_at or one.at, reverse=True)


@router.phrase(r"批示(?P<number>\d{1,6})号?(?:办得怎么样|怎么样了?|情况|进展)?[？?。]?")
def show_one(match: re.Match[str], turn: Turn) -> Reply | None:
    """批示3: the words, who owes it, what was answered."""
    one = _must_see(match, turn)
    leader = turn.directory.people.get(one.leader_id)
    who = leader.called if leader else ""
    lines = [
        f"批示{one.number}（{who}{date_words(day_of(one.at), turn.today)}）：“{bare(one.words, leader)}”",
        f"事项：{_about(one, turn)}；{_standing(one, turn)}。",
    ]
    if one.said and one.said_at:
        by = turn.directory.people.get(one.said_by_id or 0)
        lines.append(
            f"{date_words(day_of(one.said_at), turn.today)}{by.signed if by else ''}答复：“{one.said}”"
        )
    if one.done_at is None and one.ticket_id is None and _follows(turn, one):
        lines.append(
            f"属实请回“批示{one.number}销号”，不实回“批示{one.number}退回，原因…”。"
            if one.claimed_at
            else f"进展请回“批示{one.number}：…”，办结回“批示{one.number}已办结：…”。"
        )
    return Reply("\n".join(lines))


@router.phrase(
    r"批示(?P<number>\d{1,6})号?(?:(?P<done>"
    + _DONE
    + r")(?:[：:，,。\s]+(?P<how>.+))?|[：:，,]\s*(?P<words>.+)|反馈[：:，,]?\s*(?P<said>.+))"
)
def answer(match: re.Match[str], turn: Turn) -> Reply | None:
    """How far it is, or that it is done; the office hears it, and confirms an end."""
    one = _must_see(match, turn)
    if one.ticket_id is not None:
        number = tickets.by_id(turn.tx, [one.ticket_id])[0].number
        raise Refusal(f"这条批示随{number}号办理，请直接写“{number}号…”；{number}号销号了，批示就办结。")
    if not (_owes(turn, one) or _follows(turn, one)):
        raise Refusal(f"批示{one.number}由承办的单位或项目联络员答复。")
    if one.done_at is not None:
        raise Refusal(f"批示{one.number}已经办结。")
    words = (match["how"] or match["words"] or match["said"] or "").strip()
    claims = match["done"] is not None
    if claims and len(words) < 2:
        raise Refusal(f"请写明办得怎么样，如“批示{one.number}已办结：资金9月20日拨付到位”。")
    instructions.say(turn.tx, one.number, words, turn.writer.id, turn.now, claims=claims)
    _history(one, "instruction_claimed" if claims else "instruction_said", turn)
    leader = turn.directory.people.get(one.leader_id)
    what = "报办结" if claims else "反馈"
    tell(
        turn,
        _office(turn, one),
        "instruction-said",
        f"批示{one.number}（{leader.called if leader else ''}，{_about(one, turn)}）{turn.sender.signed}{what}：“{words[:120]}”",
        answer=f"属实请回“批示{one.number}销号”，不实回“批示{one.number}退回，原因…”。" if claims else "",
        why="领导批示由重点办跟踪",
    )
    return Reply(
        f"记下了，批示{one.number}已报办结，等重点办确认后向领导报告。"
        if claims
        else f"记下了，已告诉重点办。办结了请回“批示{one.number}已办结：…”。"
    )


@router.phrase(r"批示(?P<number>\d{1,6})号?(?:同意|可以)?(?:销号|办结属实|属实)[。！!]?")
def strike_off(match: re.Match[str], turn: Turn) -> Reply | None:
    """The office confirms the end: it goes back to the leader, by a draft where he is the county's or the city's."""
    one = _must_follow(match, turn)
    if one.done_at is not None:
        raise Refusal(f"批示{one.number}已经办结。")
    if one.claimed_at is None:
        raise Refusal(f"批示{one.number}承办单位还没有报办结，请先请他们回“批示{one.number}已办结：…”。")
    if one.said_by_id == turn.writer.id:
        raise Refusal("办结要由另一人确认，不能由报办结的人自己确认。请重点办其他同志确认。")
    instructions.strike_off(turn.tx, one.number, one.said, turn.now)
    _history(one, "instruction_done", turn)
    leader = turn.directory.people.get(one.leader_id)
    if leader is not None:
        report(turn, one, leader)
    return Reply(f"批示{one.number}已办结，{'拟呈' + leader.called if leader else '已记录'}：{one.said}")


@router.phrase(r"批示(?P<number>\d{1,6})号?(?:退回重?办?|不同意(?:销号|办结)?|没有?办结|不属实).*")
def send_back(match: re.Match[str], turn: Turn) -> Reply | None:
    """The claimed end is none; who claimed it reads why."""
    one = _must_follow(match, turn)
    if one.claimed_at is None or one.done_at is not None:
        raise Refusal(f"批示{one.number}没有等待确认的办结。")
    why = reason_in(turn.text, re.compile(r"批示\d+号?|退回重?办?|不同意(?:销号|办结)?|没有?办结|不属实"))
    if not why:
        raise Refusal(f"退回要写明理由，请回“批示{one.number}退回，原因…”。")
    instructions.send_back(turn.tx, one.number)
    _history(one, "instruction_back", turn)
    by = turn.directory.people.get(one.said_by_id or 0)
    tell(
        turn,
        [by] if by else [],
        "instruction-back",
        f"批示{one.number}（{_about(one, turn)}）没有同意办结：{why}",
        answer=f"办好后再回“批示{one.number}已办结：…”。",
    )
    return Reply(f"批示{one.number}已退回，原因已告诉{by.signed if by else '承办单位'}。")


def report(turn: Turn, one: Instruction, leader: Person, outcome: str = "") -> None:
    """您9月15日批示的…已办结：…: to a county's or the city's leader as a draft, to a unit's at once."""
    words = outcome or one.said
    line = (
        f"您{date_words(day_of(one.at), turn.today)}批示的{_about(one, turn)}已办结"
        f"{f'：{words}' if words else ''}。"
    )
    if rights.is_leader(leader):
        project = turn.directory.projects.get(one.project_id or 0)
        submit(turn, leader, line, "instruction-done", project=project, office=_office(turn, one))
    else:
        tell(turn, [leader], "instruction-done", line)


def bare(words: str, leader: Person | None) -> str:
    """The instruction without the “李市长批示：” under which it was entered."""
    said = words.strip()
    head = re.match(r"[^：:]{2,12}?(?:批示|指示|要求|口头要求)(?:如下)?[：:]\s*", said)
    return (said[head.end() :] if head and leader is not None else said)[:120]


def _line(one: Instruction, turn: Turn, *, names_leader: bool) -> str:
    leader = turn.directory.people.get(one.leader_id)
    who = f"{leader.called}" if names_leader and leader else ""
    words = bare(one.words, leader)[:_SHOWN]
    return (
        f"批示{one.number}（{who}{date_words(day_of(one.at), turn.today)}）{_about(one, turn)}："
        f"“{words}”，{_standing(one, turn)}"
    )


def _about(one: Instruction, turn: Turn) -> str:
    """What it concerns: 17号 国道342供水管迁改, 国道342, 市水务局."""
    if one.ticket_id is not None:
        ticket = tickets.by_id(turn.tx, [one.ticket_id])[0]
        return f"{ticket.number}号 {ticket.title}"
    project = turn.directory.projects.get(one.project_id or 0)
    unit = turn.directory.units.get(one.unit_id or 0)
    return "、".join(name for name in (project.short if project else "", unit.name if unit else "") if name)


def _standing(one: Instruction, turn: Turn) -> str:
    if one.done_at is not None:
        return f"{date_words(day_of(one.done_at), turn.today)}办结" + (
            f"：{one.outcome[:60]}" if one.outcome else ""
        )
    if one.claimed_at is not None:
        return "承办单位已报办结，待确认"
    over = _days_over(one, turn)
    state = "在办"
    if one.ticket_id is not None:
        state = tickets.by_id(turn.tx, [one.ticket_id])[0].state.words
    if over > 0:
        return f"{state}，逾期{over}天"
    by = f"，要求{date_words(one.due, turn.today)}前" if one.due else ""
    return f"{state}{by}" + (f"，最近答复“{one.said[:_SHOWN]}”" if one.said else "")


def _days_over(one: Instruction, turn: Turn) -> int:
    return (turn.today - one.due).days if one.due is not None and one.done_at is None else 0


# ---- who may ----


def _must_see(match: re.Match[str], turn: Turn) -> Instruction:
    one = instructions.numbered(turn.tx, int(match["number"]))
    if one is None or not _sees(turn, one):
        raise Refusal(f"没有查到您可以查看的批示{match['number']}。清单可问“我的批示”。")
    return one


def _must_follow(match: re.Match[str], turn: Turn) -> Instruction:
    one = _must_see(match, turn)
    if one.ticket_id is not None:
        number = tickets.by_id(turn.tx, [one.ticket_id])[0].number
        raise Refusal(f"这条批示随{number}号办理，请写“{number}号同意销号”。")
    if not _follows(turn, one):
        raise Refusal(f"批示{one.number}的办结由重点办确认。")
    return one


def _sees(turn: Turn, one: Instruction) -> bool:
    if one.leader_id == turn.sender.id or _follows(turn, one) or _owes(turn, one):
        return True
    if one.ticket_id is not None:
        return rights.may_see(turn, tickets.by_id(turn.tx, [one.ticket_id])[0])
    return turn.sender.rank >= Rank.MAYOR


def _follows(turn: Turn, one: Instruction) -> bool:
    """The city's office; a county's of what its own leaders instructed about its own projects."""
    directory, who = turn.directory, turn.sender
    if rights.is_city_office(directory, who) or rights.heads_city_office(directory, who):
        return True
    leader, project = directory.people.get(one.leader_id), _project_of(one, turn)
    area_id = directory.area_of(who)
    return (
        who.has(Role.OFFICE)
        and leader is not None
        and project is not None
        and directory.area_of(leader) == area_id == project.area_id
    )


def _owes(turn: Turn, one: Instruction) -> bool:
    """The unit that was named (its contacts and heads), else the project's liaisons."""
    who = turn.sender
    if (
        one.unit_id is not None
        and who.unit_id is not None
        and who.unit_id in turn.directory.units_above(one.unit_id)
    ):
        return who.has(Role.CONTACT) or Rank.DEPUTY_HEAD <= who.rank <= Rank.HEAD
    project = _project_of(one, turn)
    return project is not None and who.id in project.liaisons


def _project_of(one: Instruction, turn: Turn) -> Project | None:
    if one.project_id is not None:
        return turn.directory.projects.get(one.project_id)
    if one.ticket_id is not None:
        return turn.directory.projects.get(tickets.by_id(turn.tx, [one.ticket_id])[0].project_id)
    return None


def _office(turn: Turn, one: Instruction) -> list[Person]:
    """Who follows it: the city's office, and of a county leader's instruction about its project the county's."""
    leader, project = turn.directory.people.get(one.leader_id), _project_of(one, turn)
    area_id = turn.directory.area_of(leader) if leader is not None else None
    of_county = area_id is not None and project is not None and project.area_id == area_id
    return turn.directory.office_people(None) + (turn.directory.office_people(area_id) if of_county else [])


def _history(one: Instruction, kind: str, turn: Turn) -> None:
    if one.project_id is not None:
        reports.add_step(
            turn.tx,
            one.project_id,
            kind,
            by=turn.writer.id,
            words=turn.text,
            at=turn.now,
            on_behalf=turn.on_behalf,
            inbox_id=turn.inbox_id,
        )
