"""What a sender says about himself and about what he last reported: 更正, 撤销, 我是谁."""

import re
from collections.abc import Sequence
from datetime import date

from bot.acts import Act, Bind, Correct, Status, Undo
from bot.people import Role

from .figures import Sum, done_shares, sums
from .lexicon import matcher
from .people import introduced
from .progress import invested, statuses
from .reading import Reading
from .units import UnitMention

_UNDO, _CORRECT, _LAST = (matcher("answers", "edits", name) for name in ("undo", "correct", "last"))
_HIS = re.compile("以后|负责|我来报|由我|归我|接手|对接|联络员|联系人|新来|换成我|接替|我是|我叫")
_TAKE_BACK = re.compile(
    "^(?:请|麻烦|帮我|我要|给我|那就?|把|哎呀|诶|啊)*(?:撤回|撤销|作废|取消|撤了|删掉|删了|收回|删除|撤)(?:吧|一下|了|掉|它|啊|下|这条|那条|上一条|上条|[!。,])*$"
)
_AGAIN = re.compile("再报|重报|重新报|重发|再发")
_ANEW = re.compile("重报|重新报|应为|应该是|改成|改为|是[0-9一二三四五六七八九十两]")


def bind(reading: Reading) -> Act | None:
    """我是某局的某某，负责某项目; nothing if nobody introduces himself."""
    name = introduced(reading.text)
    if name is None or not _HIS.search(reading.text):
        return None
    if any(_is_place(reading, unit, name) for unit in reading.units):
        return None  # 我是夏县这边的
    units = [unit.name for unit in reading.units if unit.name and not unit.place]
    places = [
        unit.name
        for unit in reading.units
        if unit.name and unit.place and reading.text[unit.end : unit.end + 1] == "的"
    ]
    sure = [mention for mention in reading.projects if mention.sure]
    numbers = reading.own(sure[-1].numbers) if sure else frozenset()
    project = next(iter(numbers)) if len(numbers) == 1 else None
    act = Bind(name, next(iter(units or places), None), project)
    reading.note(None, _HIS.search(reading.text), name, act=act)
    return act


def _is_place(reading: Reading, unit: UnitMention, name: str) -> bool:
    """Whether what looks like a name is that of a place or a unit."""
    return reading.text[unit.start : unit.end].startswith(name)


def edit(reading: Reading) -> Act | None:
    """更正 with the right figures, or 撤销; nothing if the message is neither."""
    text = reading.text
    if reading.refs and not _LAST.search(text):
        return None
    wrong = _CORRECT.search(text)
    back = _UNDO.search(text)
    if not wrong and not back:
        return None
    items = [item for item in sums(reading, loose=True) if not item.denied]
    shares = [share for share in done_shares(reading) if not share.denied]
    stands = statuses(reading)
    told = bool(items or shares or stands)
    if told and (wrong or (back and (_LAST.search(text) or _ANEW.search(text)))):
        act = _correct(reading, items, shares[-1].percent if shares else None, stands)
        reading.note(None, wrong or back, act=act)
        if reading.trace is not None:
            places = [
                *(item.at for item in items),
                *(share.at for share in shares),
                *(at for at, _, _ in stands),
            ]
            reading.trace.bind(act, *((kind, at) for at in places for kind in ("figure", "status")))
        return act
    if told or reading.refs:
        return None
    if back and (
        _LAST.search(text)
        or _AGAIN.search(text)
        or _TAKE_BACK.match(text.strip())
        or (len(text) <= 10 and wrong)
    ):
        reading.note(None, back, _LAST.search(text), act=Undo())
        return Undo()
    if (
        reading.sender.role is Role.LIAISON
        and wrong
        and _LAST.search(text)
        and len(text) <= 20
        and re.search("错", text)
    ):
        act = Correct(_project(reading))
        reading.note(None, wrong, _LAST.search(text), act=act)
        return act
    return None


def _correct(
    reading: Reading,
    items: Sequence[Sum],
    percent: float | None,
    stands: Sequence[tuple[int, Status, date | None]],
) -> Act:
    status, day = (stands[0][1], stands[0][2]) if stands else (None, None)
    return Correct(_project(reading), invested(items), percent, status, day)


def _project(reading: Reading) -> int | None:
    """The project named, else the sender's only one; a correction never asks."""
    mentions = reading.named
    if mentions:
        numbers = reading.own(mentions[0].numbers)
        return next(iter(numbers)) if len(numbers) == 1 else None
    return reading.sender.projects[0] if len(reading.sender.projects) == 1 else None
