"""我是谁: an unknown account says who it is, the office confirms by one tap, both are told.

Nobody is believed by his word alone: until then nothing of his counts. What a known person says about
himself changes nothing either; the office is told.
"""

import re

from bot.acts import Bind
from bot.channel import Button
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from handlers.telling import tell
from storage import binding, outbox
from storage.binding import Request
from storage.directory import Directory, Person

router = Router()

_WHO = "我还不认识您。请回：我是XX局的张三（项目单位的请写明负责哪个项目），我请重点办确认。"
_ASKED = "已转重点办确认，确认后马上告诉您；在那之前您报的内容还不能记账。"
_NAME = r"(?P<name>[\u4e00-\u9fff·]{2,10}?)(?:[（(](?P<unit>[^）)]+)[）)])?[。！!]?"


def meet_stranger(turn: Turn) -> Reply:
    """Somebody writes whom the directory does not know: he is asked who he is, his answer goes to the office."""
    if turn.chat.group:
        return Reply("我还不认识您。请先私聊我，说明您是哪个单位的谁，重点办确认后就可以在群里报。")
    said = next((act for act in turn.understand(turn, turn.text).acts if isinstance(act, Bind)), None)
    known = binding.waiting_of(turn.tx, turn.chat.channel, turn.chat.account)
    if said is None or not said.person:
        return Reply(f"您的身份{_ASKED}" if known else _WHO)
    unit = turn.directory.unit_named(said.unit) if said.unit else None
    project = turn.directory.project_numbered(said.project) if said.project else None
    if unit is None and project is None and not said.unit and len(turn.text) < len(said.person) + 4:
        return Reply(f"{said.person}您好，请再说一下是哪个单位的、负责哪个项目。")
    person = _in_directory(turn.directory, said.person, unit.id if unit else None)
    request = Request(
        0,
        turn.chat.channel,
        turn.chat.account,
        said.person,
        unit.id if unit else None,
        project.id if project else None,
        person.id if person else None,
        turn.text,
        binding.WAITING,
    )
    if turn.rules.regime.bind == "itself" and person is not None and turn.chat.channel not in person.accounts:
        binding.bind(turn.tx, person.id, turn.chat.channel, turn.chat.account, turn.now)
        return Reply(_welcome(turn.directory, request))
    binding.ask(
        turn.tx,
        channel=request.channel,
        account=request.account,
        name=request.name,
        unit_id=request.unit_id,
        project_id=request.project_id,
        person_id=request.person_id,
        words=request.words,
        at=turn.now,
    )
    _tell_office(request, person, turn)
    return Reply(f"{said.person}您好，{_ASKED}")


@router.on(Bind)
def say_who(act: Bind, turn: Turn) -> Reply:
    """A known person says who he is: what stands is said; a difference is the office's to settle."""
    who = turn.sender
    stands = f"我这里记的是：{who.signed}{who.title and f'（{who.title}）'}"
    projects = [turn.directory.project_numbered(number) for number in turn.directory.reports_on(who)]
    if names := "、".join(one.short for one in projects[:3] if one is not None):
        stands += f"，负责{names}" + ("等" if len(projects) > 3 else "")
    same = (
        (act.person in (None, who.name, who.called))
        and (act.unit in (None, who.unit))
        and (act.project is None or act.project in turn.directory.reports_on(who))
    )
    if same:
        return Reply(f"{stands}。不用再登记，直接写就行。")
    tell(
        turn,
        turn.directory.office_people(None),
        "says-who",
        f"{who.signed}说：“{turn.text[:80]}”，与名录不一致，请核对",
        why="人员变动由重点办更新名录",
    )
    return Reply(f"{stands}。您说的变动已转重点办核对，更新前仍按原来的办。")


@router.phrase(r"确认(?:身份)?[：:\s]*" + _NAME)
def confirm(match: re.Match[str], turn: Turn) -> Reply | None:
    """确认身份：张三（市水务局）: the account is his from now on."""
    request = _request(match, turn)
    if request is None:
        if "身份" in turn.text:
            raise Refusal(f"没有等您确认的{match['name']}。新账号的身份由其所在县或市的重点办确认。")
        return None
    if not binding.settle(turn.tx, request, binding.CONFIRMED, turn.writer.id, turn.now):
        raise Refusal(f"{request.name}的身份已由别的同志处理。")
    unit = turn.directory.units.get(request.unit_id or 0)
    person_id = request.person_id or binding.new_person(
        turn.tx, request.name, request.unit_id, unit.name if unit else ""
    )
    is_contact = unit is not None and unit.level != "enterprise" and request.project_id is None
    if request.person_id is None or request.project_id is not None:
        binding.give_role(turn.tx, person_id, Role.CONTACT if is_contact else Role.LIAISON)
    if request.project_id is not None:
        binding.give_project(turn.tx, person_id, request.project_id)
    binding.bind(turn.tx, person_id, request.channel, request.account, turn.now)
    _write_to(request, _welcome(turn.directory, request), turn)
    return Reply(f"已确认{_described(turn.directory, request)}，已通知本人。")


@router.phrase(r"(?:身份)?(?:不是|不认识|身份不符)[：:\s]*" + _NAME)
def refuse(match: re.Match[str], turn: Turn) -> Reply | None:
    """不是张三（市水务局）: the account stays unknown."""
    request = _request(match, turn)
    if request is None:
        return None
    if not binding.settle(turn.tx, request, binding.REFUSED, turn.writer.id, turn.now):
        raise Refusal(f"{request.name}的身份已由别的同志处理。")
    _write_to(
        request,
        "您的身份没有通过确认。请联系本单位或重点办核对后，重新回：我是XX局的张三，负责XX项目。",
        turn,
    )
    return Reply(f"{_described(turn.directory, request)}没有确认，已通知对方。")


def _request(match: re.Match[str], turn: Turn) -> Request | None:
    """The waiting request of that name that the sender's office may settle."""
    if not turn.sender.has(Role.OFFICE):
        return None
    for request in binding.waiting(turn.tx, match["name"]):
        unit = turn.directory.units.get(request.unit_id or 0)
        fits = match["unit"] is None or match["unit"] == (
            unit.name if unit else _project_of(turn.directory, request)
        )
        if fits and may_settle(request, turn):
            return request
    return None


def may_settle(request: Request, turn: Turn) -> bool:
    """Whether the sender is of the office that confirms who that is."""
    own = turn.directory.units.get(turn.sender.unit_id or 0)
    if own is None or not turn.sender.has(Role.OFFICE):
        return False
    return own.area_id in (None, _area_of(turn.directory, request))


def key_of(request: Request, turn: Turn) -> str:
    """What the office calls him: 张三（市水务局）."""
    unit = turn.directory.units.get(request.unit_id or 0)
    label = unit.name if unit else _project_of(turn.directory, request)
    return f"{request.name}（{label}）" if label else request.name


def _in_directory(directory: Directory, name: str, unit_id: int | None) -> Person | None:
    """The one person of that name (in that unit, if one was said)."""
    fits = [
        one
        for one in directory.people.values()
        if one.name == name and (unit_id is None or one.unit_id in (unit_id, None))
    ]
    return fits[0] if len(fits) == 1 else None


def _area_of(directory: Directory, request: Request) -> int | None:
    """The county whose office confirms; none: the city's."""
    unit = directory.units.get(request.unit_id or 0)
    project = directory.projects.get(request.project_id or 0)
    area_id = unit.area_id if unit else project.area_id if project else None
    return area_id if directory.office_people(area_id) else None


def _project_of(directory: Directory, request: Request) -> str:
    project = directory.projects.get(request.project_id or 0)
    return project.short if project else ""


def _described(directory: Directory, request: Request) -> str:
    """市水务局张三; 张三（342改线联络员）."""
    unit = directory.units.get(request.unit_id or 0)
    project = _project_of(directory, request)
    duty = f"（{project}联络员）" if project else ""
    return f"{unit.name if unit else ''}{request.name}{duty}"


def known_as(person: Person | None) -> str:
    """What the directory knows of whom he says he is."""
    if person is None:
        return "名录里没有此人，确认后新增"
    known = f"名录里有{person.signed}{person.title and f'（{person.title}）'}"
    return known + ("，已绑定过账号，请核对是否换号" if person.accounts else "")


def _tell_office(request: Request, person: Person | None, turn: Turn) -> None:
    key = key_of(request, turn)
    tell(
        turn,
        turn.directory.office_people(_area_of(turn.directory, request)),
        "who-is-it",
        f"请确认身份：{_described(turn.directory, request)}。原话：“{request.words[:60]}”。{known_as(person)}",
        answer=f"是本人回“确认身份：{key}”，不是回“不是{key}”。",
        why="新账号由重点办确认后才能用",
        buttons=(Button("确认", f"确认身份：{key}"), Button("不是", f"不是{key}")),
    )


def _welcome(directory: Directory, request: Request) -> str:
    return (
        f"{request.name}您好，您的身份已确认：{_described(directory, request)}。之前发来的没有记账，请重发一遍；"
        "以后直接写就行，如“342改线本月完成1800万元”或“17号周工负责，22日前办完”。"
    )


def _write_to(request: Request, text: str, turn: Turn) -> None:
    """Straight to the account: the directory of this moment does not know it."""
    outbox.put_message(
        turn.tx,
        channel=request.channel,
        account=request.account,
        text=text,
        urgency="event",
        at=turn.now,
        inbox_id=turn.inbox_id,
    )
