"""月账 in chat: the liaison hands over, the county confirms or objects, the office closes (P2)."""

import re
from collections.abc import Sequence

from bot.mechanism.figures import Month, line_of
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words, last_day
from handlers import rights
from handlers.month_words import END, MONTH, called, month_said, names, project_said, standing
from handlers.not_in_regime import not_in_regime
from handlers.telling import tell
from storage import accounts, figures
from storage.directory import Project
from storage.months import MonthState, month_state

router = Router()

_DATA = r"(?:投资)?(?:数据|数字|数|账|报数)"
_SAME = r"(?:没有?变化|无变化|不变|没有?变动|无变动|按已报的(?:算|交)?|照旧)"


@router.phrase(MONTH + _DATA + rf"?(?:都|全部|均)?(?:{_SAME}|交账){END}")
def hand_over_as_it_stands(match: re.Match[str], turn: Turn) -> Reply | None:
    """9月数没有变化: the liaison hands over what stands, for all his projects that wait."""
    mine = [one for one in turn.directory.ledger if turn.sender.id in one.liaisons]
    if not mine:
        return None
    month = month_said(match["month"], turn)
    state = opened_month(month, turn)
    _must_be_open(state, month, turn)
    if state.hand_over_at is not None and turn.now < state.hand_over_at:
        raise Refusal(
            f"{called(month, turn)}账从{date_words(state.hand_over_at.date(), turn.today)}起交。现在有数请直接报进展。"
        )
    waiting = [one for one in mine if one.id in state.missing]
    if not waiting:
        return Reply(f"您的项目{called(month, turn)}账都交了。要改请直接报对的数。")
    found = figures.as_of(turn.tx, *month, line_of(turn.rules.regime))
    unknown = [one for one in waiting if found[one.id].invested is None]
    if unknown:
        raise Refusal(
            f"{names(unknown)}今年还没有报过累计，请写明数：“{unknown[0].short}{state.month}月投资…万元，今年累计…亿元”；没有投资写“今年累计0万元”。"
        )
    for one in waiting:
        accounts.hand_over(turn.tx, one.id, month, None, turn.writer.id, turn.now)
    lines = [f"{one.short}：{standing(found[one.id])}" for one in waiting[:8]]
    return Reply("\n".join([f"{called(month, turn)}账按已报的数交了：", *lines, "不对请直接报对的数。"]))


@router.phrase(MONTH + r"(?:对账|数|账)(?:无误|没有?问题|都对|对的|对上了|已核对)" + END)
def check(match: re.Match[str], turn: Turn) -> Reply | None:
    """9月对账无误: halfway through the month. The county's office confirms with the same words."""
    if turn.sender.has(Role.OFFICE):
        return confirm_all(match, turn)
    mine = [one.id for one in turn.directory.ledger if turn.sender.id in one.liaisons]
    if not mine:
        return None
    month = month_said(match["month"], turn)
    state = opened_month(month, turn)
    _must_be_open(state, month, turn)
    accounts.checked(turn.tx, *month, mine, turn.writer.id, turn.now, turn.inbox_id)
    return Reply(f"好，{called(month, turn)}对账记下了（{len(mine)}个项目）。月底交账时再报全月的数。")


@router.phrase(MONTH + _DATA + r"?(?:都|全部|全|均)*(?:确认|核对无误|审核无误)(?:无误)?(?:了)?" + END)
def confirm_all(match: re.Match[str], turn: Turn) -> Reply | None:
    """9月数全部确认: all of the county that were handed over."""
    reports = any(turn.sender.id in one.liaisons for one in turn.directory.ledger)
    if not turn.sender.has(Role.OFFICE) and not reports:
        return None
    month = month_said(match["month"], turn)
    state = opened_month(month, turn)
    if not turn.sender.has(Role.OFFICE):
        raise Refusal(f"月账由重点办确认。数没有变化、要交账请回“{month[1]}月数没有变化”。")
    _must_be_open(state, month, turn)
    mine = confirms(turn)
    done = accounts.confirm(
        turn.tx, *month, [one.id for one in mine], turn.writer.id, turn.now, turn.inbox_id
    )
    missing = [one for one in mine if one.id in state.missing]
    rest = f"还没交账的{len(missing)}个：{names(missing)}。" if missing else "都交齐了。"
    if not done:
        return Reply(f"{called(month, turn)}没有等您确认的数。{rest}")
    return Reply(f"{called(month, turn)}数确认{len(done)}个项目。{rest}{_closes(state, turn)}")


@router.phrase(
    r"(?P<a>[^，,。？?\n]{2,30}?)" + MONTH + _DATA + r"?(?:已?确认|核对无误|审核无误)(?:无误)?(?:了)?" + END
)
@router.phrase(
    MONTH
    + r"(?P<a>[^，,。？?\n]{2,30}?)的?"
    + _DATA
    + r"?(?:已?确认|核对无误|审核无误)(?:无误)?(?:了)?"
    + END
)
def confirm_one(match: re.Match[str], turn: Turn) -> Reply | None:
    """鑫泽源9月数确认."""
    project = project_said(match["a"], turn)
    if project is None:
        return None
    month = month_said(match["month"], turn)
    state = opened_month(month, turn)
    _must_be_open(state, month, turn)
    must_confirm(project, turn)
    if project.id in state.missing:
        raise Refusal(
            f"{project.short}{called(month, turn)}账还没有交，不能确认。可回“催办{project.short}”。"
        )
    if not accounts.confirm(turn.tx, *month, [project.id], turn.writer.id, turn.now, turn.inbox_id):
        return Reply(f"{project.short}{called(month, turn)}数已经确认过了。")
    one = figures.as_of(turn.tx, *month, line_of(turn.rules.regime), project.id)[project.id]
    return Reply(f"{project.short}{called(month, turn)}数已确认：{standing(one)}。{_closes(state, turn)}")


_WRONG = r"(?:不对|有误|对不上|不符|不准|不实|有问题)"


@router.phrase(MONTH + r"(?P<a>[^，,。？?\n]{2,30}?)的?" + _DATA + rf"?{_WRONG}(?:[，,：:。\s]+(?P<why>.+))?")
@router.phrase(r"(?P<a>[^，,。？?\n]{2,30}?)" + MONTH + _DATA + rf"?{_WRONG}(?:[，,：:。\s]+(?P<why>.+))?")
def object_to_one(match: re.Match[str], turn: Turn) -> Reply | None:
    """9月鑫泽源不对，差200万: the liaison hears it and reports the right figure."""
    if not turn.sender.has(Role.OFFICE):
        return None
    project = project_said(match["a"], turn)
    if project is None:
        return None
    month = month_said(match["month"], turn)
    state = opened_month(month, turn)
    if state.is_closed:
        raise Refusal(
            f"{called(month, turn)}已关账，不再退回。要改由市重点办核增核减：“{project.short}{state.month}月核减200万，原因…”。"
        )
    must_confirm(project, turn)
    why = (match["why"] or "").strip()
    accounts.object_to(turn.tx, *month, project.id, why or turn.text, turn.writer.id, turn.now, turn.inbox_id)
    liaisons = [turn.directory.people[one] for one in project.liaisons if one in turn.directory.people]
    told = tell(
        turn,
        liaisons,
        "month-objected",
        f"{turn.sender.signed}核对{called(month, turn)}账：{project.short}的数不对{f'（{why}）' if why else ''}，请核实后重报",
        project=project,
        answer=f"直接报对的数：“{project.short}{state.month}月投资…万元，今年累计…亿元”。",
        why="您是项目联络员，月账由县里确认",
    )
    who = f"，已告诉{'、'.join(one.called for one in told)}重报" if told else ""
    return Reply(f"{project.short}{called(month, turn)}数记为有异议{who}。重报后再请您确认。")


@router.phrase(MONTH + r"(?:账)?关账" + END)
def close(match: re.Match[str], turn: Turn) -> Reply | None:
    """9月关账: the city's office closes before the regime's day; who is not confirmed is named."""
    month = month_said(match["month"], turn)
    state = opened_month(month, turn)
    if not rights.is_city_office(turn.directory, turn.sender):
        raise Refusal(f"关账由市重点办办理。县里确认本县的数请回“{state.month}月数全部确认”。")
    _must_be_open(state, month, turn)
    if state.due_at is not None and turn.now < state.due_at:
        raise Refusal(
            f"{called(month, turn)}账{date_words(last_day(state.due_at), turn.today)}24时前还在交，过了再关。"
        )
    accounts.close(
        turn.tx, *month, figures.as_of(turn.tx, *month, line_of(turn.rules.regime)), turn.writer.id, turn.now
    )
    left = [*_projects(state.unconfirmed, turn), *_projects(state.missing, turn)]
    rest = f"没有确认或没有交账的{len(left)}个按已报的数算：{names(left)}。" if left else "全部确认。"
    return Reply(f"{called(month, turn)}已关账，{len(state.accounts)}个项目。{rest}以后只能核增核减。")


def confirms(turn: Turn) -> list[Project]:
    """Whose accounts the sender confirms: his county's; the city's office the city's own (own reading)."""
    if not turn.sender.has(Role.OFFICE) or turn.sender.unit_id is None:
        return []
    rule = turn.rules.regime.months
    area_id = turn.directory.area_of(turn.sender)
    if rule is not None and rule.confirmed_by == "office" and area_id is None:
        return list(turn.directory.ledger)
    return [one for one in turn.directory.ledger if one.area_id == area_id]


def must_confirm(project: Project, turn: Turn) -> None:
    """Refuse who does not confirm that project's accounts."""
    if project.id not in {one.id for one in confirms(turn)}:
        by = f"{project.area}重点办" if project.area else "市重点办"
        raise Refusal(f"{project.short}的月账由{by}确认。")


def opened_month(month: Month, turn: Turn) -> MonthState:
    """That month's accounts. Raises Refusal where the regime has none, and where that month was never opened."""
    state = month_state(turn.tx, *month)
    if state.opened_at is None:
        if turn.rules.regime.months is None:
            raise Refusal(not_in_regime("月账", "不用交账、确认和关账，数直接报进展就行").text)
        raise Refusal(f"{called(month, turn)}没有建账。")
    return state


def _must_be_open(state: MonthState, month: Month, turn: Turn) -> None:
    if state.closed_at is not None:
        raise Refusal(
            f"{called(month, turn)}已于{date_words(state.closed_at.date(), turn.today)}关账。要改由市重点办核增核减。"
        )


def _projects(ids: Sequence[int], turn: Turn) -> list[Project]:
    found = [turn.directory.projects[one] for one in ids if one in turn.directory.projects]
    return sorted(found, key=lambda one: one.number)


def _closes(state: MonthState, turn: Turn) -> str:
    if state.closes_at is None:
        return ""
    return f"{date_words(last_day(state.closes_at), turn.today)}24时关账，之前要改还可以改。"
