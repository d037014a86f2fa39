"""排名 in chat: the signed editions for all, the draft's for the office, and what each figure is made of (A1).

新绛县为什么第3      the points of each indicator, the items behind them
闻喜县扣分           what points are taken off for
"""

import re

from bot.acts import Period, Query
from bot.bulletins import issue_of
from bot.calendar import add_months
from bot.mechanism.bulletin import Issue, State, message, place_words, scored
from bot.mechanism.ranking import Part, Placed, Series, rounded
from bot.routing import Refusal, Reply, Router, Turn
from handlers.bulletin_parts import may_make
from handlers.query_sums import ranking as unranked
from storage import bulletins
from storage.bulletins import Bulletin

router = Router()

_MOST = 5
_NAME = r"(?P<name>[\u4e00-\u9fff]{2,14}?)"


def answer_ranking(act: Query, turn: Turn) -> Reply:
    """排名: of the month that is asked for, else the newest. Only the office sees what is not signed."""
    one = _edition(act, turn)
    if one is None:
        return unranked(turn)
    issue = issue_of(turn.tx, turn.directory, turn.rules, one)
    counties, units = issue.series()
    if not counties.placed:
        return Reply(message(issue))
    lines = [
        f"{_head(one)}县（市、区）、开发区排名：",
        "　".join(f"{one.place}.{scored(one)}" for one in counties.placed),
    ]
    if units.placed:
        lines.append(f"市直单位：{'　'.join(f'{one.place}.{scored(one)}' for one in units.placed[:_MOST])}")
    if counties.left_out:
        lines.append(f"{'、'.join(counties.left_out)}没有可比的指标，不排名。")
    lines.append(f"名次怎么来的可问“{counties.placed[0].name}为什么第1”。")
    return Reply("\n".join(lines))


def answer_bulletin(act: Query, turn: Turn) -> Reply:
    """通报: the signed edition with its files; for the office the draft, if there is one."""
    one = _edition(act, turn)
    if one is None:
        return unranked(turn)
    words = message(issue_of(turn.tx, turn.directory, turn.rules, one))
    return Reply(words if one.state is State.SIGNED else f"{_head(one)}\n{words}", attachments=one.files)


@router.phrase(
    _NAME
    + r"(?:的)?(?:综合)?(?:得分|名次|排名)?(?:为什么|为啥|怎么|凭什么)(?:会|才)?(?:只)?(?:排|得|是|在)?(?:到|了)?"
    r"(?:第\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:名|位)?|倒数(?:第[一二三四五\d])?|\d{1,3}(?:\.\d+)?分|这么?[低高前后]|最后|末位)"
    r"(?:[？?。])?"
)
def explain_place(match: re.Match[str], turn: Turn) -> Reply | None:
    """新绛县为什么第3: each indicator's points with the items behind it."""
    found = _placed(match["name"], turn)
    if found is None:
        return None
    one, issue, series, placed = found
    lines = [
        f"{_head(one)}{placed.name}{place_words(placed)}，{placed.score}分（共{len(series.placed)}个）："
    ]
    lines += [part_words(part) for part in placed.parts]
    if placed.taken:
        lines.append(f"扣{_points(placed)}分，明细问“{placed.name}扣分”。")
    if placed.unmeasured:
        lines.append(f"{'、'.join(placed.unmeasured)}没有基数，不计，权重摊给其余各项。")
    lines.append("按年初确定的计划计算；超过100%的按封顶计。" if issue.regime.ranking else "")
    return Reply("\n".join(line for line in lines if line))


@router.phrase(
    _NAME + r"(?:的)?(?:(?:为什么|为啥|怎么)?(?:被)?扣(?:了)?(?:多少)?分|扣分(?:情况|明细|原因)?)(?:[？?。])?"
)
def explain_deductions(match: re.Match[str], turn: Turn) -> Reply | None:
    """闻喜县扣分: each cause with its cases."""
    found = _placed(match["name"], turn)
    if found is None:
        return None
    one, _, _, placed = found
    if not placed.taken:
        return Reply(f"{_head(one)}{placed.name}没有扣分。")
    lines = [f"{_head(one)}{placed.name}扣{_points(placed)}分："]
    for taken in placed.taken:
        rule = taken.deduction
        capped = (
            f"，最多扣{rule.most:g}分"
            if taken.points < rounded(taken.points, 9) or len(taken.causes) * rule.points > rule.most
            else ""
        )
        lines.append(
            f"{rule.name}{len(taken.causes)}项，每项{rule.points:g}分{capped}：{_listed(taken.causes)}"
        )
    return Reply("\n".join(lines))


def part_words(part: Part) -> str:
    """投资完成率96.0%，得48.0/50.0分；国道342：2.1亿元/2.5亿元（84%）."""
    lacking = [item.words for item in part.figure.items if not item.counts]
    behind = f"；{_listed(lacking)}" if lacking else ""
    return f"{part.indicator.name}{rounded(part.share * 100, 1)}%，得{rounded(part.points, 1)}/{rounded(part.full, 1)}分{behind}"


def _listed(words: "list[str] | tuple[str, ...]") -> str:
    return "、".join(words[:_MOST]) + (f"等{len(words)}项" if len(words) > _MOST else "")


def _points(placed: Placed) -> str:
    return str(rounded(sum((taken.points for taken in placed.taken), start=placed.gained * 0), 1))


def _head(one: Bulletin) -> str:
    if one.state is State.SIGNED:
        return f"【{one.year}年{one.month}月，通报第{one.number}期】"
    return f"【{one.year}年{one.month}月，{one.state.words}，没有签发，只有重点办看得到】"


def _edition(act: Query, turn: Turn) -> Bulletin | None:
    """What the sender may see of what he asks for; the office sees the draft too."""
    first = turn.today.replace(day=1)
    named = re.search(r"(1[0-2]|[1-9])月", turn.text)
    if named is not None:
        month = int(named[1])
        asked = (turn.today.year if month <= turn.today.month else turn.today.year - 1, month)
    elif act.period in (Period.MONTH, Period.LAST_MONTH):
        day = add_months(first, -1) if act.period is Period.LAST_MONTH else first
        asked = (day.year, day.month)
    else:
        asked = None
    one = bulletins.of_month(turn.tx, *asked) if asked else None
    if one is None and asked is None:
        one = (bulletins.open_one(turn.tx) if may_make(turn) else None) or bulletins.last_signed(turn.tx)
    if one is not None and one.state is not State.SIGNED and (not may_make(turn) or turn.chat.group):
        return None
    return one


def _placed(name: str, turn: Turn) -> tuple[Bulletin, Issue, Series, Placed] | None:
    """The county or unit of that name in the newest ranking that the sender may see; None if it names none.

    Raises Refusal where another county's is asked for by who does not see the whole city.
    """
    area = next((one for one in turn.directory.areas if name in (one.name, one.name[:-1])), None)
    units = turn.directory.units.values()
    unit = next((one for one in units if name == one.name or name in one.aliases), None)
    if area is None and unit is None:
        return None
    office = may_make(turn)
    one = (bulletins.open_one(turn.tx) if office and not turn.chat.group else None) or bulletins.last_signed(
        turn.tx
    )
    if one is None:
        raise Refusal(
            "还没有签发的通报，名次签发后再看。" if not office else "还没有通报草稿，请先写“出9月通报”。"
        )
    own = turn.directory.area_of(turn.sender)
    mine = (area is not None and area.id == own) or (unit is not None and unit.id == turn.sender.unit_id)
    if not (office or mine or turn.directory.scope_of(turn.sender).everything):
        raise Refusal("明细只看得到本县、本单位的。各县名次见签发的通报，可问“通报”。")
    issue = issue_of(turn.tx, turn.directory, turn.rules, one)
    wanted = area.name if area is not None else unit.name if unit is not None else ""
    for series in issue.series():
        placed = series.of(wanted)
        if placed is not None:
            return one, issue, series, placed
    raise Refusal(f"{wanted}没有可比的指标，不在{one.month}月的排名里。")
