"""今日明细: the day's summary in private, named in full for who may see it; 重做…日报 for the office."""

import re
from datetime import date, timedelta

from bot import daily, lamps
from bot.calendar import end_of_day
from bot.channel import Button
from bot.questions import yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.figures import recorded, said
from handlers.paging import page
from storage import outbox, tickets
from storage.directory import Group
from storage.questions import Question
from storage.tickets import Ticket

router = Router()


@router.phrase(
    r"(?:看|查)?(?:今日|今天的?|当日|(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]的?)明细[，,\s]*(?:第(?P<page>\d{1,3})页)?[。？?]?"
)
def details(match: re.Match[str], turn: Turn) -> Reply | None:
    """今日明细, 9月24日明细, 今日明细第2页."""
    day = _day(match, turn)
    if turn.chat.group:
        return Reply("明细请私聊我回复“今日明细”，群里不点名。")
    scope = turn.directory.scope_of(turn.sender)
    mine = frozenset(one for one in turn.directory.projects if scope.everything or one in scope.project_ids)
    theirs = frozenset(one.project_id for one in tickets.visible(turn.tx, turn.directory, turn.sender))
    moment = turn.now if day == turn.today else end_of_day(day) - timedelta(microseconds=1)
    found = daily.read(turn.tx, turn.directory, turn.rules, mine | theirs, moment)
    lines = _lines(found, mine, turn)
    again = "今日明细" if day == turn.today else f"{day.month}月{day.day}日明细"
    head = f"{date_words(day, turn.today)}明细"
    if not lines:
        return Reply(f"{head}：您能看到的项目今天没有报送，也没有在办问题。")
    return Reply(page(f"{head}：", lines, int(match["page"] or 1), again, "行"))


def _lines(found: daily.Day, mine: frozenset[int], turn: Turn) -> list[str]:
    directory = turn.directory
    lines = []
    for report in found.reported:
        if report.project_id in mine:
            project = directory.projects[report.project_id]
            facts = "，".join(said(recorded(report), project, report.words, found.day)) or report.words[:40]
            reporter = directory.people.get(report.reporter_id)
            lines.append(
                f"报送：{project.short}，{facts}（{reporter.name if reporter else ''} {report.at:%H:%M}）"
            )
    shown = set()
    for word, some in (
        ("超期", found.overdue),
        ("临期", found.due),
        ("新增", found.entered),
        ("销号", found.struck_off),
    ):
        for ticket in _seen(some, turn):
            if ticket.id not in shown:
                shown.add(ticket.id)
                about = f"，{found.done_about[ticket.id]}" if ticket.id in found.done_about else ""
                lines.append(f"{word}：{_ticket(ticket, turn)}{about}")
    rest = [one for one in _seen(found.open, turn) if one.id not in shown]
    lines += [f"在办：{_ticket(ticket, turn)}" for ticket in rest]
    silent = [one.short for one in found.silent if one.id in mine]
    if silent and found.week_due is not None:
        lines.append(f"本周未报送：{'、'.join(silent)}")
    return lines


def _seen(some: tuple[Ticket, ...], turn: Turn) -> list[Ticket]:
    return [one for one in some if rights.may_see(turn, one)]


def _ticket(ticket: Ticket, turn: Turn) -> str:
    limits = tickets.deadlines_of(turn.tx, [ticket.id])[ticket.id]
    return lamps.line(turn.directory, ticket, limits, turn.now)


@router.phrase(
    r"(?:请)?(?:重做|预览|看一下|重新生成)(?:今日|今天的?|(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]的?)日报[。]?"
)
def remake(match: re.Match[str], turn: Turn) -> Reply | None:
    """重做9月24日日报: the text as it is by what is known now; it is posted only on a second word."""
    groups = [one for one in turn.directory.groups.values() if _runs(one, turn)]
    if not groups:
        raise Refusal("日报由重点办管理；您可以私聊回“今日明细”。")
    day = _day(match, turn)
    group = groups[0]
    text = daily.of_group(turn.tx, turn.directory, turn.rules, group, day, turn.now)
    return Reply(
        f"{text}\n（预览，未发。发到“{group.name}”请回“是”。）",
        (Button("发到群里", "是"),),
        asks=Asked("post-summary", {"group": group.id, "summary": text}),
    )


@router.answer("post-summary")
def post(question: Question, turn: Turn) -> Reply | None:
    """是 posts the remade summary, as it was shown."""
    if not yes_or_no(turn.text):
        return None
    group = turn.directory.groups[question.data["group"]]
    outbox.add(
        turn.tx,
        outbox.Notice(
            key=f"summary:{group.id}:again:{turn.inbox_id}",
            kind="summary",
            urgency="event",
            group_id=group.id,
            line=question.data["summary"],
            inbox_id=turn.inbox_id,
        ),
        turn.now,
    )
    return Reply(f"已发到“{group.name}”。")


def _runs(group: Group, turn: Turn) -> bool:
    """Whether the sender is of the office that writes to the group."""
    if group.area_id is None:
        return rights.is_city_office(turn.directory, turn.sender)
    return turn.sender.has("office") and turn.directory.area_of(turn.sender) in (None, group.area_id)


def _day(match: re.Match[str], turn: Turn) -> date:
    if match["m"] is None:
        return turn.today
    try:
        day = date(turn.today.year, int(match["m"]), int(match["d"]))
    except ValueError:
        raise Refusal("没有这一天，请写成“9月24日”。") from None
    return day if day <= turn.today else day.replace(year=day.year - 1)
