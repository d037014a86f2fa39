"""约谈名单、末位解剖、表扬、年终考核 in chat; all of it is the office's (A3, A9, feature 72).

约谈名单                    who is on it, with the facts; 约谈名单转督查室: as a letter for the office to hand over
约谈免除夏县：遭了洪灾      he stays off it, for that reason; 恢复约谈夏县
末位解剖, 夏县末位解剖      what holds the last one
"""

import re

from bot.bulletins import issue_of
from bot.mechanism.bulletin import Issue, State, place_words, scored
from bot.mechanism.ranking import year_end
from bot.mechanism.talks import dissected, praised, talk_list
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers.bulletin_parts import doing, must_make
from handlers.not_in_regime import not_in_regime
from handlers.paging import page
from handlers.ranking import part_words
from storage import bulletins, outbox
from storage.bulletins import Bulletin
from storage.directory import INSPECTORATE

router = Router()

_NAME = r"(?P<name>[\u4e00-\u9fff]{2,14}?)"


@router.phrase(
    r"(?:看看?|查看|列一?下|出)?(?:通报)?约谈(?:的)?(?:名单|建议名单|清单)(?:[，,\s]*第(?P<page>\d{1,3})页)?[。？?]?"
)
def show_list(match: re.Match[str], turn: Turn) -> Reply | None:
    """约谈名单: with the facts, exemptions below."""
    must_make(turn)
    if turn.chat.group:
        raise Refusal("请私聊我问，群里不说。")
    if turn.rules.regime.talks is None:
        return not_in_regime("约谈")
    one, issue = _newest(turn)
    found = talk_list(issue, bulletins.exemptions(turn.tx, one.year, one.month))
    on = [item for item in found if not item.exempt]
    head = f"{one.month}月约谈名单{len(on)}个（依据{_source(issue)}，{one.state.words}）："
    listed = [f"{item.name}：{'；'.join(item.facts)}" for item in on]
    lines = [page(head, listed, int(match["page"] or 1), "约谈名单", "个")]
    lines += [f"免除：{item.name}（{item.exempt}）" for item in found if item.exempt]
    lines.append(
        "免除写“约谈免除夏县：理由”；定了回“约谈名单转督查室”，拟成信由您转交，约谈由督查室办。"
        if on
        else "没有要列入的。"
    )
    return Reply("\n".join(lines))


@router.phrase(r"约谈(?:名单)?(?:免除|免去|去掉|不列)" + _NAME + r"(?:[：:，,\s]+(?P<why>.+))?")
def exempt(match: re.Match[str], turn: Turn) -> Reply | None:
    """约谈免除夏县：遭了洪灾. The reason is kept."""
    must_make(turn)
    one, issue = _newest(turn)
    found = talk_list(issue, bulletins.exemptions(turn.tx, one.year, one.month))
    item = next((item for item in found if item.name.startswith(match["name"])), None)
    if item is None:
        raise Refusal(f"{match['name']}不在{one.month}月约谈名单里。")
    if item.exempt:
        raise Refusal(f"{item.name}已经免除（{item.exempt}）。")
    why = (match["why"] or "").strip("。 ")
    if not why:
        raise Refusal(f"免除要写理由，例如“约谈免除{item.name}：8月遭洪灾停工”。")
    bulletins.exempt(turn.tx, one.year, one.month, item.name, why, doing(turn))
    return Reply(f"{item.name}免除{one.month}月约谈，理由：{why}。要恢复写“恢复约谈{item.name}”。")


@router.phrase(r"(?:恢复约谈|约谈恢复)" + _NAME + r"[。]?")
def bring_back(match: re.Match[str], turn: Turn) -> Reply | None:
    """恢复约谈夏县."""
    must_make(turn)
    one, _ = _newest(turn)
    names = [
        name for name in bulletins.exemptions(turn.tx, one.year, one.month) if name.startswith(match["name"])
    ]
    if not names or not bulletins.lift(turn.tx, one.year, one.month, names[0], turn.now):
        raise Refusal(f"{match['name']}没有免除，不用恢复。")
    return Reply(f"{names[0]}重新列入{one.month}月约谈名单。")


@router.phrase(r"约谈名单(?:转|移送|报)(?:市政府)?督查室[。]?")
def hand_over(match: re.Match[str], turn: Turn) -> Reply | None:
    """约谈名单转督查室: a letter that only the office hands over; the talk is the inspectorate's (N4 (十一))."""
    must_make(turn)
    one, issue = _newest(turn)
    if one.state is not State.SIGNED:
        raise Refusal(f"{one.month}月通报还没有签发，签发后再转督查室。")
    found = talk_list(issue, bulletins.exemptions(turn.tx, one.year, one.month))
    on = [item for item in found if not item.exempt]
    if not on:
        raise Refusal(f"{one.month}月没有要约谈的。")
    readers = [who for who in turn.directory.people.values() if who.has(INSPECTORATE)]
    if not readers:
        raise Refusal("名录里还没有督查室的人，请先导入人员。")
    facts = "；".join(f"{item.name}（{'，'.join(item.facts)}）" for item in on)
    office = issue.regime.office.name
    new = 0
    for reader in readers:
        letter = outbox.Notice(
            key=f"talks:{one.id}:{reader.id}",
            kind="letter",
            urgency="event",
            person_id=reader.id,
            line=f"致{reader.unit}：依照{_source(issue)}，{one.year}年{one.month}月通报后建议约谈：{facts}。现移送贵室。{office}",
            draft=True,
        )
        new += outbox.add(turn.tx, letter, turn.now)
    if not new:
        raise Refusal(f"{one.month}月的约谈名单已经拟过信，请回“待发呈报”看。")
    return Reply(f"已拟致督查室的信（{len(on)}个），由您转交，不自动发出。看信请回“待发呈报”。")


@router.phrase(r"(?:" + _NAME + r"(?:的)?)?(?:末位|末尾)解剖[。？?]?")
def dissect(match: re.Match[str], turn: Turn) -> Reply | None:
    """末位解剖: what costs the last one most, against the mean, with the items behind it."""
    must_make(turn)
    if turn.chat.group:
        raise Refusal("请私聊我问，群里不说。")
    if turn.rules.regime.ranking is None:
        return not_in_regime("排名")
    one, issue = _newest(turn)
    series, _ = issue.series()
    if not series.placed:
        raise Refusal(f"{one.month}月还没有排得出的名次。")
    placed = series.placed[-1]
    if match["name"]:
        placed = next((item for item in series.placed if item.name.startswith(match["name"])), placed)
        if not placed.name.startswith(match["name"]):
            return None
    lines = [
        f"{placed.name}{place_words(placed)}，{placed.score}分（{one.month}月，{one.state.words}）。差在："
    ]
    lines += [
        f"{place}. {part_words(loss.part)}；各县平均{round(float(loss.mean * 100), 1)}%"
        for place, loss in enumerate(dissected(series, placed), 1)
    ]
    lines += [f"扣分：{taken.deduction.name}{len(taken.causes)}项" for taken in placed.taken]
    return Reply("\n".join(lines))


@router.phrase(r"(?:看看?|出)?(?:通报)?表扬(?:的)?(?:名单|建议名单)[。？?]?")
def show_praised(match: re.Match[str], turn: Turn) -> Reply | None:
    """表扬名单."""
    must_make(turn)
    if turn.chat.group:
        raise Refusal("请私聊我问，群里不说。")
    if turn.rules.regime.praise is None:
        return not_in_regime("通报表扬")
    one, issue = _newest(turn)
    rule = issue.regime.praise
    if rule is None:
        return not_in_regime("通报表扬")
    found = praised(issue)
    if not found:
        return Reply(f"{one.month}月没有达到{rule.least_score:g}分的，不列表扬。")
    names = "、".join(f"{scored(item)}（{place_words(item)}）" for item in found)
    return Reply(f"{one.month}月建议表扬（{rule.say}，{one.state.words}）：{names}。")


@router.phrase(
    r"(?:(?P<year>20\d\d)年)?(?:度)?(?:年终|年度|全年)(?:综合)?(?:考核|考评|排名)(?:结果|情况)?[。？?]?"
)
def show_year(match: re.Match[str], turn: Turn) -> Reply | None:
    """年终考核: from the months' signed figures."""
    must_make(turn)
    if turn.chat.group:
        raise Refusal("请私聊我问，群里不说。")
    rule = turn.rules.regime.year_end
    if rule is None:
        return not_in_regime("年终考核")
    year = int(match["year"] or turn.directory.year)
    signed = bulletins.signed_of(turn.tx, year)
    months = {}
    for one in signed:
        series, _ = issue_of(turn.tx, turn.directory, turn.rules, one).series()
        months[one.month] = {item.name: item.score for item in series.placed}
    digits = turn.rules.regime.ranking.digits if turn.rules.regime.ranking else 1
    placed, short = year_end(months, rule.least_months, digits)
    if not placed:
        return Reply(
            f"{year}年签发了{len(signed)}期通报，至少要{rule.least_months}个月的签发得分才能排年终考核。"
        )
    said = "、".join(f"{one.month}月" for one in signed)
    lines = [f"{year}年{rule.say}（{said}签发得分的平均；截至{date_words(turn.today, turn.today)}）："]
    lines.append("　".join(f"{one.place}.{one.name}{one.score}分" for one in placed))
    if short:
        lines.append(f"{'、'.join(short)}不足{rule.least_months}个月，不排。")
    missing = [f"{month}月" for month in range(1, max(months) + 1) if month not in months]
    if missing:
        lines.append(f"{'、'.join(missing)}没有签发的通报，不计。")
    return Reply("\n".join(lines))


def _newest(turn: Turn) -> tuple[Bulletin, Issue]:
    """The newest bulletin: a draft, else the last signed one. Raises Refusal where there is none."""
    one = bulletins.open_one(turn.tx) or bulletins.last_signed(turn.tx)
    if one is None:
        raise Refusal(f"还没有通报，请先写“出{turn.today.month}月通报”。")
    return one, issue_of(turn.tx, turn.directory, turn.rules, one)


def _source(issue: Issue) -> str:
    rule = issue.regime.talks
    if rule is None:
        raise Refusal(not_in_regime("约谈").text)
    return issue.regime.notice_of(rule.clause) if rule.clause else "本机制"
