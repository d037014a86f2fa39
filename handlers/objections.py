"""对通报有异议 in chat: counties say what is wrong in a draft, the office answers (feature 75).

对通报有异议：闻喜县完成投资应为2.3亿元      对通报无异议
异议1采纳：已按佐证调整      异议2不采纳：无佐证      通报异议
"""

import re

from bot.mechanism.bulletin import State
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import due_words
from handlers.bulletin_parts import doing, must_make
from storage import bulletins, outbox
from storage.bulletins import Bulletin, Objection

router = Router()


@router.phrase(
    r"对(?:\d{1,2}月(?:份)?)?(?:的)?(?:月度)?通报(?:草稿)?(?:(?P<none>(?:没有?|无)(?:异议|意见))|有(?:异议|意见|不同意见)[：:，,\s]*(?P<words>.*))[。]?"
)
def object_to(match: re.Match[str], turn: Turn) -> Reply | None:
    """A county's office, within the time."""
    area_id = turn.directory.area_of(turn.sender)
    if area_id is None or not turn.sender.has(Role.OFFICE):
        raise Refusal("对通报的异议由县（市、区）重点办来报。数有出入，请联系项目所在县的重点办。")
    one = bulletins.open_one(turn.tx)
    if one is None or one.state is not State.COMMENTING or one.objections_until is None:
        raise Refusal("现在没有征求意见的通报。")
    if turn.now >= one.objections_until:
        raise Refusal(
            f"征求意见到{due_words(one.objections_until, turn.today)}已截止。如确有出入，请直接联系市重点办。"
        )
    area = next(item.name for item in turn.directory.areas if item.id == area_id)
    words = "" if match["none"] else (match["words"] or "").strip("。 ")
    if not match["none"] and not words:
        raise Refusal("请写明哪个数不对、应为多少，例如“对通报有异议：国道342今年完成应为2.3亿元”。")
    number = bulletins.object_to(turn.tx, one, area_id, words, doing(turn))
    if not words:
        return Reply(f"记下了：{area}对{one.month}月通报无异议。")
    for reader in turn.directory.office_people(None):
        _tell(
            turn,
            f"bulletin:{one.id}:objection:{number}:{reader.id}",
            reader.id,
            f"{area}对{one.month}月通报的异议{number}：{words}",
            f"可回“异议{number}采纳：…”或“异议{number}不采纳：…”。",
            "您是重点办值守人员，异议答复了才能签发",
        )
    return Reply(f"{area}的异议{number}已转市重点办：{words}。答复了告诉您；数有错的也请让联络员更正。")


@router.phrase(r"异议(?P<number>\d{1,3})(?:号)?(?P<no>不)?(?:予)?采纳(?:[：:，,\s]+(?P<words>.+))?[。]?")
def answer(match: re.Match[str], turn: Turn) -> Reply | None:
    """异议1采纳：…: told to who objected. A refusal needs its reason."""
    must_make(turn)
    one = _with_comments(turn)
    number = int(match["number"])
    said = next(
        (item for item in bulletins.objections(turn.tx, one) if item.number == number and item.words), None
    )
    if said is None:
        raise Refusal(f"{one.month}月通报没有异议{number}。可回“通报异议”看全部。")
    words = (match["words"] or "").strip("。 ")
    if match["no"] and not words:
        raise Refusal(f"不采纳要写理由，例如“异议{number}不采纳：没有佐证材料”。")
    bulletins.answer(turn.tx, one, number, not match["no"], words, doing(turn))
    verdict = "不采纳" if match["no"] else "采纳"
    _tell(
        turn,
        f"bulletin:{one.id}:answered:{number}:{turn.inbox_id}",
        said.person_id,
        f"您对{one.month}月通报的异议{number}（{said.words}）：{verdict}{f'，{words}' if words else ''}。",
        "",
        "异议是您提的",
    )
    again = "" if match["no"] else f"数改好以后写“重出{one.month}月通报”，草稿按新数重算。"
    return Reply(f"异议{number}：{verdict}，已告知。{again}")


@router.phrase(
    r"(?:看看?|查看)?(?:对)?通报(?:的)?(?:异议|意见)(?:有哪些|清单|情况)?[。？?]?|(?:有哪些|还有)异议[。？?]?"
)
def list_all(match: re.Match[str], turn: Turn) -> Reply | None:
    """通报异议: what was said of the newest bulletin, and the answers."""
    must_make(turn)
    if turn.chat.group:
        raise Refusal("请私聊我问，群里不说。")
    one = _with_comments(turn)
    said = bulletins.objections(turn.tx, one)
    areas = {item.id: item.name for item in turn.directory.areas}
    objected = [item for item in said if item.words]
    agreed = [areas.get(item.area_id or 0, "") for item in said if not item.words]
    lines = [f"{one.month}月通报，异议{len(objected)}条："] if objected else [f"{one.month}月通报没有异议。"]
    lines += [
        f"异议{item.number} {areas.get(item.area_id or 0, '')}：{item.words}（{_answered(item)}）"
        for item in objected
    ]
    if agreed:
        lines.append(f"无异议：{'、'.join(agreed)}。")
    return Reply("\n".join(lines))


def _with_comments(turn: Turn) -> Bulletin:
    one = bulletins.open_one(turn.tx) or bulletins.last_signed(turn.tx)
    if one is None or one.objections_until is None:
        raise Refusal("还没有征求过意见的通报。")
    return one


def _answered(item: Objection) -> str:
    if item.accepted is None:
        return "未答复"
    return f"{'采纳' if item.accepted else '不采纳'}{f'：{item.answer}' if item.answer else ''}"


def _tell(turn: Turn, key: str, person_id: int, line: str, answer: str, why: str) -> None:
    one = outbox.Notice(
        key=key,
        kind="bulletin-objection",
        urgency="event",
        person_id=person_id,
        line=line,
        answer=answer,
        why=why,
        inbox_id=turn.inbox_id,
    )
    outbox.add_in_hours(turn.tx, [one], turn.now, turn.directory, turn.rules)
