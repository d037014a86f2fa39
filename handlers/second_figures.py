"""统计、第三方的数: entered by the office, shown with their source beside what is reported (P3)."""

import re

from bot.mechanism.figures import line_of
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import money
from handlers import rights
from handlers.month_words import SUM, project_said, standing, yuan_said
from storage import figures, second_figures
from storage.reports import add_step

router = Router()

SOURCE = r"(?P<source>统计|第三方|审计|监理|财政)(?:部门|机构|口径|局)?(?:的)?(?:数据|数|反馈)?"
_MONTH = r"(?:(?:1|一)月?[—\-－~至到]+)?(?P<month>1[0-2]|[1-9])月(?:份|底|末)?(?:累计|今年累计)?(?:完成)?(?:投资|固投)?"
_DONE = r"(?:累计|今年累计)?(?:完成)?(?:投资|固投|固定资产投资)?(?:额|数)?(?:是|为|：|:)?\s*"


@router.phrase(
    SOURCE + r"[，,：:\s]*(?P<a>[^，,。：:？?\n]{2,30}?)[，,\s]*" + _MONTH + _DONE + SUM + r"[。\s]*"
)
def enter(match: re.Match[str], turn: Turn) -> Reply | None:
    """统计：鑫泽源1—9月完成1.9亿元: the year so far by another source."""
    project = project_said(match["a"], turn)
    if project is None:
        return None
    if not rights.is_city_office(turn.directory, turn.sender):
        raise Refusal("统计和第三方的数由市重点办录入。您报的进展直接写项目名称和数就行。")
    month = _month(match, turn)
    second_figures.put(
        turn.tx,
        match["source"],
        month,
        {project.id: yuan_said(match["sum"], match["in"])},
        by=turn.writer.id,
        at=turn.now,
        inbox_id=turn.inbox_id,
    )
    add_step(
        turn.tx,
        project.id,
        "second_figure",
        by=turn.writer.id,
        words=turn.text,
        at=turn.now,
        on_behalf=turn.on_behalf,
        inbox_id=turn.inbox_id,
    )
    one = figures.as_of(turn.tx, *month, line_of(turn.rules.regime), project.id)[project.id]
    return Reply(
        f"已记：{project.short}1—{month[1]}月{match['source']}口径{money(yuan_said(match['sum'], match['in']))}。"
        f"填报{standing(one)}。两边分开列，互不替代。",
        about={"project": project.number},
    )


@router.phrase(
    r"(?:全市|市)?(?:固投|固定资产投资|固定资产)(?:总?额)?[，,：:\s]*" + _MONTH + _DONE + SUM + r"[。\s]*"
)
@router.phrase(
    r"(?:全市|市)?"
    + _MONTH
    + r"(?:全市)?(?:固投|固定资产投资)(?:累计)?(?:完成)?(?:是|为|：|:)?\s*"
    + SUM
    + r"[。\s]*"
)
def enter_fixed_assets(match: re.Match[str], turn: Turn) -> Reply | None:
    """全市固投1—9月完成180亿元."""
    if not rights.is_city_office(turn.directory, turn.sender):
        return None
    month = _month(match, turn)
    yuan = yuan_said(match["sum"], match["in"])
    second_figures.put(
        turn.tx, "统计", month, {None: yuan}, by=turn.writer.id, at=turn.now, inbox_id=turn.inbox_id
    )
    return Reply(f"已记：全市固定资产投资1—{month[1]}月{money(yuan)}（统计口径）。看目标请回“年度目标”。")


def _month(match: re.Match[str], turn: Turn) -> tuple[int, int]:
    month = int(match["month"])
    return (turn.today.year if month <= turn.today.month else turn.today.year - 1), month
