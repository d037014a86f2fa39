"""资金到位和支付: reported in fixed phrases, shown by project and for the whole (P11)."""

import re
from collections.abc import Iterator

from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import money, number
from handlers import rights
from handlers.month_words import MONTH, called, month_said, project_said, yuan_said
from handlers.not_in_regime import not_in_regime
from handlers.paging import page
from storage import funds
from storage.directory import Project
from storage.funds import Fund

router = Router()

_KINDS = (
    r"(?:地方政府|地方)?专项债(?:券)?(?:资金)?|超长期(?:特别)?国债(?:资金)?|特别国债(?:资金)?|国债(?:资金)?|中央预算内(?:投资|资金)?|省级预算内(?:投资|资金)?"
    r"|预算内(?:投资|资金)|中央(?:资金|补助)|省级(?:资金|补助)|上级资金|财政资金|市级(?:资金|配套)|县级(?:资金|配套)|配套资金|债券资金|政府投资|资金"
)
_FUND = re.compile(rf"(?P<kind>{_KINDS})")
_DONE = re.compile(
    r"(?P<cum>(?:今年|年初以来)?累计)?(?:已)?(?P<what>到位|到账|下达|支付|拨付|支出|付)(?:了|资金|到施工单位)?\s*"
    r"(?P<sum>\d+(?:\.\d+)?)\s*(?P<in>亿|万)元?"
)
_ARRIVED = ("到位", "到账", "下达")
_SAYS = rf"(?:(?:[^。；;\n]{{0,40}}?)(?:{_KINDS})[^。；;\n]*?(?:到位|到账|下达|支付|拨付|支出)\D{{0,6}}\d+(?:\.\d+)?\s*(?:亿|万)元?[^\n]{{0,80}})"
_BLOCKED = re.compile(
    r"没到位|未到位|不到位|缺口|还差|卡在|协调|解决|拖欠|困难|[？?]|形象进度|完成投资|投资完成"
)


@router.phrase(_SAYS)
def report(match: re.Match[str], turn: Turn) -> Reply | None:
    """国道342专项债到位3000万，支付1200万. None where something is in its way, or no project is meant."""
    plans = turn.rules.regime.plans
    if plans is None or plans.funds is None or _BLOCKED.search(turn.text):
        return None
    first = _FUND.search(turn.text)
    assert first is not None  # the phrase names one
    before = turn.text[: first.start()]
    project = _meant(re.sub(MONTH.replace("?P<month>", ""), "", before), turn)
    if project is None:
        return None
    if not rights.reports_on(turn.directory, turn.sender, project):
        raise Refusal(f"{project.short}的资金情况由项目联络员或重点办报。")
    some = list(_funds(turn.text))
    if not some:
        return None
    said = re.search(MONTH, before)
    month = month_said(said["month"], turn) if said else (turn.today.year, turn.today.month)
    stood = funds.of_year(turn.tx, *month).get(project.id, {})
    for one in some:
        _must_fit(project, one, stood.get(one.name))
    funds.report(
        turn.tx,
        project.id,
        month,
        some,
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        inbox_id=turn.inbox_id,
        at=turn.now,
        words=turn.text,
    )
    now = funds.of_year(turn.tx, *month)[project.id]
    lines = "；".join(_words(now[one.name]) for one in some)
    return Reply(
        f"记下了：{project.short}{called(month, turn)}资金，今年{lines}。写错了回“撤销”再报一遍；累计数请写“累计到位…”。",
        about={"project": project.number},
    )


@router.phrase(
    r"(?:看看?|查)?(?:"
    + MONTH
    + r")?(?:政府投资|项目)?资金(?:到位|支付|拨付|到位和支付|到位支付|到位与支付)(?:情况|进度|怎么样)?"
    r"(?:[，,\s]*第(?P<page>\d{1,3})页)?[？?。]?"
)
def list_funds(match: re.Match[str], turn: Turn) -> Reply | None:
    """资金到位情况: arrived and paid so far, by project; what arrived and lies there comes first."""
    plans = turn.rules.regime.plans
    if plans is None or plans.funds is None:
        return not_in_regime("资金到位和支付")
    if turn.chat.group:
        return Reply("资金情况请私聊我问，群里不点名。")
    month = month_said(match["month"], turn) if match["month"] else (turn.today.year, turn.today.month)
    scope = turn.directory.scope_of(turn.sender)
    found = {
        one: found
        for one, found in funds.of_year(turn.tx, *month).items()
        if (scope.everything or one in scope.project_ids) and one in turn.directory.projects
    }
    if not found:
        return Reply(
            f"{called(month, turn)}还没有报过资金到位和支付。报法：“某某项目专项债到位3000万，支付1200万”。"
        )
    rows = [(turn.directory.projects[one], list(some.values())) for one, some in found.items()]
    rows.sort(key=lambda row: (-_idle(row[1]), row[0].number))
    arrived = sum(fund.arrived or 0 for _, some in rows for fund in some)
    paid = sum(fund.paid or 0 for _, some in rows for fund in some)
    share = f"（支付率{number(paid * 100 / arrived, 1)}%）" if arrived else ""
    head = f"1—{month[1]}月资金：{len(rows)}个项目到位{money(arrived)}，支付{money(paid)}{share}"
    lines = [f"{project.short}：{'；'.join(_words(fund) for fund in some)}" for project, some in rows]
    return Reply(page(head, lines, int(match["page"] or 1), "资金到位情况", "个"))


def _funds(text: str) -> Iterator[Fund]:
    """专项债到位3000万，支付1200万；中央预算内到位500万: each kind with its sums."""
    starts = [match.start() for match in _FUND.finditer(text)]
    parts = [text[one:two] for one, two in zip(starts, [*starts[1:], len(text)], strict=True)]
    for part in parts:
        kind = _FUND.match(part)
        sums: dict[str, int] = {}
        cumulative = False
        for done in _DONE.finditer(part):
            what = "arrived" if done["what"] in _ARRIVED else "paid"
            sums[what] = yuan_said(done["sum"], done["in"])
            cumulative = cumulative or bool(done["cum"])
        if kind is not None and sums:
            yield Fund(_named(kind["kind"]), sums.get("arrived"), sums.get("paid"), cumulative)


def _named(kind: str) -> str:
    """One name for each kind of money."""
    if "专项债" in kind:
        return "专项债"
    if "国债" in kind:
        return "国债资金"
    if "预算内" in kind:
        return ("中央" if "中央" in kind else "省级" if "省" in kind else "") + "预算内投资"
    return kind if kind.endswith("资金") or kind == "政府投资" else f"{kind}资金"


def _must_fit(project: Project, one: Fund, stood: Fund | None) -> None:
    """Nothing can be paid that has not arrived, and no more arrive than the whole costs."""
    before = stood or Fund(one.name, None, None)
    arrived = (one.arrived or 0) + (0 if one.cumulative else before.arrived or 0)
    arrived = arrived if one.arrived is not None else before.arrived or 0
    paid = (
        (one.paid or 0) + (0 if one.cumulative else before.paid or 0)
        if one.paid is not None
        else before.paid or 0
    )
    if arrived and paid > arrived:
        raise Refusal(
            f"{project.short}{one.name}今年支付{money(paid)}，比到位{money(arrived)}还多，没有记。请核对；是累计数请写“累计到位…，累计支付…”。"
        )
    if project.total_investment and arrived > project.total_investment:
        raise Refusal(
            f"{project.short}{one.name}到位{money(arrived)}，超过总投资{money(project.total_investment)}，没有记。请核对。"
        )


def _meant(words: str, turn: Turn) -> Project | None:
    """The project that is named before the money, else the only one that he reports on."""
    bare = words.strip(" ，,：:。今年本的已")
    if bare:
        return project_said(bare, turn)
    numbers = turn.directory.reports_on(turn.sender)
    return turn.directory.project_numbered(numbers[0]) if len(numbers) == 1 else None


def _idle(some: list[Fund]) -> int:
    return sum((one.arrived or 0) - (one.paid or 0) for one in some)


def _words(one: Fund) -> str:
    parts = [f"到位{money(one.arrived)}"] if one.arrived is not None else []
    parts += [f"支付{money(one.paid)}"] if one.paid is not None else []
    share = f"（{number(one.paid * 100 / one.arrived, 1)}%）" if one.arrived and one.paid is not None else ""
    return f"{one.name}{'，'.join(parts)}{share}"
