"""工作台: the office's day in the chat, and what it puts off until later.

工作台                     what waits, by section, with the way to the page
17号明天上午再看           put off; it comes back by itself, its limits run on
消息12不用管               what was not understood needs nothing more
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.calendar import at, day_of
from bot.mechanism import hours
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import due_words, weekday
from handlers import clocks, desk_items, rights
from handlers.desk_items import FIGURE, HEADINGS, Entry
from handlers.numbered import numbers_in
from handlers.telling import tell
from storage import desk, questions, runs
from storage.desk import DRAFT, MESSAGE, PERSON, TICKET, Item
from storage.links import DESK

router = Router()

_SHOWN = 3
_KINDS = {"呈报": DRAFT, "新账号": PERSON, "消息": MESSAGE}
_WHEN = (
    r"(?:(?P<near>今天|今|明天|明|后天|大后天)|(?P<week>本|这|下)?(?:周|星期)(?P<weekday>[一二三四五六日天])"
    r"|(?:(?P<month>1[0-2]|0?[1-9])月)?(?P<day>3[01]|[12]\d|0?[1-9])[日号])?"
    r"(?P<part>早上?|上午|中午|下午|晚上?)?"
)
_AHEAD = {"今天": 0, "今": 0, "明天": 1, "明": 1, "后天": 2, "大后天": 3}
_WEEKDAYS = "一二三四五六日"
_FARTHEST = 31  # days


@router.phrase(r"(?:打开|看看?|我的)?(?:重点办)?工作台[。！!]?")
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """What waits for the office, the first of each section by name."""
    if turn.chat.group:
        return Reply("工作台请私聊打开。")
    if not desk_items.has_desk(turn):
        return Reply("工作台是重点办用的。您的请问“我的项目”“我的问题”。")
    found = desk_items.read(turn)
    lines = [_line(name, found.of(section)) for section, name in HEADINGS.items() if found.of(section)]
    if found.put_off:
        names = "、".join(
            f"{entry.name}（{due_words(laid.until, turn.today)}）"
            for entry, laid in found.put_off[:_SHOWN]
            if laid.until
        )
        lines.append(f"放到以后的{len(found.put_off)}件：{names}")
    head = "今天等着办的：" if lines else "工作台上没有等着办的。"
    page = turn.link("/desk", DESK)
    return Reply("\n".join([head, *lines, *([f"打开工作台：{page}"] if page else [])]))


def _line(name: str, entries: list[Entry]) -> str:
    shown = "；".join(f"{one.name} {one.title}" for one in entries[:_SHOWN])
    more = "等" if len(entries) > _SHOWN else ""
    return f"{name}{len(entries)}件：{shown}{more}"


@router.phrase(
    r"(?:(?P<numbers>\d{1,6}号?(?:[、，,和及]\d{1,6}号?){0,30})(?<=号)|(?P<kind>呈报|新账号|消息)(?P<number>\d{1,9}))"
    rf"[，,]?\s*(?:放到|放|等到|留到|推到|改到)?{_WHEN}再(?:看|办|说|议|定)[。！!]?"
)
def put_off(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号明天上午再看: it leaves the desk until then. From a leader that is an instruction."""
    if not desk_items.has_desk(turn):
        if match["kind"]:
            raise Refusal("呈报、新账号和没读懂的消息由重点办办理。")
        return None
    until = _until(match, turn)
    items = list(_items(match))
    names = "、".join(_must_lie(item, turn) for item in items)
    for item in items:
        _lay(item, until, turn)
    when = f"{due_words(until, turn.today)}（{weekday(day_of(until))}）"
    over = [number for kind, number in items if kind == TICKET and _ends_before(number, until, turn)]
    late = (
        f"注意：{'、'.join(f'{number}号' for number in over)}的时限在那之前就到，照常提醒。" if over else ""
    )
    return Reply(f"{names}放到{when}再看，到时自己回到工作台。{late}")


@router.phrase(r"消息(?P<number>\d{1,9})(?:不用(?:管|处理|办)|已(?:经)?处理|处理好了|已看)[。！!]?")
def lay_aside(match: re.Match[str], turn: Turn) -> Reply | None:
    """消息12不用管: what was not understood needs nothing more."""
    if not desk_items.has_desk(turn):
        return None
    item = (MESSAGE, int(match["number"]))
    name = _must_lie(item, turn)
    _lay(item, None, turn)
    return Reply(f"{name}已处理，不再列在工作台上；原话仍在记录里。")


@router.phrase(r"数据(?P<number>\d{1,9})请(?:他|本人|报告人)核对[。！!]?")
def ask_again(match: re.Match[str], turn: Turn) -> Reply | None:
    """数据12请本人核对: who reported what can't be right is asked once more, once a day."""
    if not desk_items.has_desk(turn):
        return None
    entry = _lying((FIGURE, int(match["number"])), turn)
    question = next(
        (one for one in questions.open_of(turn.tx, FIGURE) if one.id == int(match["number"])), None
    )
    who = turn.directory.person_of(question.channel, question.account) if question else None
    if entry is None or question is None or who is None:
        raise Refusal("这条数据已经核对过了，或者已放下。")
    if not runs.first(turn.tx, f"figure-asked:{question.id}:{turn.today}", turn.now):
        raise Refusal(f"今天已经请{who.called}核对过，急的请打电话。")
    told = tell(
        turn,
        [who],
        "figure-waits",
        f"重点办请您核对刚报的数（{entry.title}）：“{entry.words[:60]}”",
        answer="属实回“是”；写错了回对的数；不记回“不记”。",
        why="数没有核对，还没有记账",
    )
    return Reply(f"已请{who.called}核对。" if told else f"{who.called}没有能收到消息的账号，请打电话。")


def _items(match: re.Match[str]) -> Iterable[Item]:
    if match["kind"]:
        yield _KINDS[match["kind"]], int(match["number"])
        return
    for number in dict.fromkeys(numbers_in(match["numbers"])):
        yield TICKET, number


def _must_lie(item: Item, turn: Turn) -> str:
    """What it is called, if it waits for the sender's office."""
    if item[0] == TICKET:
        rights.must_be_office(turn, item[1])
    entry = _lying(item, turn)
    if entry is None:
        raise Refusal(f"{name_of(item)}现在没有等您办的。等着办的请回“工作台”看。")
    return entry.name


def _lying(item: Item, turn: Turn) -> Entry | None:
    """What lies on the desk, or was put off."""
    found = desk_items.read(turn)
    return next(
        (one for one in (*found.entries, *(one for one, _ in found.put_off)) if one.item == item), None
    )


def name_of(item: Item) -> str:
    """17号, 呈报3, 新账号4, 消息12."""
    word = next((words for words, kind in _KINDS.items() if kind == item[0]), "")
    return f"{word}{item[1]}" if word else f"{item[1]}号"


def _lay(item: Item, until: datetime | None, turn: Turn) -> None:
    desk.lay(
        turn.tx,
        item,
        area_id=desk_items.area_of(turn),
        until=until,
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        words=turn.text,
        at=turn.now,
        inbox_id=turn.inbox_id,
    )


def _ends_before(number: int, until: datetime, turn: Turn) -> bool:
    ticket = rights.must_be_office(turn, number)
    return any(row.due <= until for row in clocks.running(turn, ticket))


def _until(match: re.Match[str], turn: Turn) -> datetime:
    """The moment that is meant: an opening of the office's hours, or the afternoon's reminder. Refused if it is past."""
    regime, calendar = turn.rules.regime, turn.rules.calendar
    day = _day(match, turn.today)
    late = (match["part"] or "").startswith(("下", "晚"))
    meant = at(day, regime.hours.same_day_reminder_at if late else regime.hours.open)
    if day == turn.today and not late:
        raise Refusal("放到什么时候？请写“今天下午再看”“明天上午再看”或“周五再看”。")
    if meant <= turn.now:
        raise Refusal("那个时候已经过去了，请写“明天上午再看”或“周五再看”。")
    if day > turn.today + timedelta(days=_FARTHEST):
        raise Refusal(f"最多放{_FARTHEST}天。更久的请办理中止（“17号中止到…，原因…”）或不列入。")
    return hours.next_opening(regime, calendar, meant)


def _day(match: re.Match[str], today: date) -> date:
    if match["near"]:
        return today + timedelta(days=_AHEAD[match["near"]])
    if match["weekday"]:
        place = _WEEKDAYS.index(match["weekday"].replace("天", "日"))
        monday = today - timedelta(days=today.weekday())
        if match["week"] == "下":
            return monday + timedelta(days=7 + place)
        return monday + timedelta(days=place + (7 if place < today.weekday() and not match["week"] else 0))
    if match["day"]:
        return _named_day(int(match["month"] or 0), int(match["day"]), today)
    return today


def _named_day(month: int, day: int, today: date) -> date:
    """The next day of that number (of that month)."""
    first = today.replace(day=1)
    for _ in range(13):
        if not month or first.month == month:
            try:
                found = first.replace(day=day)
            except ValueError:  # not every month has that day
                found = None
            if found is not None and found >= today:
                return found
        first = (first + timedelta(days=31)).replace(day=1)
    raise Refusal("没有这一天，请写“明天上午再看”或“20日再看”。")
