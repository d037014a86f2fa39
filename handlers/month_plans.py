"""月计划: the year's plan by month, by the office's word or spread over the months of building (P14)."""

import re

from bot.mechanism.figures import spread
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import money
from handlers import rights
from handlers.month_words import SUM, project_said, yuan_said
from handlers.telling import tell
from storage import month_plans
from storage.directory import Project
from storage.reports import add_step

router = Router()

_MONTH = r"(?P<month>1[0-2]|0?[1-9])月(?:份)?(?:的)?"


@router.phrase(
    r"(?P<a>[^，,。：:？?\n]{2,40}?)[，,：:\s]*"
    + _MONTH
    + r"(?:月度|投资)?计划(?:投资|完成)?(?:改为|定为|调整为|是|为|：|:)?\s*"
    + SUM
    + r"[。\s]*"
)
def set_month(match: re.Match[str], turn: Turn) -> Reply | None:
    """国道342 10月计划1500万."""
    project = project_said(match["a"], turn)
    if project is None or turn.rules.regime.plans is None:
        return None
    _must_plan(project, turn)
    month, yuan = int(match["month"]), yuan_said(match["sum"], match["in"])
    if yuan > project.annual_plan:
        raise Refusal(
            f"{project.short}年计划是{money(project.annual_plan)}，{month}月计划{money(yuan)}超过全年，没有记。"
        )
    if month < turn.today.month:
        raise Refusal(f"{month}月已经过了，月计划从{turn.today.month}月起可以改。")
    by_month = month_plans.of(turn.tx, turn.directory.year, project.id)
    first = not by_month
    by_month = by_month or _spread(project, turn)
    by_month = {**by_month, month: yuan}
    _keep(project, by_month if first else {month: yuan}, "said", turn)
    rest = sum(by_month.values()) - project.annual_plan
    apart = f"，比年计划{'多' if rest > 0 else '少'}{money(abs(rest))}，其余月份请一并调整" if rest else ""
    _tell_liaisons(project, f"{project.short}{month}月计划定为{money(yuan)}", turn)
    return Reply(
        f"已定：{project.short}{month}月计划{money(yuan)}；各月合计{money(sum(by_month.values()))}{apart}。"
    )


@router.phrase(
    r"(?P<a>[^，,。：:？?\n]{2,40}?)的?(?:年(?:度)?)?(?:投资)?计划(?:按建设月份)?(?:分解到月|按月分解|分解)[。\s]*"
)
def break_down(match: re.Match[str], turn: Turn) -> Reply | None:
    """国道342计划分解到月: what is not over yet is spread evenly over the months of building."""
    if turn.rules.regime.plans is None:
        return None
    everything = match["a"].strip() in ("全部", "所有项目", "全部项目", "全市")
    project = None if everything else project_said(match["a"], turn)
    if project is None and not everything:
        return None
    if everything:
        if not rights.is_city_office(turn.directory, turn.sender):
            raise Refusal("全部项目的计划由市重点办分解。本县的请逐个写“某某项目计划分解到月”。")
        some = [
            one
            for one in turn.directory.ledger
            if one.annual_plan and not month_plans.of(turn.tx, turn.directory.year, one.id)
        ]
        for one in some:
            _keep(one, _spread(one, turn), "spread", turn)
        return Reply(
            f"{len(some)}个项目的年计划按建设月份分解好了，已有月计划的没有动。单个看请回“某某项目月计划”。"
        )
    assert project is not None
    _must_plan(project, turn)
    if not project.annual_plan:
        raise Refusal(f"{project.short}今年没有投资计划，不用分解。")
    _keep(project, _spread(project, turn), "spread", turn)
    return Reply(
        f"{project.short}年计划{money(project.annual_plan)}已分解：{_words(project, turn)}。改一个月请写“{project.short}10月计划1500万”。"
    )


@router.phrase(
    r"(?P<a>[^，,。：:？?\n]{2,40}?)的?(?:各月|每月|逐月|月度?)(?:投资)?计划(?:是多少|怎么分的|情况)?[？?。]?"
)
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """国道342月计划."""
    project = project_said(match["a"], turn)
    if project is None or turn.rules.regime.plans is None:
        return None
    scope = turn.directory.scope_of(turn.sender)
    if not scope.everything and project.id not in scope.project_ids:
        raise Refusal("没有查到您可以查看的这个项目。您能看的请问“我的项目”。")
    said = _words(project, turn)
    if not said:
        return Reply(f"{project.short}年计划{money(project.annual_plan)}，没有分解到月，按序时进度算。")
    return Reply(
        f"{project.short}年计划{money(project.annual_plan)}：{said}。", about={"project": project.number}
    )


def _spread(project: Project, turn: Turn) -> dict[int, int]:
    return spread(turn.directory.year, project.annual_plan, project.start_month, project.finish_month)


def _keep(project: Project, by_month: dict[int, int], how: str, turn: Turn) -> None:
    month_plans.put(
        turn.tx,
        turn.directory.year,
        project.id,
        by_month,
        how,
        by=turn.writer.id,
        at=turn.now,
        inbox_id=turn.inbox_id,
    )
    add_step(
        turn.tx,
        project.id,
        "month_plan",
        by=turn.writer.id,
        words=turn.text,
        at=turn.now,
        on_behalf=turn.on_behalf,
        inbox_id=turn.inbox_id,
    )


def _must_plan(project: Project, turn: Turn) -> None:
    if not rights.is_office_for(turn.directory, turn.sender, project):
        raise Refusal(f"{project.short}的月计划由{project.area or '市'}重点办定。有意见请直接告诉重点办。")


def _words(project: Project, turn: Turn) -> str:
    by_month = month_plans.of(turn.tx, turn.directory.year, project.id)
    return "，".join(f"{month}月{money(yuan)}" for month, yuan in sorted(by_month.items()))


def _tell_liaisons(project: Project, done: str, turn: Turn) -> None:
    liaisons = [turn.directory.people[one] for one in project.liaisons if one in turn.directory.people]
    tell(
        turn,
        liaisons,
        "month-plan",
        f"{turn.sender.signed}{done}",
        project=project,
        answer="有困难请回重点办说明。",
        why="您是项目联络员，按月计划报数",
    )
