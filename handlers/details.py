"""今日明细: the day's summary in private, named in full for who may see it; 没读懂的 for the office."""

import contextlib
import re
from datetime import date, timedelta

from bot import daily, lamps
from bot.calendar import end_of_day
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.figures import recorded, said
from handlers.paging import page
from storage import inbox, tickets
from storage.tickets import Ticket

router = Router()


_MISSED_FOR = timedelta(days=7)
_DAY = r"(?:今日|今天的?|当日|(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]的?)"


@router.phrase(r"(?:看|查)?" + _DAY + r"明细[，,\s]*(?:第(?P<page>\d{1,3})页)?[。？?]?")
def details(match: re.Match[str], turn: Turn) -> Reply | None:
    """今日明细, 9月24日明细, 今日明细第2页."""
    day = _day(match, turn)
    if turn.chat.group:
        return Reply("明细请私聊我回复“今日明细”，群里不点名。")
    scope = turn.directory.scope_of(turn.sender)
    mine = frozenset(one for one in turn.directory.projects if scope.everything or one in scope.project_ids)
    theirs = frozenset(
        one.project_id for one in tickets.visible(turn.tx, turn.directory, turn.sender, tickets.ALL)
    )
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
    silent: dict[str, list[str]] = {}
    for one in found.silent:
        if one.id in mine and found.week_due is not None:
            silent.setdefault(one.area or "市直", []).append(one.short)
    return lines + [f"本周未报送：{area}　{'、'.join(names)}" for area, names in silent.items()]


def _seen(some: tuple[Ticket, ...], turn: Turn) -> list[Ticket]:
    return [one for one in some if rights.may_see(turn, one)]


def _ticket(ticket: Ticket, turn: Turn) -> str:
    limits = tickets.deadlines_of(turn.tx, [ticket.id])[ticket.id]
    return lamps.line(turn.directory, ticket, limits, turn.now)


@router.phrase(
    r"(?:看看?|查)?(?:哪些)?没(?:有)?读懂的(?:消息)?(?:有哪些)?[，,\s]*(?:第(?P<page>\d{1,3})页)?[。？?]?"
)
def not_understood(match: re.Match[str], turn: Turn) -> Reply | None:
    """没读懂的: for the city's office, the messages of a week that could not be read."""
    if turn.chat.group:
        return None
    if not rights.is_city_office(turn.directory, turn.sender):
        return Reply("这个由重点办看。")
    until = turn.now + timedelta(microseconds=1)  # those of this very moment too
    missed = inbox.missed_since(turn.tx, turn.now - _MISSED_FOR, until)
    if not missed:
        return Reply("一周内没有读不懂的消息。")
    lines = [daily.missed_line(turn.directory, one) for one in reversed(missed)]
    return Reply(
        page(f"一周内没有读懂的{len(lines)}条，新的在前：", lines, int(match["page"] or 1), "没读懂的", "条")
    )


def _day(match: re.Match[str], turn: Turn) -> date:
    if match["m"] is None:
        return turn.today
    for year in (turn.today.year, turn.today.year - 1):
        with contextlib.suppress(ValueError):  # 29 February is not a day of every year
            day = date(year, int(match["m"]), int(match["d"]))
            if day <= turn.today:
                return day
    raise Refusal("没有这一天，请写成“9月24日”。")
