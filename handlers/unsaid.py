"""日报不提: the office names words and topics that no group's summary may hold. Feature 68.

日报不提征地补偿; 日报不提阻工类; 日报可以提征地补偿了; 日报不提哪些
The city's office for all groups, a county's for its own. In private everything is seen as before.
"""

import re

from bot.acts import Category
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import CATEGORY
from storage import unsaid
from storage.unsaid import Unsaid

router = Router()

_TOPICS = {words: category for category, words in CATEGORY.items()} | {"阻工扰工": Category.OBSTRUCTION}
_LONGEST = 20


@router.phrase(
    r"(?:群)?日报(?:里|中)?(?:都)?(?:不提|不写|不出现|屏蔽)(?:的)?(?:词|内容)?(?:有)?(?:哪些|什么)[？?。]?|日报屏蔽词[？?。]?"
)
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """日报不提哪些."""
    area_id = _must_be_office(turn)
    found = [one for one in unsaid.standing(turn.tx) if area_id is None or one.area_id in (None, area_id)]
    if not found:
        return Reply("日报没有不提的词。要加请回“日报不提征地补偿”或“日报不提阻工类”。")
    return Reply(f"日报不提：{'、'.join(_named(one, turn) for one in found)}。恢复请回“日报可以提…了”。")


@router.phrase(
    r"(?:以后|今后)?(?:群)?日报(?:里|中)?(?:都)?(?:不要?提(?!前)|不写|不出现|别提(?!前)|屏蔽)(?:及|到)?[：:，,“\s]*(?!(?:的)?(?:词|内容)?(?:有)?(?:哪些|什么))(?P<what>[^”。！!？?\n]{1,40}?)”?(?:了)?[。！!]?"
)
def leave_out(match: re.Match[str], turn: Turn) -> Reply | None:
    """日报不提征地补偿、阻工类."""
    if re.search(r"^了|吗$|为什么|怎么", match["what"]):  # 日报不写了吗 asks
        return None
    area_id = _must_be_office(turn)
    done = []
    for part in _parts(match["what"]):
        one = _meant(part, area_id)
        unsaid.put(turn.tx, one, by=turn.writer.id, at=turn.now, words=turn.text)
        done.append(_named(one, turn))
    where = "各群" if area_id is None else "本县各群"
    return Reply(
        f"记下了：{where}日报不再提{'、'.join(done)}，件数也不计；私聊照常能查。恢复请回“日报可以提{match['what']}了”。"
    )


@router.phrase(
    r"(?:以后|今后)?(?:群)?日报(?:里|中)?(?:又)?(?:可以提|恢复提|能提|可提)[：:，,“\s]*(?P<what>[^”。！!？?\n]{1,40}?)”?(?:了)?[。！!]?"
)
def say_again(match: re.Match[str], turn: Turn) -> Reply | None:
    """日报可以提征地补偿了."""
    area_id = _must_be_office(turn)
    ended = [
        _named(one, turn)
        for one in (_meant(part, area_id) for part in _parts(match["what"]))
        if unsaid.end(turn.tx, one.word, one.category, one.area_id, by=turn.writer.id, at=turn.now)
    ]
    if not ended:
        raise Refusal("没有这样不提的词。看清单请回“日报不提哪些”。")
    return Reply(f"记下了：日报恢复提{'、'.join(ended)}。")


def _parts(words: str) -> list[str]:
    found = [part.strip("“” ") for part in re.split(r"[、，,；;和]", words)]
    if any(not 2 <= len(part) <= _LONGEST for part in found):
        raise Refusal("请写两个字以上、二十个字以内的词，如“日报不提征地补偿”。")
    return found


def _meant(part: str, area_id: int | None) -> Unsaid:
    """A category where the words name one as such (阻工类), else the word itself."""
    if part.endswith("类") and part[:-1] in _TOPICS:
        return Unsaid("", str(_TOPICS[part[:-1]]), area_id)
    return Unsaid(part, "", area_id)


def _named(one: Unsaid, turn: Turn) -> str:
    said = f"{CATEGORY[Category(one.category)]}类" if one.category else f"“{one.word}”"
    area = next((each.name for each in turn.directory.areas if each.id == one.area_id), "")
    return f"{said}（{area}）" if area else said


def _must_be_office(turn: Turn) -> int | None:
    """The county whose groups he may set; none for the city's office: all."""
    if not turn.sender.has(Role.OFFICE):
        raise Refusal("日报提什么、不提什么由重点办定。有意见请直接写给我，我转告重点办。")
    return turn.directory.area_of(turn.sender)
