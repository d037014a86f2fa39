"""The way in: a request of a platform is verified, then parsed, by a plain function that touches nothing.

A platform gives its callbacks; the door (bot/door.py) reads the body within its limits, calls `open`,
stores the messages and only then gives the platform its answer. Whatever is wrong with a request is a
`Refused`: an answer of 4xx, and nothing stored.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn, Protocol
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from bot.channel import Incoming, Read

LARGEST_BODY = 1_048_576  # bytes, unpacked
_LONGEST_TEXT = 20_000  # characters of one field
_DEEPEST = 16  # elements in one another


class Refused(Exception):
    """The request is not honest, or not for us. `reason` is for the log: it quotes nothing of the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came: the raw body (unpacked), headers by lower-case name, the query decoded."""

    method: str
    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str]
    now: datetime  # real time


@dataclass(frozen=True, slots=True)
class Accepted:
    """An honest request: messages to store (none: an event that we leave alone), and the answer to give then.

    `reads` are receipts to note.
    """

    messages: tuple[Incoming, ...] = ()
    answer: bytes = b""
    content_type: str = "text/plain"
    reads: tuple[Read, ...] = ()


class Callback(Protocol):
    """One address at which a platform calls us."""

    path: str
    methods: tuple[str, ...]

    def open(self, request: Request) -> Accepted:
        """Verify, then parse. Raises Refused; never anything else on account of what the request says."""
        ...


def same(ours: str, theirs: str) -> bool:
    """Whether two signatures are equal, in constant time; any characters may come."""
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))


def refuse_stale(stamp: str, request: Request, seconds: int) -> None:
    """Refuse a stamp (unix seconds, or milliseconds by its length) too far from now, before or behind it."""
    if not (stamp.isascii() and stamp.isdigit() and 9 <= len(stamp) <= 14):
        raise Refused(400, "时间戳不对")
    moment = int(stamp) / (1000 if len(stamp) > 11 else 1)
    if abs(request.now.astimezone(UTC).timestamp() - moment) > seconds:
        raise Refused(403, "请求已过时效")


def json_object(body: bytes | str) -> dict[str, Any]:
    """The JSON object in a body. Raises Refused: no object, twice the same name, too deep, not UTF-8."""
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        value = json.loads(text, parse_constant=_no_number, object_pairs_hook=_pairs)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair can't be stored
    except (ValueError, RecursionError):
        raise Refused(400, "内容不是合格的 JSON") from None
    if not isinstance(value, dict):
        raise Refused(400, "内容不是 JSON 对象")
    return value


def _no_number(_name: str) -> NoReturn:
    raise ValueError


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def xml_element(body: bytes | str) -> Element:
    """The root of an XML document without DOCTYPE, entities or deep nesting. Raises Refused.

    Straight on expat: it stops at the DOCTYPE, before anything could be expanded, and at the first element
    that is too deep, which would cost seconds otherwise.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    tree, depth = TreeBuilder(), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _BadXml
        tree.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        tree.end(name)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = tree.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _no_doctype
    parser.ExternalEntityRefHandler = parser.SkippedEntityHandler = _no_doctype
    try:
        parser.Parse(body, True)
        root: Element = tree.close()
    except (expat.ExpatError, _BadXml, ValueError, LookupError, AssertionError):
        raise Refused(400, "内容不是合格的 XML") from None
    return root


class _BadXml(Exception):
    pass


def _no_doctype(*_: object) -> NoReturn:
    raise _BadXml


def text_of(value: Any, longest: int = _LONGEST_TEXT) -> str:
    """A field that should be a text: numbers become one, anything else is "". Raises Refused if it is too long."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    if isinstance(value, int) and value.bit_length() > 128:
        raise Refused(400, "数字太长")
    text = str(value)
    if len(text) > longest:
        raise Refused(400, "文字太长")
    return text


def id_of(value: Any) -> str:
    """A field that names something (person, chat, message): short, printable. Raises Refused; "" if absent."""
    text = text_of(value, 190)
    if not text.isprintable():
        raise Refused(400, "编号里有不能用的字符")
    return text


def table_of(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The table of that name; empty where there is none, or something else."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}
