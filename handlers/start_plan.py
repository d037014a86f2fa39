"""开工计划: the plan of starts and resumptions by month or 旬, set and shown in chat (P5).

G108开工计划10月中旬      开工计划：G108 10月中旬；奥体中心 10月下旬
开工计划                  10月开工计划           复工计划
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from bot.calendar import last_of_month
from bot.mechanism.events import CONTINUING, NEW, Event, ProjectEvents
from bot.mechanism.rate_words import period_words
from bot.mechanism.rates import due_day, is_done
from bot.routing import Refusal, Reply, Router, Turn, tried
from bot.wording import date_words
from handlers import rights
from handlers.asked_days import DAY, day_named
from handlers.paging import page
from handlers.stalled import project_named
from storage import events
from storage.directory import Project
from storage.events import Planned, events_as_of

router = Router()

_EVENTS = {"开工": Event.STARTED, "复工": Event.RESUMED}
_PLAN = r"(?P<event>开工|复工)(?:的)?计划"
_ITEM = re.compile(rf"(?P<what>.{{2,40}}?)[\s，,：:]*(?P<day>{DAY})(?:前|开工|复工)*")


@router.phrase(
    rf"(?P<what>[^：:；;\n]{{2,40}}?)(?:项目)?的?{_PLAN}(?:时间)?(?:调整|改|定|安排)?(?:为|到|在|是)?[：:，,\s]*"
    rf"(?P<day>{DAY})(?:前|开工|复工)*[。]?"
)
def set_plan(match: re.Match[str], turn: Turn) -> Reply | None:
    """G108开工计划10月中旬. None where no project is named."""
    project = project_named(match["what"], turn)
    if project is None:
        return None
    return _keep(project, _EVENTS[match["event"]], match["day"], turn)


@router.phrase(rf"{_PLAN}(?:如下|表)?[：:\n]\s*(?P<items>.+)")
def set_plans(match: re.Match[str], turn: Turn) -> Reply | None:
    """开工计划：G108 10月中旬；奥体中心 10月下旬. Each item stands for itself; what can't be read is said."""
    event = _EVENTS[match["event"]]
    lines = []
    for item in filter(None, (one.strip(" 。，,") for one in re.split(r"[；;\n]", match["items"]))):
        found = _ITEM.fullmatch(item)
        project = project_named(found["what"], turn) if found else None
        if found is None or project is None:
            lines.append(f"“{item[:30]}”没有读懂，没有记。请写“项目名 10月中旬”。")
            continue
        day = found["day"]
        lines.append(tried(turn, lambda project=project, day=day: _keep(project, event, day, turn)).text)  # type: ignore[misc]
    return Reply("\n".join(lines)) if lines else None


def _keep(project: Project, event: Event, words: str, turn: Turn) -> Reply:
    rights.must_report_on(turn, project.number)
    name = "开工" if event is Event.STARTED else "复工"
    fits = CONTINUING if event is Event.RESUMED else NEW
    if event is Event.RESUMED and project.build_kind != fits:
        raise Refusal(
            f"{project.short}不是续建项目，没有复工计划。开工计划请写“{project.short}开工计划10月中旬”。"
        )
    if event is Event.STARTED and project.build_kind == CONTINUING:
        raise Refusal(f"{project.short}是续建项目，请写“{project.short}复工计划3月上旬”。")
    year = turn.directory.year
    day = day_named(words, turn.today, year)
    if day is None:
        raise Refusal(f"“{words}”不是{year}年的日子。请写“10月中旬”“10月20日”。")
    if day < turn.today:
        raise Refusal(
            f"{date_words(day, turn.today)}已经过去，计划没有改。已{name}请直接报“{project.short}{words}{name}”。"
        )
    before = events_as_of(turn.tx, turn.today, year=year).get(project.id)
    events.note_event(
        turn.tx,
        Planned(project.id, event, True, day),
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        words=turn.text,
        moment=turn.now,
        inbox_id=turn.inbox_id,
    )
    was = before.planned.get(event) if before else None
    stood = f"（原计划{date_words(was, turn.today)}前）" if was is not None and was != day else ""
    return Reply(
        f"{project.short}{name}计划记为{date_words(day, turn.today)}前{stood}，到期没有{name}会提醒。"
    )


@router.phrase(
    r"(?:看看?|查|今年){0,4}(?:(?P<month>1[0-2]|[1-9])月份?)?(?:的)?(?P<event>开工|复工|开复工)(?:的)?计划(?:表|清单|有哪些)?"
    r"(?:[，,\s]*第(?P<page>\d{1,3})页)?[？?。]?"
)
def show_plan(match: re.Match[str], turn: Turn) -> Reply | None:
    """开工计划, 10月开工计划: who is planned for when, and whether it came about; what the sender may see."""
    if turn.chat.group:
        return Reply("请私聊我问，群里不点名。")
    scope = turn.directory.scope_of(turn.sender)
    rule = turn.rules.regime.starts
    natures = {"开工": (NEW,), "复工": (CONTINUING,), "开复工": (NEW, CONTINUING)}[match["event"]]
    found = [
        one
        for one in events_as_of(turn.tx, turn.today, year=turn.directory.year).values()
        if one.nature in natures and (scope.everything or one.project_id in scope.project_ids)
    ]
    due = {one.project_id: due_day(one, rule) for one in found}
    month = int(match["month"]) if match["month"] else None
    mine = [one for one in found if month is None or due[one.project_id].month == month]
    what = f"{f'{month}月' if month else ''}{match['event']}计划"
    if not mine:
        return Reply(f"{what}里没有您可以查看的项目。")
    mine.sort(key=lambda one: (due[one.project_id], one.number))
    done = sum(1 for one in mine if is_done(one, rule))
    head = f"{what}（落实到{period_words(rule)}）{len(mine)}个，已{match['event']}{done}个："
    lines = _by_period(mine, due, turn)
    return Reply(page(head, lines, int(match["page"] or 1), what, "行"))


def _by_period(mine: Sequence[ProjectEvents], due: Mapping[int, date], turn: Turn) -> list[str]:
    """A line for each period: its projects with a word for where each stands."""
    rule = turn.rules.regime.starts
    periods: dict[str, list[str]] = {}
    for one in mine:
        day = due[one.project_id]
        if is_done(one, rule):
            where = "已复工" if one.nature == CONTINUING else "已开工"
        else:
            where = "到期未开工" if day < turn.today and one.nature == NEW else "未到期"
            where = "到期未复工" if day < turn.today and one.nature == CONTINUING else where
        name = f"{day.month}月{tenday(day)}" if period_words(rule) == "旬" else f"{day.month}月"
        periods.setdefault(name, []).append(f"{one.name}（{where}）")
    return [f"{name}：{'、'.join(projects)}" for name, projects in periods.items()]


def tenday(day: date) -> str:
    """上旬, 中旬, 下旬; a month's last day is what a whole month is planned by, and lies in 下旬."""
    if day == last_of_month(day):
        return "下旬"
    return "上旬" if day.day <= 10 else "中旬" if day.day <= 20 else "下旬"
