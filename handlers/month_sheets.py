"""月填报表: sent with what stands, filled in, sent back, shown, and recorded when it is confirmed (feature 116).

9月填报表                   the sheet of one's own projects; an office gets its county's or the city's
(the sheet as a file)       what would be recorded, what can't be right, faults by their cells; nothing counts yet
确认                        each row is a report of the one who confirms it
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.acts import Blocker, Category
from bot.channel import Button
from bot.documents.month_sheet import FAULTS, FilledRow, FilledSheet, Standing, file_name
from bot.documents.tables import clean
from bot.mechanism.figures import Month, line_of
from bot.people import Role
from bot.questions import yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn, joined, tried
from bot.wording import STATUS, money, number
from handlers import rights
from handlers.blocker import enter_blocker
from handlers.figures import doubts, figures_of
from handlers.month_report import Said, act_of, words_of
from handlers.month_words import MONTH, month_said
from handlers.ordering import order
from handlers.progress import report_progress
from storage import figures, month_sheets
from storage.directory import Directory, Person, Project
from storage.inbox import ARRIVED
from storage.month_sheets import standing
from storage.questions import Question

router = Router()

_MOST_LINES = 12
_COUNTED = "记下了"  # how the answer to a report that counts begins
_CONFIRM = re.compile(r"(?:都|全部)?(?:确认|确定|没错|无误|记下)(?:无误|记下|记)?[。！!]?")
_DROP = re.compile(r"(?:先)?(?:不记|作废|不要|取消|重发)[了]?[。！!]?")


@router.phrase(
    rf"(?:请)?(?:给我?|发我?|要|导出|下载)?(?:一份)?(?:{MONTH}?)?(?:投资|进展)?填报表(?:格)?(?:发我|给我)?(?:一份)?[。！!？?]?"
)
def send_out(match: re.Match[str], turn: Turn) -> Reply | None:
    """9月填报表: of the projects that he reports on; of the month that is named, else of this one."""
    if turn.attachments:
        return read_back(match, turn)
    month = month_said(match["month"], turn) if match["month"] else (turn.today.year, turn.today.month)
    _must_have_begun(month, turn)
    mine, whose = projects_of(turn.directory, turn.sender)
    if not mine:
        raise Refusal("您没有要填报的项目。填报表发给项目联络员和重点办；接手项目请联系重点办办理交接。")
    named = f"{month[0]}-{month[1]:02d}"
    order(
        turn,
        "month-sheet",
        {"month": named, "projects": [one.id for one in mine], "whose": whose},
        f"{whose}{month[0]}年{month[1]}月填报表，{len(mine)}个项目，上月的数已填好。只填黄色格，填好把表发回来，先给您看再记。",
    )
    page = turn.link(f"/sheet/{named}")
    return Reply(
        f"正在做{file_name(named, whose)}，马上发来。"
        + (f"\n发不了文件的，在网页上下载、上传：{page}" if page else "")
    )


@router.phrase(r"(?:[^\d]{0,20}|.{0,20}填报表.{0,12})")
def read_back(match: re.Match[str], turn: Turn) -> Reply | None:
    """A filled sheet came: what it would record; nothing counts until 确认. None for any other file."""
    if not turn.attachments:
        return None
    found = month_sheets.reading(turn.tx, turn.attachments)
    if found is None:
        if (turn.about or {}).get(ARRIVED):
            return Reply("")  # any other file: its own message was answered
        coming = month_sheets.still_comes(turn.tx, turn.attachments)
        return Reply("表格收到，取好以后给您看要记什么。") if coming else None
    file_id, kind, data = found
    if kind == FAULTS:
        return _faulty(data["faults"])
    return _shown(file_id, FilledSheet.from_json(data), turn)


@router.answer("month-sheet")
def confirm(question: Question, turn: Turn) -> Reply | None:
    """确认: each row is a report of his, looked at once more as it stands now."""
    if turn.attachments:
        return None
    plain = turn.text.strip()
    right = False if _DROP.fullmatch(plain) else True if _CONFIRM.fullmatch(plain) else yes_or_no(plain)
    if right is None:
        return None
    if right is False:
        return Reply("好，这份填报表没有记。改好再发来就行。")
    found = month_sheets.reading(turn.tx, [question.data["file"]])
    if found is None:
        raise Refusal("那份表找不到了，请再发一次。")
    plan = _plan(FilledSheet.from_json(found[2]), turn)
    if plan.faults:
        return _faulty(plan.faults)
    said = [line for line in plan.lines if not line.said.is_empty]
    replies = [tried(turn, partial(_record, line, turn)) for line in said]
    asked = [one for one in replies if one.asks is not None]
    refused = [one for one in replies if one.asks is None and not one.text.startswith(_COUNTED)]
    done = len(replies) - len(asked) - len(refused)
    troubles = [tried(turn, partial(_enter, line, turn)) for line in plan.lines if line.row.trouble]
    head = Reply(
        f"{plan.month[1]}月填报表记下了{done}个项目。"
        + ("写错了直接报对的数，或回“撤销”全部撤回。" if done else "")
    )
    return joined([head, *troubles, *refused, *asked])


# ---- what a sheet would record -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A row that says something new."""

    row: FilledRow
    project: Project
    said: Said
    before: Standing
    doubtful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    month: Month
    lines: tuple[_Line, ...]
    unchanged: int
    faults: tuple[str, ...]


def _plan(sheet: FilledSheet, turn: Turn) -> _Plan:
    faults = list(sheet.faults)
    if not sheet.month:
        return _Plan((0, 0), (), 0, tuple(faults))
    year, number_ = map(int, sheet.month.split("-"))
    month = (year, number_)
    if month > (turn.today.year, turn.today.month) or year != turn.directory.year:
        return _Plan(month, (), 0, (*faults, f"{year}年{number_}月的数现在不能填报"))
    stood = figures.as_of(turn.tx, *month, line_of(turn.rules.regime))
    lines, unchanged = [], 0
    for row in sheet.rows:
        project = turn.directory.project_numbered(row.number)
        if fault := _wrong_project(row, project, turn):
            if row.now != Standing() or row.trouble:
                faults.append(fault)
            continue
        assert project is not None  # else that is the fault
        before = standing(stood.get(project.id))
        new = _new(row.now, before)
        if new == Standing() and not row.trouble:
            unchanged += row.now != Standing()
            continue
        said = Said(month, new)
        act = act_of(project, said)
        words = words_of(project, said, turn.today)
        doubtful = doubts(turn.tx, figures_of(act), project, words, turn.now) if not said.is_empty else []
        lines.append(_Line(row, project, said, before, tuple(doubtful)))
    return _Plan(month, tuple(lines), unchanged, tuple(faults))


def _wrong_project(row: FilledRow, project: Project | None, turn: Turn) -> str:
    place = row.cells["name"]
    if project is None:
        return f"{place}：台账里没有序号{row.number}"
    names = {"".join(clean(one).split()) for one in (project.name, project.short, *project.former_names)}
    if row.name and "".join(row.name.split()) not in names:
        return f"{place}：序号{row.number}在台账里是“{project.name}”"
    if not rights.reports_on(turn.directory, turn.sender, project):
        return f"{place}：{project.short}不由您报送"
    return ""


def _new(now: Standing, before: Standing) -> Standing:
    """What differs from what stands."""
    return Standing(
        now.month if now.month != before.month else None,
        now.year if now.year != before.year else None,
        now.percent if now.percent != before.percent else None,
        now.status,
    )


def _shown(file_id: str, sheet: FilledSheet, turn: Turn) -> Reply:
    plan = _plan(sheet, turn)
    if plan.faults:
        return _faulty(plan.faults)
    head = f"{plan.month[0]}年{plan.month[1]}月填报表"
    same = f"，另{plan.unchanged}个没有变化" if plan.unchanged else ""
    if not plan.lines:
        return Reply(f"{head}里没有要记的新数{same}。")
    lines = [_line(one) for one in plan.lines[:_MOST_LINES]]
    if len(plan.lines) > _MOST_LINES:
        lines.append(f"……另有{len(plan.lines) - _MOST_LINES}个项目")
    doubtful = [
        f"{one.row.cells['month']}所在行 {'；'.join(one.doubtful)}" for one in plan.lines if one.doubtful
    ]
    if doubtful:
        lines.append("这些数要核对，确认后逐个问您：" + "；".join(doubtful[:6]))
    return Reply(
        "\n".join(
            [
                f"{head}，要记{len(plan.lines)}个项目{same}，还没有记：",
                *lines,
                "对的回“确认”就记；不对改好再发，不记回“不记”。",
            ]
        ),
        (Button("确认", "确认"), Button("不记", "不记")),
        asks=Asked("month-sheet", {"file": file_id, "text": head}),
    )


def _line(line: _Line) -> str:
    """21 国道342：9月投资1800万元（原1500万元），形象进度65%，问题1条."""
    said, before = line.said.figures, line.before
    parts = []
    if said.month is not None:
        parts.append(f"本月{money(said.month)}{_was(before.month)}")
    if said.year is not None:
        parts.append(f"累计{money(said.year)}{_was(before.year)}")
    if said.percent is not None:
        was = f"（原{number(before.percent)}%）" if before.percent is not None else ""
        parts.append(f"进度{number(said.percent)}%{was}")
    if said.status is not None:
        parts.append(STATUS[said.status])
    if line.row.trouble:
        trouble = line.row.trouble
        parts.append(f"问题：{trouble[:20]}{'…' if len(trouble) > 20 else ''}")
    return f"{line.project.number} {line.project.short}：{'，'.join(parts)}"


def _was(yuan: int | None) -> str:
    return f"（原{money(yuan)}）" if yuan is not None else ""


def _faulty(faults: Sequence[str]) -> Reply:
    shown = [f"· {one}" for one in faults[:_MOST_LINES]]
    if len(faults) > _MOST_LINES:
        shown.append(f"……另有{len(faults) - _MOST_LINES}处")
    return Reply("\n".join([f"填报表有{len(faults)}处要改，什么都没有记：", *shown, "改好再发一次就行。"]))


# ---- what is recorded ---------------------------------------------------------------------------


def _record(line: _Line, turn: Turn) -> Reply:
    words = words_of(line.project, line.said, turn.today)
    return report_progress(act_of(line.project, line.said), replace(turn, text=words))


def _enter(line: _Line, turn: Turn) -> Reply:
    """The blockers that its people wrote beside the figures; what fits no category is one all the same."""
    said = replace(turn, text=line.row.trouble)
    read = turn.understand(turn, f"{line.project.name}：{line.row.trouble}").acts
    acts = [replace(one, project=line.project.number) for one in read if isinstance(one, Blocker)]
    return joined(
        [enter_blocker(act, said) for act in acts or [Blocker(Category.OTHER, line.project.number)]]
    )


def projects_of(directory: Directory, who: Person) -> tuple[list[Project], str]:
    """Whose sheet it is: an office's county's or the city's, a liaison's own."""
    if who.has(Role.OFFICE) and who.unit_id is not None:
        area_id = directory.area_of(who)
        mine = [one for one in directory.ledger if area_id is None or one.area_id == area_id]
        return mine, next((one.name for one in directory.areas if one.id == area_id), "全市")
    return [one for one in directory.ledger if who.id in one.liaisons], who.name


def _must_have_begun(month: Month, turn: Turn) -> None:
    if month[0] != turn.directory.year:
        raise Refusal(f"只有{turn.directory.year}年台账的填报表。")
