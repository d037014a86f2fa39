"""本群收日报: the office enters the group in which it writes, its county, its hour and how far it names.

本群收日报; 这是绛县群，17:30发日报; 本群不点名; 本群不收日报了; 本群设置. A county's office has its own county's groups.
In a group that nobody entered, the city's office is told once that the bot is there.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from hashlib import sha256

from bot import daily
from bot.calendar import at
from bot.channel import ACCOUNTS_OF, WEBHOOK
from bot.mechanism.rhythm import summary_at
from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import channel as named
from bot.wording import moment as moment_words
from handlers.telling import note
from storage import groups, outbox, runs
from storage.directory import Directory, Group, Person
from storage.groups import Setting

router = Router()

_GROUP = "本群|这个群|此群|该群|我们群|咱们?群"
_HERE = rf"(?:{_GROUP}|这是[^，,。；;\n]{{0,14}}群(?!众|体|防))"
_HOW = "可以这样写：“本群收日报”“这是绛县群，17:30发日报”“本群不点名”“本群不收日报了”“本群设置”"

_DIGIT = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_HOUR = r"(?P<hour>\d{1,2}|二?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_MINUTE = r"(?P<minute>半|一刻|三刻|\d{1,2}分?)?"
_TIME = re.compile(
    rf"(?P<half>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)?(?:{_HOUR}[点时](?:钟|整)?{_MINUTE}|(?P<h>\d{{1,2}}):(?P<m>\d{{2}}))"
)
_ASK = re.compile(
    r"设置(?:是什么|是怎样的|情况)?[?。]*$|(?:怎么|如何)设(?:置|的)?的?|几点发|什么时候发|收(?:的是)?(?:什么|哪里的?|谁的)日报|收(?:不收)?日报[吗么没]|收不收"
)
_OFF = re.compile(
    r"(?:以后|从今天起)?(?:不再?|别再?|不用再?|不要再?|不需要再?|停止?|取消|关闭|关掉|关)(?:收|要|发|接收|看)?(?:每天的?|每日)?日报(?:了|吧)?"
    r"|日报(?:就)?(?:停了?|取消了?|不收了|不要了|不用发了|不发了|别发了)"
)
_NAMINGS = (
    (
        daily.COUNTS,
        re.compile(
            r"(?:不要?再?|不用|别)点(?:项目|单位)?名(?:单)?了?|只(?:报|发|说|要)(?:个)?(?:总|件)?数(?:字|目)?"
        ),
    ),
    (daily.UNITS, re.compile(r"(?:只|可以)?点(?:名)?(?:只)?到单位(?:为止)?|只点单位(?:的?名)?")),
    (
        daily.PROJECTS,
        re.compile(r"(?:只|可以|恢复)?点(?:名)?到项目|(?:可以|要|恢复)?点(?:项目)?名(?:了|吧)?"),
    ),
)
_WHOLE_CITY = re.compile(r"全市|市里|市级|本市|市(?=(?:的|工作|项目|重点|重大)*群)")
_CALLED = re.compile(
    r"(?<=本群)(?:的?名[字称])?(?:改名为?|改?叫做?|名叫)[“\"「]?(?P<name>(?!什么|啥)[^,。;“”\"「」]{2,30}?群)[”\"」]?"
)
_ON = re.compile(r"日报")
_FILLER = re.compile(
    _GROUP
    + r"|这是|是|收到?|接收|发|要|开始|开通|恢复|订|每天|每日|每个?工作日|工作日|天天|时间|定在|定为|定|改[到成为在]?|调[到整]?|设[为成]?"
    r"|请|麻烦|以后|今后|从今天起|起|就|都|也|和|跟|再|在|为|往|给|里|的|群|项目|工程|重点|重大|工作|联络|联系|了|吧|啊|呢|一下|谢谢|[，,。.;；!！、:\s“”\"]"
)


@dataclass
class _Wish:
    """What is said of the group; what is not said stays as it is."""

    area: str | None = None  # "": the whole city
    time: str = ""
    naming: str = ""
    name: str = ""
    is_on: bool = False
    is_off: bool = False
    asks: bool = False
    faults: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether anything of it is about a group's summary."""
        return bool(
            self.area is not None
            or self.time
            or self.naming
            or self.name
            or self.is_on
            or self.is_off
            or self.asks
        )

    @property
    def enters(self) -> bool:
        """Whether a group that gets no summary gets one by it."""
        return self.is_on or self.area is not None or bool(self.time)


@router.phrase(rf"(?:请|麻烦)?{_HERE}.*")
def set_group(match: re.Match[str], turn: Turn) -> Reply | None:
    """本群收日报，17:30发，不点名; what stands then is said."""
    wish, rest = _read(match[0], turn.directory)
    if not wish.says_something or (rest and "日报" not in match[0] and "点名" not in match[0]):
        return None
    if not turn.chat.group:
        raise Refusal("这句请在要收日报的那个群里@我说，我才知道是哪个群。" + _HOW + "。")
    if wish.asks:
        return Reply(_stands(turn))
    if not may_set(turn.directory, turn.sender):
        raise Refusal(
            "本群收不收日报、几点发、点不点名由重点办定，没有改动。需要的话请联系重点办，由他们在群里@我说。"
        )
    if rest:
        raise Refusal(f"“{rest}”没看懂，本群的设置没有改动。{_HOW}。")
    if wish.faults:
        raise Refusal("；".join(wish.faults) + "。")
    stood = _must_be_ours(turn)
    if wish.is_off:
        return _stop(turn, stood)
    if reason := turn.cant_write_to(turn.chat.channel, turn.chat.group):
        raise Refusal(f"这里的{reason}。{_by_webhook(turn)}")
    return _set(turn, wish, stood)


def may_set(directory: Directory, who: Person) -> bool:
    """Staff of an office, and who heads the unit where it sits."""
    if who.unit_id is None:
        return False
    heads = Rank.DEPUTY_HEAD <= who.rank <= Rank.HEAD
    return who.has(Role.OFFICE) or (heads and bool(directory.in_unit(who.unit_id, Role.OFFICE)))


def meet_group(turn: Turn) -> None:
    """Somebody writes in a group that nobody entered: the city's office is told once. Nothing else changes."""
    channel, key = turn.chat.channel, turn.chat.group
    if _group(turn) is not None or may_set(turn.directory, turn.writer):
        return
    readers = turn.directory.office_people(None)
    if not readers or groups.setting_of(turn.tx, channel, key) is not None:
        return
    reason = turn.cant_write_to(channel, key)
    if reason and _by_webhook(turn):
        return  # this may be the group that its webhook writes to
    fact = f"new-group:{channel}:{sha256(key.encode()).hexdigest()[:32]}"
    if not runs.first(turn.tx, fact, turn.now):
        return
    who = turn.writer.signed or "一个还不认识的账号"
    todo = f"要收日报：{reason}" if reason else "要收日报，在群里@我说“本群收日报”即可"
    outbox.add_in_hours(
        turn.tx,
        [
            outbox.Notice(
                key=f"{fact}:{reader.id}",
                kind="new-group",
                urgency="event",
                person_id=reader.id,
                line=f"机器人被拉进一个新群（{named(channel)}，{who}在群里@了它），现在不发日报。{todo}；不用就不必理会",
                why="群收不收日报由重点办定",
            )
            for reader in readers
        ],
        turn.now,
        turn.directory,
        turn.rules,
    )


def setting_words(directory: Directory, setting: Setting) -> str:
    """How a group stands, in words."""
    if setting.gone:
        return "不收日报"
    return daily.setting_words(directory, setting.area_id, setting.summary_time, setting.naming)


def _set(turn: Turn, wish: _Wish, stood: Setting | None) -> Reply:
    is_new = stood is None or stood.gone
    if is_new and not wish.enters:
        raise Refusal("本群现在不收日报，没有可改的。要收请写“本群收日报，不点名”这样的一句。")
    own = turn.directory.area_of(turn.sender)
    base = stood or Setting("", own, _usual_time(turn), daily.PROJECTS)
    usual = base.area_id if own is None else own
    area_id = usual if wish.area is None else _must_have_area(turn, wish.area)
    renamed = area_id != base.area_id and base.name.startswith(_usual_name(turn.directory, base.area_id))
    setting = replace(
        base,
        area_id=area_id,
        summary_time=wish.time or base.summary_time,
        naming=wish.naming or base.naming,
        name=wish.name or (_free_name(turn, area_id) if renamed or not base.name else base.name),
    )
    if setting == stood and not is_new:
        return Reply(f"本来就是这样：{_stands(turn)}")
    channel, key = _place(turn)
    setting = groups.change(turn.tx, channel, key, setting, note(turn))
    when = _first(turn, setting) if is_new else _today(turn, base, setting)
    called = f"群名记作“{setting.name}”。" if is_new or setting.name != base.name else ""
    return Reply(
        f"好，本群{setting_words(turn.directory, setting)}。{when}{called}"
        "要改再@我说，如“本群16:30发日报”“本群不点名”“本群不收日报了”；刚才的不对回“撤销”。"
    )


def _stop(turn: Turn, stood: Setting | None) -> Reply:
    channel, key = _place(turn)
    gone = groups.remove(turn.tx, channel, key, note(turn)) if stood is not None else None
    if gone is None:
        return Reply("本群本来就不收日报，没有改动。")
    return Reply("好，本群不再收日报。要恢复@我说“本群收日报”，刚才的不对回“撤销”。")


def _group(turn: Turn) -> Group | None:
    """The group of the chat; the robots of one platform see the same one."""
    family = ACCOUNTS_OF.get(turn.chat.channel, turn.chat.channel)
    alike = [
        one
        for one in turn.directory.groups.values()
        if one.key == turn.chat.group and ACCOUNTS_OF.get(one.channel, one.channel) == family
    ]
    return next((one for one in alike if one.channel == turn.chat.channel), next(iter(alike), None))


def _by_webhook(turn: Turn) -> str:
    """What is entered for the one group of the robot's webhook, whichever that is."""
    for one in turn.directory.groups.values():
        if one.key == WEBHOOK and one.channel.startswith(
            ACCOUNTS_OF.get(turn.chat.channel, turn.chat.channel)
        ):
            return f"群机器人现在登记的是“{one.name}”，{setting_words(turn.directory, Setting.of(one))}。"
    return ""


def _place(turn: Turn) -> tuple[str, str]:
    """Channel and key by which the group is kept."""
    group = _group(turn)
    return (group.channel, group.key) if group else (turn.chat.channel, turn.chat.group)


def _must_be_ours(turn: Turn) -> Setting | None:
    """How the group stands, be it gone, if the sender's office may change it."""
    stood = groups.setting_of(turn.tx, *_place(turn))
    own = turn.directory.area_of(turn.sender)
    if stood is not None and not stood.gone and own is not None and stood.area_id != own:
        whose = _area_name(turn.directory, stood.area_id)
        raise Refusal(
            f"本群{setting_words(turn.directory, stood)}，由{whose}重点办设，没有改动。要改请联系他们。"
        )
    return stood


def _must_have_area(turn: Turn, name: str) -> int | None:
    own = turn.directory.area_of(turn.sender)
    area = next((one for one in turn.directory.areas if one.name == name), None)
    area_id = area.id if area else None
    if own is not None and area_id != own:
        mine = _area_name(turn.directory, own)
        raise Refusal(f"您只能设{mine}的群；{name or '全市'}的日报请由市重点办来设。没有改动。")
    return area_id


def _stands(turn: Turn) -> str:
    group = _group(turn)
    if group is None:
        reason = turn.cant_write_to(turn.chat.channel, turn.chat.group)
        how = f"这里的{reason}" if reason else "要收请重点办在群里@我说“本群收日报”"
        return f"本群没有登记收日报。{how}。{_by_webhook(turn)}"
    return f"本群（记作“{group.name}”）{setting_words(turn.directory, Setting.of(group))}。要改由重点办在群里@我说。"


def _first(turn: Turn, setting: Setting) -> str:
    """When the first summary comes."""
    day = turn.today
    while True:
        if summary_at(turn.rules.regime, turn.rules.calendar, day) is not None:
            moment = at(day, _clock(setting.summary_time))
            if moment >= turn.now:
                return f"第一次是{moment_words(moment)}。"
        day += timedelta(days=1)


def _today(turn: Turn, before: Setting, after: Setting) -> str:
    """What a changed hour does to this day's summary."""
    if summary_at(turn.rules.regime, turn.rules.calendar, turn.today) is None:
        return ""
    old, new = (at(turn.today, _clock(one.summary_time)) for one in (before, after))
    if new <= turn.now < old:
        return "今天的还没发，这就发。"
    return "今天的不再发，下个工作日起按新的时间。" if old <= turn.now < new else ""


def _clock(said: str) -> time:
    hour, minute = said.split(":")
    return time(int(hour), int(minute))


def _usual_time(turn: Turn) -> str:
    return f"{turn.rules.regime.summary.at:%H:%M}"


def _area_name(directory: Directory, area_id: int | None) -> str:
    return next((one.name for one in directory.areas if one.id == area_id), "市")


def _usual_name(directory: Directory, area_id: int | None) -> str:
    return f"{_area_name(directory, area_id)}群" if area_id is not None else "全市群"


def _free_name(turn: Turn, area_id: int | None) -> str:
    """绛县群, then 绛县群2: one by which it is told from the others."""
    usual, taken = _usual_name(turn.directory, area_id), {one.name for one in turn.directory.groups.values()}
    return next(name for name in _numbered(usual) if name not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}{number}"
        number += 1


# ---- reading ------------------------------------------------------------------------------------


def _read(text: str, directory: Directory) -> tuple[_Wish, str]:
    """What is wished, and what of the text is no part of it."""
    rest = unicodedata.normalize("NFKC", text).strip()
    wish, faults = _Wish(), list[str]()
    if _ASK.search(rest) or (rest.endswith("?") and "日报" in rest):
        wish.asks = True
        return wish, ""
    if found := _CALLED.search(rest):
        wish.name, rest = found["name"], rest[: found.start()] + rest[found.end() :]
    if found := _OFF.search(rest):
        wish.is_off, rest = True, _OFF.sub("", rest)
    for naming, pattern in _NAMINGS:
        if pattern.search(rest):
            wish.naming = wish.naming or naming
            rest = pattern.sub("", rest)
    if times := list(_TIME.finditer(rest)):
        wish.time = _time(times[0])
        if len(times) > 1 or not daily.EARLIEST <= wish.time <= daily.LATEST:
            faults.append(
                f"日报每天发一次，时间请定在{daily.EARLIEST}到{daily.LATEST}之间，如“本群17:30发日报”"
            )
        rest = _TIME.sub("", rest)
    rest, areas = _areas(rest, directory)
    if areas:
        wish.area = areas[0]
        if len(set(areas)) > 1:
            faults.append("一个群只收一个县的或全市的日报，请写一个")
    if _ON.search(rest):
        wish.is_on, rest = True, _ON.sub("", rest)
    wish.faults = tuple(faults)
    return wish, _FILLER.sub("", rest)


def _areas(text: str, directory: Directory) -> tuple[str, list[str]]:
    """The text without the counties that it names, and these; "" is the whole city."""
    names = {one.name: one.name for one in directory.areas}
    for one in directory.areas:
        short = one.name.rstrip("县市区")
        if len(short) >= 2:
            names.setdefault(short, one.name)
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        found.append(names[match[0]])
        return ""

    if names:
        pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        text = re.sub(pattern, take, text)
    rest, count = _WHOLE_CITY.subn("", text)
    return rest, found + [""] * count


def _time(match: re.Match[str]) -> str:
    hour = int(match["h"]) if match["h"] else _number(match["hour"])
    said = match["minute"] or match["m"] or "0"
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(said) if not said[0].isdigit() else int(said.rstrip("分"))
    half = match["half"] or ""
    is_afternoon = half in ("下午", "傍晚", "晚上") or (hour <= 6 and not half)  # 五点半 of an office's day
    hour += 12 if is_afternoon and hour < 12 else 0
    return f"{hour:02d}:{minute or 0:02d}" if hour < 24 and (minute or 0) < 60 else "99:99"


def _number(words: str) -> int:
    if words.isdigit():
        return int(words)
    tens, _, ones = words.rpartition("十")
    if "十" not in words:
        return _DIGIT[words]
    return (_DIGIT[tens] if tens else 1) * 10 + (_DIGIT[ones] if ones else 0)
