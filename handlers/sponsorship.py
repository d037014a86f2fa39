"""包联覆盖: which projects have no leader who looks after them, and which leaders have too many. Row R2."""

import re
from collections.abc import Sequence

from bot.mechanism.model import Sponsorship
from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn
from handlers import rights
from storage.directory import Person, Project

router = Router()

_MOST_NAMES = 10


@router.phrase(
    r"(?:看看?|查)?(?:领导)?包[联保](?:的)?(?:全?覆盖)(?:情况|率)?(?:怎么样)?[？?。]?|包[联保]情况[？?。]?"
)
def show_coverage(match: re.Match[str], turn: Turn) -> Reply | None:
    """包联覆盖: the city's office of all, a county's of its own county."""
    if not (turn.sender.has(Role.OFFICE) or rights.heads_city_office(turn.directory, turn.sender)):
        raise Refusal("包联覆盖由重点办掌握。您包联的请问“我包联的项目怎么样”。")
    rule = turn.rules.regime.sponsorship
    area_id = turn.directory.area_of(turn.sender)
    mine = [one for one in turn.directory.ledger if area_id in (None, one.area_id)]
    counties = [one for one in mine if one.area_id is not None]
    lines = ["包联覆盖："]
    if rule is None or rule.wants == "both":
        if area_id is None:
            lines.append(_covered("市级领导", mine, [one for one in mine if not one.city_sponsors]))
        lines.append(_covered("县级领导", counties, [one for one in counties if not one.county_sponsors]))
    else:
        alone = [one for one in mine if not one.city_sponsors + one.county_sponsors]
        lines.append(_covered("市级或县级领导", mine, alone))
    lines += _loads(turn, mine, rule, area_id)
    source = f"依据{turn.rules.regime.notice_of(rule.clause)}。" if rule is not None and rule.clause else ""
    return Reply("\n".join([*lines, f"登记请回“342改线由丁市长包联”这样一句。{source}"]))


def _covered(who: str, of: Sequence[Project], without: Sequence[Project]) -> str:
    if not without:
        return f"{who}：{len(of)}个项目全覆盖。"
    names = "、".join(one.short for one in without[:_MOST_NAMES])
    more = f"等{len(without)}个" if len(without) > _MOST_NAMES else ""
    return f"{who}：{len(of)}个项目，{len(without)}个没有：{names}{more}。"


def _loads(turn: Turn, mine: Sequence[Project], rule: Sponsorship | None, area_id: int | None) -> list[str]:
    """How many projects each leader has, the most first, and who has more than the notice lets him."""
    counts: dict[int, int] = {}
    for one in mine:
        for who in one.city_sponsors if area_id is None else one.county_sponsors:
            counts[who] = counts.get(who, 0) + 1
    people = turn.directory.people
    ranked = sorted((-count, -people[who].rank, who) for who, count in counts.items() if who in people)
    said = [f"{_name(people[who])}{-count}项" for count, _, who in ranked]
    if not said:
        return []
    lines = [
        f"各位领导：{'、'.join(said[:_MOST_NAMES])}{f'等{len(said)}位' if len(said) > _MOST_NAMES else ''}。"
    ]
    most = rule.city_most if rule is not None and area_id is None else None
    if most is not None:
        over = [f"{_name(people[who])}{-count}项" for count, _, who in ranked if -count > most]
        if over:
            lines.append(f"多于{most}项的{len(over)}位：{'、'.join(over[:_MOST_NAMES])}，请调整。")
    return lines


def _name(who: Person) -> str:
    return who.called if who.rank >= Rank.CITY_LEADER else who.name
