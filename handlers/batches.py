"""集中开工、三个一批: which projects go into the next one, who is ready, what came of it (P15).

10月28日集中开工                    which could go into it
10月28日集中开工：G108、奥体中心     the office opens it, their liaisons are asked
G108集中开工已备好                   G108集中开工还缺施工许可
集中开工                            how far the next one is, what came of the last
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.mechanism.batch_words import KINDS, came_of, entrant_words
from bot.mechanism.events import NEW, Event, ProjectEvents
from bot.mechanism.reserve import Reserved
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.asked_days import DAY, day_named
from handlers.reserve import named
from handlers.stalled import project_named
from handlers.telling import tell
from storage import batches, reports, reserve
from storage.batches import Batch, Entrant
from storage.directory import Person, Project
from storage.events import events_as_of

router = Router()

_NAME = r"(?P<name>(?:三个一批)?(?:项目)?集中(?:开工|开复工|投产|签约)|三个一批(?:集中)?(?:开工|投产|签约)?)(?:活动|仪式)?"
_OF = r"(?:集中(?:开工|开复工|投产|签约)|三个一批(?:开工|投产|签约)?)"
_NEAR = timedelta(days=31)  # planned starts so long after the event may be brought forward to it
_SHOWN = 12


@router.phrase(
    rf"(?P<day>{DAY})(?:的|举行|举办|召开|组织)*{_NAME}(?:[：:]\s*(?P<items>.+)|(?:哪些项目(?:能上|可以上|上)?|项目)?[？?。]?)"
)
def open_batch(match: re.Match[str], turn: Turn) -> Reply | None:
    """With projects: opened, or added to the one of that day. Without: which could go into it."""
    kind, name = kind_of(match["name"]), match["name"]
    day = day_named(match["day"], turn.today, turn.today.year)
    if day is None:
        return None
    _must_be_office(turn)
    if day < turn.today:
        raise Refusal(f"{date_words(day, turn.today)}已经过去。看成效请回“{name}”。")
    if not match["items"]:
        return _proposed(kind, name, day, turn)
    chosen, lines = _chosen(match["items"], kind, turn)
    if not chosen:
        return Reply(
            "\n".join([*lines, "没有读懂一个项目，没有开。请写“10月28日集中开工：G108、奥体中心”。"])
        )
    own = turn.directory.area_of(turn.sender)
    stands = next(
        (one for one in batches.between(turn.tx, day, day) if (one.kind, one.area_id) == (kind, own)), None
    )
    known = {(one.project_id, one.reserve_id) for one in stands.entrants} if stands else set()
    new = [one for one in dict.fromkeys(chosen) if one not in known]
    batch_id = stands.id if stands else _open(kind, name, day, own, turn)
    batches.add(turn.tx, batch_id, new, turn.inbox_id)
    asked = [_ask(project_id, name, day, turn) for project_id, _ in new if project_id is not None]
    silent = [turn.directory.projects[one].short for one, told in asked if not told]
    head = f"{date_words(day, turn.today)}{name}{'加入' if stands else '列入'}{len(new)}个，已请联络员回是否备好。"
    if silent:
        lines.append(f"没有联络员可问：{'、'.join(silent)}，请另行联系。")
    return Reply("\n".join([head, *lines, f"看准备情况回“{name}”。"]))


def kind_of(name: str) -> str:
    """开工, unless 投产 or 签约 is said."""
    return next((kind for words, kind in KINDS.items() if words in name), "started")


def _open(kind: str, name: str, day: date, area_id: int | None, turn: Turn) -> int:
    return batches.open_batch(
        turn.tx,
        kind=kind,
        name=name,
        day=day,
        area_id=area_id,
        at=turn.now,
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        words=turn.text,
        inbox_id=turn.inbox_id,
    )


def _chosen(items: str, kind: str, turn: Turn) -> tuple[list[tuple[int | None, int | None]], list[str]]:
    """The projects named (of the ledger, of the reserve), and what could not be read."""
    found: list[tuple[int | None, int | None]] = []
    lines = []
    for item in filter(None, (one.strip(" 。") for one in re.split(r"[、，,；;\n]", items))):
        project = project_named(item, turn)
        kept = named(item, turn) if project is None else []
        if project is not None and not rights.is_office_for(turn.directory, turn.sender, project):
            lines.append(f"{project.short}不是本县的，没有列入。")
        elif project is not None:
            found.append((project.id, None))
        elif len(kept) == 1:
            found.append((None, kept[0].id))
        else:
            lines.append(f"“{item[:30]}”没有读懂，没有列入。")
    return found, lines


def _ask(project_id: int, name: str, day: date, turn: Turn) -> tuple[int, bool]:
    project = turn.directory.projects[project_id]
    told = tell(
        turn,
        liaisons(turn, project),
        "batch",
        f"{project.short}拟列入{date_words(day, turn.today)}{name}。请核一下手续、场地、队伍，能不能按时",
        project=project,
        answer=f"备好了回“{project.short}{_of(name)}已备好”，没有就回“{project.short}{_of(name)}还缺…”。",
        why="您是项目联络员",
    )
    return project_id, bool(told)


def _of(name: str) -> str:
    return "集中" + next((words for words in KINDS if words in name), "开工")


def liaisons(turn: Turn, project: Project) -> list[Person]:
    """The project's liaisons."""
    return [turn.directory.people[one] for one in project.liaisons if one in turn.directory.people]


def _proposed(kind: str, name: str, day: date, turn: Turn) -> Reply:
    """Own rule: for 开工 those planned up to a month after it; for 投产 those completed and not producing."""
    events = [
        one
        for one in events_as_of(turn.tx, turn.today, year=turn.directory.year).values()
        if _mine(one, turn)
    ]
    if kind == "signed":
        waiting = [
            one for one in reserve.read(turn.tx, turn.today, turn.directory.year) if one.stage == "planned"
        ]
        return _proposal(name, day, [one.name for one in waiting], turn)
    if kind == "in_production":
        fits = [one for one in events if one.started_on is not None and one.in_production_on is None]
        fits = [
            one for one in fits
            if Event.COMPLETED in one.dates or one.planned.get(Event.COMPLETED, date.max) <= day + _NEAR
        ]  # fmt: skip
    else:
        fits = [
            one
            for one in events
            if one.nature == NEW
            and one.started_on is None
            and one.planned.get(Event.STARTED, date.max) <= day + _NEAR
        ]
    return _proposal(name, day, [one.name for one in fits], turn)


def _proposal(name: str, day: date, names: Sequence[str], turn: Turn) -> Reply:
    when = f"{date_words(day, turn.today)}{name}"
    if not names:
        return Reply(f"{when}：按计划没有可列入的项目。要列入请写“{when}：项目名、项目名”。")
    shown = "、".join(names[:_SHOWN])
    more = f"等{len(names)}个" if len(names) > _SHOWN else ""
    return Reply(f"{when}按计划可列入{len(names)}个：{shown}{more}。\n定了请回“{when}：{names[0]}、…”。")


def _mine(one: ProjectEvents, turn: Turn) -> bool:
    own = turn.directory.area_of(turn.sender)
    return own is None or one.area_id == own


@router.phrase(
    rf"(?P<what>[^，,：:\n]{{2,40}}?)(?:项目)?(?:的)?{_OF}(?:活动|仪式)?[，,\s]*(?:(?:都|已经|已)*(?P<ready>备好|准备好|准备就绪|就绪|具备条件|没(?:有)?问题|可以)了?[。]?"
    r"|(?:还|尚|目前)*(?P<lack>缺|差|没有?(?:备好|准备好)|未备好|不具备(?:条件)?|上不了|不行)[，,：:\s]*(?P<words>.*))"
)
def answer_batch(match: re.Match[str], turn: Turn) -> Reply | None:
    """G108集中开工已备好, G108集中开工还缺施工许可. None where no project is named."""
    project = project_named(match["what"], turn)
    if project is None:
        return None
    rights.must_report_on(turn, project.number)
    found = _next_of(project, turn)
    if found is None:
        raise Refusal(f"{project.short}没有列入还没举行的集中开工、三个一批。列入由重点办定。")
    batch, entrant = found
    is_ready = match["ready"] is not None
    words = "" if is_ready else (match["words"] or "").strip(" 。")
    if not is_ready and not words:
        raise Refusal(f"请写明还缺什么，如“{project.short}{_of(batch.name)}还缺施工许可”。")
    batches.answer(
        turn.tx,
        entrant.id,
        batches.READY if is_ready else batches.LACKS,
        words,
        by=turn.writer.id,
        at=turn.now,
    )
    reports.add_step(
        turn.tx, project.id, "batch", by=turn.writer.id, words=turn.text, at=turn.now,
        on_behalf=turn.on_behalf, inbox_id=turn.inbox_id,
    )  # fmt: skip
    said = "已备好" if is_ready else f"还缺：{words}"
    tell(
        turn,
        turn.directory.office_people(batch.area_id),
        "batch-answer",
        f"{project.short}（{date_words(batch.day, turn.today)}{batch.name}）{said}",
        project=project,
        answer=f"看全部回“{batch.name}”。",
        why="您是重点办值守人员",
    )
    help_words = "需要协调的请直接报堵点，如“G108卡在施工许可，请市审批局协调”。" if not is_ready else ""
    return Reply(
        f"记下了：{project.short}{date_words(batch.day, turn.today)}{batch.name}{said}。{help_words}"
    )


def _next_of(project: Project, turn: Turn) -> tuple[Batch, Entrant] | None:
    for one in batches.between(turn.tx, turn.today, turn.today + timedelta(days=366)):
        for entrant in one.entrants:
            if entrant.project_id == project.id:
                return one, entrant
    return None


@router.phrase(
    rf"(?:看看?|查|下一?[次批]|上一?[次批]|最近){{0,4}}(?:的)?{_NAME}(?:的)?(?:准备)?(?:情况|进度|成效|名单|项目)?(?:怎么样|如何)?[。？?]?"
)
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """The next event with who is ready, and what came of the last one."""
    if not rights.may_see_all_of_an_area(turn) and not turn.directory.scope_of(turn.sender).everything:
        return None
    if turn.chat.group:
        return Reply("请私聊我问，群里不点名。")
    own = turn.directory.area_of(turn.sender)
    kind, year = kind_of(match["name"]), turn.today.year
    found = [
        one
        for one in batches.between(turn.tx, date(year, 1, 1), date(year, 12, 31))
        if one.kind == kind and (own is None or one.area_id in (None, own))
    ]
    lines: list[str] = []
    for one in [
        *[b for b in found if b.day >= turn.today][:2],
        *[b for b in found if b.day < turn.today][-2:],
    ]:
        lines += _batch_lines(one, own, turn)
    if not lines:
        return Reply(f"今年还没有登记{match['name']}。要开请写“10月28日集中开工：项目、项目”。")
    return Reply("\n".join(lines))


def _batch_lines(one: Batch, own: int | None, turn: Turn) -> list[str]:
    events = events_as_of(turn.tx, turn.today, year=turn.directory.year)
    kept = {row.id: row for row in reserve.read(turn.tx, turn.today, turn.directory.year)}
    head = f"{date_words(one.day, turn.today)}{one.name}"
    mine = [
        row for row in one.entrants
        if own is None or (row.project_id and turn.directory.projects[row.project_id].area_id == own)
        or (row.reserve_id in kept and kept[row.reserve_id].area_id == own)
    ]  # fmt: skip
    if one.day >= turn.today:
        ready = sum(1 for row in mine if row.state == batches.READY)
        silent = sum(1 for row in mine if row.state == batches.ASKED)
        lines = [f"{head}列入{len(mine)}个：备好{ready}个，没有回的{silent}个。"]
        return lines + [
            f"　{entrant_words(row.state, row.words, _name(row, kept, turn))}" for row in mine[:_SHOWN]
        ]
    done = [came_of(one.kind, events.get(row.project_id or 0), kept.get(row.reserve_id or 0)) for row in mine]
    count = sum(1 for words in done if words)
    lines = [f"{head}列入{len(mine)}个，已{_did(one.kind)}{count}个。"]
    missing = [_name(row, kept, turn) for row, words in zip(mine, done, strict=True) if not words]
    return lines + ([f"　还没有的：{'、'.join(missing[:_SHOWN])}。"] if missing else [])


def _did(kind: str) -> str:
    return next(words for words, one in KINDS.items() if one == kind)


def _name(row: Entrant, kept: dict[int, Reserved], turn: Turn) -> str:
    if row.project_id is not None:
        return turn.directory.projects[row.project_id].short
    return kept[row.reserve_id].name if row.reserve_id in kept else "（已不在储备库）"


def _must_be_office(turn: Turn) -> None:
    if not turn.sender.has(Role.OFFICE):
        raise Refusal("集中开工、三个一批由重点办组织。备好没有请回“某项目集中开工已备好”或“…还缺…”。")
