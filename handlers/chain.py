"""责任链: who answers for a project, link by link; what is missing; who holds a link is entered by the office.

国道342谁负责; 谁负责国道342; 342改线责任链          for who may see the project
责任链缺口                             the office: links and units without anybody
342改线法人是王强; 342改线推进组组长是李明（运发投集团）; 342改线由丁市长包联; 产业类项目由吕市长分管
"""

import re
from collections import Counter
from collections.abc import Iterator

from bot.mechanism.model import ChainLink, LinkRole, Pairs
from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn
from handlers import rights
from handlers.paging import page
from handlers.said_otherwise import asks_for_name
from handlers.telling import note, tell
from storage import binding, chains, directory, duties
from storage.chains import Link
from storage.directory import Person, Project

router = Router()

_FIELDS = {"产业": "industry", "基础设施": "infrastructure", "社会民生": "livelihood", "民生": "livelihood"}
_NEEDS = {"deputy_head": "分管领导", "contact": "联络员（13710联系人）"}
_DUTIES = {
    "法人": LinkRole.DIRECT,
    "具体责任人": LinkRole.DIRECT,
    "组长": LinkRole.PUSH_HEAD,
    "专班长": LinkRole.PUSH_HEAD,
}
_WHO = r"(?P<who>[\u4e00-\u9fff·]{2,8}?)(?:[（(](?P<unit>[^（）()]{2,40})[）)])?(?:了|啦)?[。！!]?"


@router.phrase(
    r"(?:请问)?(?:现在)?(?:是)?(?:谁|哪位(?:领导)?)(?:在|来)?(?:负责|主管|包联|分管)(?:的)?(?P<of>[^，,。；;？?\n]{2,40}?)(?:这个)?(?:项目)?[？?。]?"
    r"|(?:请问)?(?P<what>[^，,。；;？?\n]{2,40}?)(?:这个)?(?:项目)?(?:现在)?"
    r"(?:(?:都)?(?:是|归|由)?(?:谁|哪位(?:领导)?|哪个领导)(?:在|来)?(?:负责|主管|包联|分管)(?:的)?|(?:的)?责任链|(?:的)?责任人(?:都)?(?:是谁|有哪些|有谁)"
    r"|(?:的)?(?:(?:项目)?法人(?:代表)?|具体责任人|(?:推进组|专班)组?长|联络员|包联领导)(?:现在)?(?:是|为|换成|改成)了?(?:谁|哪位|哪个)(?:了|呢)?)[？?。]?"
)
def show_chain(match: re.Match[str], turn: Turn) -> Reply | None:
    """国道342谁负责, 谁负责国道342: each link with its person, the gaps for who can fill them."""
    project = _project(match["what"] or match["of"], turn)
    if project is None:
        return None
    scope = turn.directory.scope_of(turn.sender)
    if not (scope.everything or project.id in scope.project_ids):
        raise Refusal("没有查到您可以查看的这个项目。您能看的请问“我的项目”。")
    rule = turn.rules.regime.chain
    lines = [f"{project.short}（{project.area or '市直'}）：", *held_lines(turn, project)]
    gaps = chains.missing(turn.directory, project, rule) if rule is not None else ()
    if gaps:
        lines.append(f"空缺：{'、'.join(link.name for link in gaps)}。")
    if gaps and rights.is_office_for(turn.directory, turn.sender, project):
        lines.append(f"定了请回“{project.short}法人是张三”“{project.short}由X市长包联”这样一句。")
    return Reply("\n".join(lines), about={"project": project.number})


def held_lines(turn: Turn, project: Project) -> list[str]:
    """Each link that somebody holds, in the regime's words, from the site upward."""
    rule = turn.rules.regime.chain
    links = chains.chain_of(turn.directory, project, rule)
    names = {link.role: link for link in rule.links} if rule is not None else {}
    return [_line(role, links, names.get(role)) for role in _held(links)]


def _held(links: tuple[Link, ...]) -> list[LinkRole]:
    """The links that somebody holds, from the site upward."""
    return [role for role in LinkRole if any(link.role is role for link in links)]


def _line(role: LinkRole, links: tuple[Link, ...], named: ChainLink | None) -> str:
    """县级包联领导：卢长青（闻喜县人民政府，主要包联责任人）."""
    said = []
    for link in links:
        if link.role is not role:
            continue
        marks = [link.unit] if link.unit else []
        marks += ["第一责任人"] if named is not None and named.first else []
        marks += ["主要包联责任人"] if link.main else []
        said.append(link.person.name + (f"（{'，'.join(marks)}）" if marks else ""))
    return f"{named.name if named else chains.NAMES[role]}：{'、'.join(said)}"


def _project(words: str, turn: Turn) -> Project | None:
    """The one project that the words name; None where they name none, or a ticket."""
    if re.search(r"\d+号(?:问题|工单)?$", words):
        return None
    found = turn.reader.find_project(words)
    return turn.directory.project_numbered(found[0]) if len(found) == 1 else None


# ---- what is missing ----


@router.phrase(
    r"(?:看看?|查)?责任链(?:的)?(?:缺口|空缺|还缺什么|还缺谁)(?:清单|有哪些)?[，,\s]*(?:第(?P<page>\d{1,3})页)?[？?。]?"
)
def show_gaps(match: re.Match[str], turn: Turn) -> Reply | None:
    """责任链缺口: of the office's own projects, and of units that named nobody."""
    if not (turn.sender.has(Role.OFFICE) or rights.heads_city_office(turn.directory, turn.sender)):
        raise Refusal("责任链缺口由重点办掌握。一个项目谁负责，请回“342改线谁负责”这样一句。")
    rule, pairs = turn.rules.regime.chain, turn.rules.regime.pairs
    if rule is None:
        return Reply("现行机制没有规定责任链的环节。")
    if turn.chat.group:
        raise Refusal("请私聊我问，群里不点名。")
    area_id = turn.directory.area_of(turn.sender)
    mine = [one for one in turn.directory.ledger if area_id in (None, one.area_id)]
    found = {one.id: chains.missing(turn.directory, one, rule) for one in mine}
    counts = Counter(link.name for links in found.values() for link in links)
    lines = [
        f"{one.short}：缺{'、'.join(link.name for link in found[one.id])}" for one in mine if found[one.id]
    ]
    alone = list(_units_without(turn, pairs, area_id)) if pairs is not None else []
    if not lines and not alone:
        return Reply(f"{len(mine)}个项目的责任链都齐了。")
    head = f"{len(mine)}个项目中{len(lines)}个有空缺" if lines else f"{len(mine)}个项目的责任链都齐了"
    several = "、".join(f"{name}{count}个" for name, count in counts.most_common())
    units = f"；{len(alone)}个单位没有配齐专人" if alone else ""
    return Reply(
        page(
            f"责任链缺口：{head}{f'（{several}）' if several else ''}{units}。",
            [*alone, *lines],
            int(match["page"] or 1),
            "责任链缺口",
            "条",
        )
    )


def _units_without(turn: Turn, pairs: Pairs, area_id: int | None) -> Iterator[str]:
    """Units of the city that have not named whom the notice asks for; a county's office has none to look after."""
    if area_id is not None:
        return
    for unit in turn.directory.units.values():
        if unit.level != "city":
            continue
        has = {
            "deputy_head": turn.directory.in_unit(unit.id, rank=Rank.DEPUTY_HEAD),
            "contact": turn.directory.contacts(unit.id),
        }
        lacks = [_NEEDS[need] for need in pairs.needs if not has[need]]
        if lacks and turn.directory.in_unit(unit.id):
            yield f"{unit.name}：没有明确{'、'.join(lacks)}"


# ---- who holds a link ----


@router.phrase(
    r"(?P<what>[^，,。；;：:？?\n]{2,40}?)(?:项目)?的?(?P<role>(?:项目)?法人(?:代表)?|具体责任人|(?:推进组|专班)组?长)"
    r"(?:是|为|换成|改为|改成|[：:])" + _WHO
)
def enter_own_people(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线法人是王强: the project's own people; who is in no directory is entered with his unit."""
    project = _project(match["what"], turn)
    if project is None or asks_for_name(match["who"]):
        return None
    _must_keep(project, turn)
    role = next(duty for word, duty in _DUTIES.items() if word in match["role"])
    who = _own_person(match["who"], match["unit"], project, turn)
    binding.give_role(turn.tx, who, role)
    before = duties.give(turn.tx, project.id, who, role, note(turn))
    return _entered(project, role, match["who"], before, turn)


def _own_person(name: str, unit_words: str | None, project: Project, turn: Turn) -> int:
    """The person of that name in the project's own unit, the one of that name at all, or somebody new."""
    owners = [unit_words] if unit_words else list(project.owners)
    named = [one for one in turn.directory.people.values() if one.name == name]
    of_owner = [one for one in named if one.unit in owners]
    if len(of_owner) == 1:
        return of_owner[0].id
    if named and not unit_words:
        if len(named) == 1:
            return named[0].id
        raise Refusal(f"名录里有几位{name}，请写上单位，如“{project.short}法人是{name}（{named[0].unit}）”。")
    unit = turn.directory.unit_called(owners[0]) if owners else None
    return binding.new_person(turn.tx, name, unit.id if unit else None, owners[0] if owners else "")


@router.phrase(
    r"(?P<what>[^，,。；;：:？?\n]{2,40}?)(?:项目)?(?:今后|以后|现在)?(?:改|重新)?由(?P<who>[\u4e00-\u9fff]{2,10}?)(?:来)?"
    r"(?P<duty>包联|包保|分管)[。！!]?"
)
def enter_sponsor(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线由丁市长包联: the leader of that level is he; 产业类项目由吕市长分管: the field's deputy mayor."""
    if asks_for_name(match["who"]):
        return None
    field = next((name for name in _FIELDS if re.fullmatch(rf"{name}类?", match["what"])), None)
    project = None if field else _project(match["what"], turn)
    if field is None and project is None:
        return None
    who = turn.directory.person_called(match["who"])
    if who is None or who.rank < Rank.COUNTY_LEADER:
        raise Refusal(
            f"名录里没有领导“{match['who']}”，或有几位同名。请写姓名，如“{match['what']}由丁思远包联”。"
        )
    if field is not None:
        return _enter_field(_FIELDS[field], match["what"], who, turn)
    assert project is not None
    of_county = who.rank == Rank.COUNTY_LEADER
    if of_county and turn.directory.area_of(who) != project.area_id:
        raise Refusal(f"{who.called}不是{project.area or '市里'}的领导，不能包联{project.short}。")
    if of_county:
        _must_keep(project, turn)
    else:
        _must_be_city(turn)
    if match["duty"] == "分管":
        role = LinkRole.FIELD_LEADER
    else:
        role = LinkRole.COUNTY_SPONSOR if of_county else LinkRole.CITY_SPONSOR
    before = duties.give(turn.tx, project.id, who.id, role, note(turn), main=of_county)
    return _entered(project, role, who.called, before, turn, who)


def _enter_field(field: str, words: str, who: Person, turn: Turn) -> Reply:
    _must_be_city(turn)
    mine = [one for one in turn.directory.ledger if one.field == field]
    for one in mine:
        duties.give(turn.tx, one.id, who.id, directory.FIELD_LEADER, note(turn))
    return Reply(
        f"记下了：{words}项目{len(mine)}个由{who.called}分管。看一个请回“{mine[0].short}谁负责”。"
        if mine
        else f"台账里没有{words}项目。"
    )


def _entered(
    project: Project, role: LinkRole, name: str, before: list[int], turn: Turn, who: Person | None = None
) -> Reply:
    people = turn.directory.people
    former = "、".join(people[one].name for one in before if one in people)
    liaisons = [people[one] for one in project.liaisons if one in people]
    line = f"{project.short}的{chains.NAMES[role]}是{name}" + (f"（原为{former}）" if former else "")
    tell(turn, liaisons, "duty", line, project=project, why="您是这个项目的联络员")
    if who is not None:
        tell(
            turn,
            [who],
            "duty",
            f"{project.short}由您{'分管' if role is LinkRole.FIELD_LEADER else '包联'}",
            project=project,
            answer=f"看情况请回“{project.short}怎么样”。",
        )
    return Reply(f"记下了：{line}。责任链请回“{project.short}谁负责”。", about={"project": project.number})


def _must_keep(project: Project, turn: Turn) -> None:
    if not (
        rights.is_office_for(turn.directory, turn.sender, project)
        or rights.heads_office(turn.directory, turn.sender, project)
    ):
        raise Refusal(f"{project.short}的责任人由重点办登记。请把变动告诉重点办。")


def _must_be_city(turn: Turn) -> None:
    if not (
        rights.is_city_office(turn.directory, turn.sender)
        or rights.heads_city_office(turn.directory, turn.sender)
    ):
        raise Refusal("市级领导的包联和分管由市重点办登记。请把变动告诉市重点办。")
