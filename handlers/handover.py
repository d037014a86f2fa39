"""岗位交接: somebody leaves or changes, another takes his post; nothing that is open is lost. Row R3, features 83.

刘明亮调离，由王芳接联络员; 叶海燕退休，由刘新民接任13710联系人; 潘桂芳转岗，由李敏接秘书
342改线联络员换成王芳
吕市长调离，由赵市长接包联

The city's office, a county's for its own, and who heads the unit for his own people (own rule). Who takes the
post reads what he takes; the office reads of every change that it did not make itself.
"""

import re
from collections.abc import Sequence

from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import numbers
from handlers import rights
from handlers.said_otherwise import asks_for_name
from handlers.telling import note, tell
from storage import binding, duties, posts, tickets
from storage.directory import INSPECTORATE, LIAISON, SECRETARY, Person, Project
from storage.posts import SPONSOR, Moved

router = Router()

_POSTS = {
    "联络员": LIAISON,
    "联系人": Role.CONTACT.value,
    "专职人员": Role.CONTACT.value,
    "重点办": Role.OFFICE.value,
    "秘书": SECRETARY,
    "包联": SPONSOR,
}
_NAMES = {
    LIAISON: "联络员",
    Role.CONTACT.value: "13710联系人",
    Role.OFFICE.value: "重点办工作人员",
    SECRETARY: "秘书",
    SPONSOR: "包联",
}
_NAME = r"[\u4e00-\u9fff·]{2,12}?"
_POST = r"(?:(?:的)?(?P<post>(?:项目)?联络员|(?:13710)?联系人|专职人员|重点办(?:工作)?|秘书|包联(?:领导|工作|项目)?)|(?:的)?(?:全部|所有)?(?:工作|岗位)?)"
_MOST_NAMED = 5


@router.phrase(
    rf"(?P<old>{_NAME})(?:同志)?(?:已经?|今天|即日起)?(?P<why>调离|调走|调出|离职|辞职|退休|离岗|转岗|轮岗|岗位调整|工作调整|不再担任)"
    rf"(?:[\u4e00-\u9fff\d]{{0,8}}?)(?:了)?[，,。；;\s]+(?:改|现)?由(?P<new>{_NAME})(?:同志)?(?:来)?(?:接任|接替|接手|接管|接|担任|负责)(?:他|她)?{_POST}[。！!]?"
)
def change(match: re.Match[str], turn: Turn) -> Reply | None:
    """刘明亮调离，由王芳接联络员."""
    if asks_for_name(match["new"]):
        return None
    old = _one(match["old"], turn)
    leaves = match["why"] not in ("转岗", "轮岗", "岗位调整", "工作调整", "不再担任")
    held = posts.held_by(old, turn.directory)
    named = next((post for word, post in _POSTS.items() if word in (match["post"] or "")), None)
    if named is not None and named not in held:
        raise Refusal(f"{old.signed}现在不是{_NAMES[named]}。名录里记的是：{_held_words(held)}。")
    going = [named] if named is not None else held
    if not going:
        raise Refusal(f"名录里{old.signed}没有要交接的岗位。")
    left = [post for post in held if post not in going]
    if leaves and left:
        names = "、".join(_NAMES[post] for post in left)
        raise Refusal(
            f"{old.name}还有{names}没有交接。都交给一个人请回“{old.name}{match['why']}，由{match['new']}接全部工作”；"
            f"分开交请先回“{old.name}转岗，由XX接{_NAMES[left[0]]}”。"
        )
    for post in going:
        _must_change(old, post, turn)
    new_id, new = _taker(match["new"], old, going, turn)
    moved = [posts.hand_over(turn.tx, old, new_id, post, note(turn), leaves=leaves) for post in going]
    if leaves:
        posts.leave(turn.tx, old)
    return _told(old, new, match["new"], going, moved, turn)


@router.phrase(
    rf"(?P<what>[^，,。；;：:？?\n]{{2,40}}?)(?:项目)?的?联络员(?:由{_NAME})?(?:换成|换为|改为|改成|更换为|变更为|调整为)(?:了)?(?P<new>[\u4e00-\u9fff·]{{2,6}}?)(?:同志)?(?:了|啦)?[。！!]?"
)
def change_one(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线联络员换成王芳: of that project alone."""
    found = turn.reader.find_project(match["what"])
    project = turn.directory.project_numbered(found[0]) if len(found) == 1 else None
    if project is None or asks_for_name(match["new"]):
        return None
    if not rights.is_office_for(turn.directory, turn.sender, project):
        _must_head(project, turn)
    people = turn.directory.people
    old = next((people[one] for one in project.liaisons if one in people), None)
    new_id, new = _taker(match["new"], old, [LIAISON], turn)
    binding.give_role(turn.tx, new_id, LIAISON)
    duties.give(turn.tx, project.id, new_id, LIAISON, note(turn), main=True)
    moved = [Moved(projects=(project.id,))]
    if old is None or old.id == new_id:
        return Reply(f"{project.short}的联络员是{match['new']}。")
    return _told(old, new, match["new"], [LIAISON], moved, turn, [project])


def _one(words: str, turn: Turn) -> Person:
    who = turn.directory.person_called(words)
    if who is None:
        raise Refusal(f"名录里没有“{words}”，或者有重名，请写单位加姓名，如“市水务局叶海燕调离，由…”。")
    return who


def _taker(name: str, old: Person | None, going: Sequence[str], turn: Turn) -> tuple[int, Person | None]:
    """Who takes the post: of the directory, else somebody new in the old one's unit."""
    fits = [
        one
        for one in turn.directory.people.values()
        if name in (one.name, one.address, f"{one.unit}{one.name}")
    ]
    of_unit = [
        one for one in fits if old is not None and one.unit_id is not None and one.unit_id == old.unit_id
    ]
    who = (of_unit or fits)[0] if len(of_unit or fits) == 1 else None
    if who is None and fits:
        raise Refusal(f"有几位{name}，请写单位加姓名。")
    if who is not None and old is not None and who.id == old.id:
        raise Refusal("接任的人不能是他自己，请换一个人。")
    unit_bound = {Role.CONTACT.value, Role.OFFICE.value} & set(going)
    if who is None:
        if SPONSOR in going:
            raise Refusal(f"名录里没有领导“{name}”，请先把新领导录入人员表。")
        unit_id = old.unit_id if old is not None else None
        return binding.new_person(turn.tx, name, unit_id, old.unit if old is not None else ""), None
    if SPONSOR in going and who.rank < Rank.COUNTY_LEADER:
        raise Refusal(f"{who.signed}不是县级或市级领导，不能接包联。")
    if unit_bound and old is not None and who.unit_id != old.unit_id:
        if who.rank > Rank.STAFF or who.roles:
            raise Refusal(f"{who.signed}不是{old.unit}的人，不能接{old.unit}的{_NAMES[going[0]]}。")
        posts.join(turn.tx, who.id, old.unit_id)
    return who.id, who


def _must_change(old: Person, post: str, turn: Turn) -> None:
    """The city's office every post, a county's those of its own, who heads a unit those of his people."""
    directory, who = turn.directory, turn.sender
    if rights.is_city_office(directory, who) or rights.heads_city_office(directory, who):
        return
    area_id = directory.area_of(who)
    if (
        who.has(Role.OFFICE)
        and area_id is not None
        and area_id == directory.area_of(old)
        and post != Role.OFFICE
    ):
        return
    own = Rank.DEPUTY_HEAD <= who.rank <= Rank.HEAD and who.unit_id is not None and who.unit_id == old.unit_id
    if own and post in (LIAISON, Role.CONTACT) and not old.has(INSPECTORATE):
        return
    raise Refusal(f"{old.signed}的{_NAMES[post]}由重点办或本单位负责人来交接。请把变动告诉他们。")


def _must_head(project: Project, turn: Turn) -> None:
    """Who heads the liaison's unit may name another."""
    people, who = turn.directory.people, turn.sender
    units = {people[one].unit_id for one in project.liaisons if one in people}
    if not (Rank.DEPUTY_HEAD <= who.rank <= Rank.HEAD and who.unit_id in units):
        raise Refusal(f"{project.short}的联络员由重点办或本单位负责人来换。请把变动告诉他们。")


def _held_words(held: Sequence[str]) -> str:
    return "、".join(_NAMES[post] for post in held) or "没有岗位"


def _told(
    old: Person,
    new: Person | None,
    name: str,
    going: Sequence[str],
    moved: Sequence[Moved],
    turn: Turn,
    only: Sequence[Project] | None = None,
) -> Reply:
    """Who takes it reads what he takes, who gave it that it is done, the office what others changed."""
    what = "、".join(_NAMES[post] for post in going)
    projects = [
        turn.directory.projects[one]
        for one in dict.fromkeys(each for part in moved for each in part.projects)
        if one in turn.directory.projects
    ]
    open_ones = tickets.of_projects(turn.tx, [one.id for one in only or projects])
    if Role.CONTACT in going and old.unit_id is not None:
        open_ones = [*open_ones, *tickets.of_units(turn.tx, [old.unit_id])]
    carried = (
        [
            f"项目{len(projects)}个（{'、'.join(one.short for one in projects[:_MOST_NAMED])}{'等' if len(projects) > _MOST_NAMED else ''}）"
        ]
        if projects
        else []
    )
    if open_ones:
        shown = numbers(sorted({one.number for one in open_ones})[:_MOST_NAMED])
        carried.append(f"在办问题{len(open_ones)}件（{shown}{'等' if len(open_ones) > _MOST_NAMED else ''}）")
    asks = sum(part.questions + part.rounds for part in moved)
    waits = sum(part.notices for part in moved)
    leaders = sum(part.leaders for part in moved)
    carried += [f"待答的问题{asks}件"] if asks else []
    carried += [f"待发的提醒{waits}条"] if waits else []
    carried += [f"服务的领导{leaders}位"] if leaders else []
    goods = "，".join(carried) or "目前没有在办的事项"
    if new is not None:
        tell(
            turn,
            [new],
            "handover",
            f"您接任{old.signed}的{what}：{goods}",
            answer="看明细请回“我的项目”“我的问题”。",
            why="岗位交接",
        )
    tell(turn, [old], "handover", f"您的{what}已交接给{name}，感谢。此后的提醒不再发您", why="岗位交接")
    if not turn.writer.has(Role.OFFICE):
        tell(
            turn,
            turn.directory.office_people(None),
            "handover",
            f"{old.signed}的{what}交接给{name}（{turn.sender.signed}办理）：{goods}",
            why="人员变动要告知重点办",
        )
    no_account = new is None or not new.accounts
    bind = f"{name}还没有绑定账号，请他私聊我说明身份，如“我是{old.unit}{name}”。" if no_account else ""
    return Reply(
        f"已交接：{old.signed}的{what}由{name}接任，{goods}都转过去了；此前的记录仍是{old.name}的名字。{bind}"
    )
