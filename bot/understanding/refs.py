"""Tickets named by number: 17号, #17, 工单17, 第17号问题, 3、5、8号."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.people import Role

from .numbers import whole

_CN = "[一二两三四五六七八九十百零〇]"
_N = f"(?:[0-9]{{1,6}}|{_CN}{{1,5}})"
_REF = re.compile(
    rf"#\s*(?P<hash>[0-9]{{1,6}}(?:\s*[、,和与]\s*#?[0-9]{{1,6}}(?!号?[日月天万亿])){{0,19}})号?"
    rf"|(?:工单|问题|事项)(?:编号)?(?P<word>[0-9]{{1,6}})号?(?![个条件项月日年万亿户.%])"
    rf"|(?<![0-9.月a-zA-Z#])(?<![0-9]、)第?(?P<list>{_N}号?(?:\s*[、,和与及跟]\s*第?{_N}号?){{0,19}}\s*(?:这?[两三]?个)?)号(?!楼|线(?!路)|机|标|院|段|桥|塔|泵|锅|坑|井|库|地块|厂|炉|支路|隧|门|风机)"
    rf"(?P<tail>(?:问题|工单|事项|的事儿?|那个|这个|堵点)?)"
)
_ITEM = rf"{_N}号?(?:\s*[-~到至]\s*第?{_N}号?)?"
_RANGES = re.compile(
    rf"(?<![0-9.月年a-zA-Z])(?:工单|问题)?[第#]?(?P<list>{_ITEM}(?:\s*[、,和与及]\s*第?{_ITEM}){{0,9}})(?<=号)"
    r"(?P<tail>(?:问题|工单|事项|堵点)?)"
)
_RANGE = re.compile(r"\s*[-~到至]\s*")
_BARE = re.compile(
    r"(?:^|(?<=[,。;:!\n ]))(?P<list>[0-9]{1,6}(?:\s*[、和与及]\s*[0-9]{1,6}){0,19})"
    r"(?=[一-鿿:])(?![年月日号天个户亩万亿千百米公人台套时点分期周吨层栋标块元位条处家根基件项次本张亿多余来几度成支路线段楼第届批类级])"
)
_MAYBE_RANGE = re.compile(rf"[0-9号{_CN[1:]}\s?[-~到至]\s?[第0-9{_CN[1:]}")
_WIDEST = 30  # tickets that one range can name
_DECIDED = re.compile(
    "(?:[,:]|这[几些]个|都|均|全部|一并|可以|统一|请|给|也|已|先|再)*"
    "(?:不?同意|不?予|销号|申请|准|退回|驳回|挂牌|督办|催|交办|转|派|按|列入|核实|属实|解决|办结|收到|到哪|延期|抓紧|没意见|满意|确认|不行)"
)
_DATE_BEFORE = re.compile(
    "(?:月|[延推定]?到|至|(?<![关对])于|截止|截至|期限|改成|改为|推迟|本月|下月|上月|这月|放在)$"
)
_DATE_AFTER = re.compile(
    "(?:之|以)?前|以后|之后|后|早上|上午|下午|晚上|完成(?!了)|再?去|再(?:说|看|来|报|定)|开(?:个?协调|碰头)?会|开工|复工|停工|竣工|投产|左右|起|到[0-9]"
)
_DONE_BY = re.compile(
    "(?:能|可以?|就|会|一定|保证|确保)*(?:办|迁|修|搞|弄|拆|接|处理|整改|解决|建|装)[完结好通掉定](?!了|的)"
)
_PRESSED = re.compile("催(?:一?下|办|催|促)?$")
_GROUPED = re.compile("这?[两三]?个$|这[两三]?$")
_SPLIT = re.compile("[、,和与及跟#\\s]+")


@dataclass(frozen=True, slots=True)
class TicketRef:
    """One or more ticket numbers named together."""

    start: int
    end: int
    numbers: tuple[int, ...]


def find_refs(text: str, visible: Collection[int], role: Role) -> list[TicketRef]:
    """All ticket numbers in the text. N号 that can be a day is one, unless such a ticket is visible."""
    found = _ranges(text, visible) if _MAYBE_RANGE.search(text) else []
    known = tuple(found)
    for match in _REF.finditer(text):
        if any(ref.start < match.end() and match.start() < ref.end for ref in known):
            continue
        said = match["hash"] or match["word"] or match["list"]
        numbers = []
        for part in _SPLIT.split(said.replace("号", "、")):
            number = whole(_GROUPED.sub("", part)) if part else None
            if number:
                numbers.append(number)
        if not numbers:
            continue
        if match["list"] and _is_day(text, match, numbers, visible, role):
            continue
        found.append(TicketRef(match.start(), match.end(), tuple(dict.fromkeys(numbers))))
    found += _bare(text, visible, found)
    return _joined(text, sorted(found, key=lambda ref: ref.start))


def _bare(text: str, visible: Collection[int], found: Sequence[TicketRef]) -> list[TicketRef]:
    """33、55都批了; 34延到月底: numbers without 号 that begin a clause, if each is that of a visible ticket."""
    out = []
    for match in _BARE.finditer(text) if visible else ():
        numbers = tuple(dict.fromkeys(int(number) for number in re.findall("[0-9]+", match["list"])))
        if all(number in visible for number in numbers) and not any(
            ref.start < match.end() and match.start("list") < ref.end for ref in found
        ):
            out.append(TicketRef(match.start("list"), match.end(), numbers))
    return out


def _joined(text: str, refs: list[TicketRef]) -> list[TicketRef]:
    """1号17号收到: numbers that stand side by side are named together."""
    out: list[TicketRef] = []
    for ref in refs:
        if out and not text[out[-1].end : ref.start].strip(" ,、和"):
            last = out.pop()
            ref = TicketRef(last.start, ref.end, tuple(dict.fromkeys((*last.numbers, *ref.numbers))))
        out.append(ref)
    return out


def _ranges(text: str, visible: Collection[int]) -> list[TicketRef]:
    """Lists with a range: 3-5号, 3号到5号, 1、3至5号. Days, unless both ends are visible or a ticket's word follows."""
    found = []
    for match in _RANGES.finditer(text):
        numbers: list[int] = []
        ends: list[int] = []
        for part in _SPLIT.split(re.sub("[号第\\s]", "", match["list"])):
            span = [whole(end) for end in _RANGE.split(part)] if part else []
            if not span or None in span:
                continue
            first, last = int(span[0] or 0), int(span[-1] or 0)
            ends += [first, last] if first < last else []
            numbers += range(first, min(last, first + _WIDEST) + 1)
        if not ends or not all(numbers):
            continue
        named = match["tail"] or text[match.start()] in "第#工问"
        if named or all(end in visible for end in ends) or _DECIDED.match(text, match.end()):
            found.append(TicketRef(match.start(), match.end(), tuple(dict.fromkeys(numbers))))
    return found


def _is_day(
    text: str, match: re.Match[str], numbers: list[int], visible: Collection[int], role: Role
) -> bool:
    if match["tail"] in ("问题", "工单", "事项"):
        return False
    if _DATE_BEFORE.search(text, max(0, match.start() - 4), match.start()):
        return True
    if match["tail"] or match[0].startswith("第") or len(numbers) > 1:
        return False
    number = numbers[0]
    if number > 31 or number in visible:
        return False
    if _DATE_AFTER.match(text, match.end()) or (visible and _DONE_BY.match(text, match.end())):
        return True
    if _PRESSED.search(text, 0, match.start()):
        return False
    return (
        role is Role.LIAISON
        and not visible
        and not re.match(
            "(?:已|申请|可以|不?同意|确实|(?:还是?)?[没未](?:有|彻底|真正)?(?:解决|办|处理|动静|进展|下文|销)|销号|问题|还|再|又|退|挂|重新|到哪|办|催|麻烦|确认|解决|的?进展|怎么|咋)",
            text[match.end() :],
        )
    )
