"""The numbered cells of docs/permissions.md: for each the case that fits its condition and those that don't."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.acts import Resolve, Undo
from bot.mechanism.model import Kind
from bot.mechanism.states import State
from tests.stories.desk import Desk
from tests.stories.permission_acts import (
    DEEDS,
    Deed,
    Prepare,
    arranged,
    claimed_by_county,
    claimed_by_office,
    county_wants_extension,
    county_wants_return,
    first_report,
    given,
    given_to_county,
    nothing,
    reported,
    stepped,
    taken_back,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What is done where the condition holds, and what is not where it doesn't."""

    fits: Deed
    fails: Sequence[Deed] = ()


def own_report_only(row: str, relation: str, account: str) -> Condition:
    """①"""
    other = "county-wenxi" if relation == "联络员" else "liaison-21"
    deed = DEEDS[row]
    return Condition(replace(deed, before=first_report(account)), [replace(deed, before=first_report(other))])


def own_step_within_minutes(row: str, relation: str, account: str) -> Condition:
    """②"""
    before, words = _OWN_STEP[relation]

    def do(desk: Desk) -> None:
        before(desk)
        stood = len(desk.records())
        reply = desk.says(account, words)
        assert len(desk.records()) > stood, reply.text

    def too_late(desk: Desk) -> None:
        do(desk)
        desk.now += timedelta(days=1)

    def others(desk: Desk) -> None:
        by = "county-wenxi" if relation == "联络员" else "liaison-21"
        before(desk)
        desk.says(by, "342改线9月完成投资1800万元")

    undo = Deed(do, "撤销", taken_back, (Undo(),))
    return Condition(undo, [replace(undo, before=too_late), replace(undo, before=others)])


_OWN_STEP: Mapping[str, tuple[Prepare, str]] = {
    "联络员": (nothing, "342改线9月完成投资1800万元"),
    "承办联系人": (given, "1号周工负责，22日前迁完"),
    "承办领导": (given, "1号周工负责，22日前迁完"),
    "配合单位": (given, "1号已到现场，正在开挖"),
    "市重点办": (reported, "1号核实列入"),
    "本县重点办": (reported, "1号核实列入"),
    "县包联领导": (given, "催1号"),
    "市包联领导": (given, "催1号"),
    "市长": (given, "催1号"),
    "秘书": (given, "催1号"),
}


def own_ticket_before_dispatch(row: str, relation: str, account: str) -> Condition:
    """③"""

    def own(desk: Desk) -> None:
        desk.says(account, "342改线卡在供水管迁改，请市水务局9月30日前解决")
        assert desk.state() is State.REPORTED

    def too_late(desk: Desk) -> None:
        own(desk)
        desk.now += timedelta(days=1)

    def dispatched(desk: Desk) -> None:
        own(desk)
        desk.says("office-2", "1号交办市水务局")
        assert desk.state() is State.DISPATCHED

    def others(desk: Desk) -> None:
        desk.says(
            "county-wenxi" if relation == "联络员" else "liaison-21",
            "342改线卡在供水管迁改，请市水务局9月30日前解决",
        )

    deed = replace(DEEDS[row], before=own)
    return Condition(deed, [replace(deed, before=one) for one in (too_late, dispatched, others)])


def leaders_opinion(row: str, relation: str, account: str) -> Condition:
    """④"""
    deed = DEEDS[row]

    def noted(desk: Desk, who: str) -> bool:
        told = desk.told("office-1", "opinion") + desk.told("office-1", "wish-listing")
        told += desk.told("county-wenxi", "opinion") + desk.told("county-wenxi", "wish-listing")
        return desk.steps()[-1] in ("opinion", "wish_listing") and bool(told) and not deed.done(desk, who)

    return Condition(replace(deed, says="1号要挂牌督办" if row == "挂牌督办" else deed.says, done=noted))


def handed_up(row: str, relation: str, account: str) -> Condition:
    """⑤"""

    def proposed(desk: Desk, _account: str) -> bool:
        return (
            desk.steps()[-1] == "hand_up"
            and desk.state() is State.REPORTED
            and bool(desk.told("office-1", "handed-up"))
        )

    return Condition(replace(DEEDS[row], done=proposed))


def assisting_part(row: str, relation: str, account: str) -> Condition:
    """⑥"""
    deed = DEEDS[row]

    def own_part(desk: Desk, who: str) -> bool:
        runs = {Kind.ARRANGE, Kind.FEEDBACK, Kind.ORDINARY} <= desk.limits().keys()
        stands = desk.state() is State.DISPATCHED and desk.ticket().asks is None
        return (
            desk.steps()[-1] in ("assist_arrange", "assist_done", "assist_return", "feedback")
            and runs
            and stands
        )

    return Condition(replace(deed, before=given, done=own_part))


def lead_of_own_county(row: str, relation: str, account: str) -> Condition:
    """⑦"""
    deed = DEEDS[row]
    in_county = {"同意延期": county_wants_extension, "同意退回": county_wants_return}
    return Condition(replace(deed, before=in_county.get(row, given_to_county)), [deed])


def second_person(row: str, relation: str, account: str) -> Condition:
    """⑧"""
    deed = DEEDS[row]
    own_unit = claimed_by_office if relation == "市重点办" else claimed_by_county

    def own_claim(desk: Desk) -> None:
        arranged(desk)
        assert desk.does(account, "1号已迁完，申请销号", Resolve(1)) is None

    return Condition(deed, [replace(deed, before=own_unit), replace(deed, before=own_claim)])


def five_in_place(row: str, relation: str, account: str) -> Condition:
    """⑨"""
    deed = DEEDS[row]
    return Condition(
        replace(deed, says="1号挂牌：办法先通临时管；责任领导苏局长；责任人周工；期限22日"),
        [replace(deed, says="1号挂牌督办", acts=())],
    )


def county_lists_its_own(row: str, relation: str, account: str) -> Condition:
    """⑬"""
    listed = five_in_place(row, relation, account)
    return Condition(
        replace(listed.fits, before=given_to_county),
        [listed.fits, *(replace(one, before=given_to_county) for one in listed.fails)],
    )


def own_unit_without_limit(row: str, relation: str, account: str) -> Condition:
    """⑩"""
    deed = DEEDS[row]

    def told(desk: Desk, who: str) -> bool:
        ends = desk.limits()[Kind.ORDINARY].due.date()
        return desk.steps()[-1] == "instruct" and ends > date(2025, 9, 20)

    def elsewhere(desk: Desk) -> None:
        given(desk, "闻喜县人民政府")

    return Condition(replace(deed, done=told), [replace(deed, before=elsewhere, done=stepped("instruct"))])


def named_as_for_another(row: str, relation: str, account: str) -> Condition:
    """⑪"""
    deed = DEEDS[row]

    def both_names(desk: Desk, who: str) -> bool:
        return deed.done(desk, who) and desk.stands_behind_last("刘明亮")

    return Condition(
        replace(deed, says=f"代刘明亮报：{deed.says}", done=both_names),
        [replace(deed, says=f"代蔡永刚报：{deed.says}", acts=())],
    )


def same_unit_only(row: str, relation: str, account: str) -> Condition:
    """⑫"""
    return Condition(
        DEEDS[row],
        [Deed(nothing, "代蔡永刚报：绛县抽水蓄能9月完成投资100万元", lambda desk, _: bool(desk.reports(23)))],
    )


CONDITIONS: Mapping[str, Callable[[str, str, str], Condition]] = {
    "①": own_report_only,
    "②": own_step_within_minutes,
    "③": own_ticket_before_dispatch,
    "④": leaders_opinion,
    "⑤": handed_up,
    "⑥": assisting_part,
    "⑦": lead_of_own_county,
    "⑧": second_person,
    "⑨": five_in_place,
    "⑩": own_unit_without_limit,
    "⑪": named_as_for_another,
    "⑫": same_unit_only,
    "⑬": county_lists_its_own,
}
