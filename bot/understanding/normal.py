"""The text as the other layers want it: half width, no mention, no pictures, one kind of each mark.

Afterwards a comma is `,`, a colon `:`, a semicolon `;`, the marks of question and exclamation `?` `!`;
the full stop stays 。 and the enumeration comma 、. List marks (①, 1、, (1)) begin a line.
"""

import re
import unicodedata

from .lexicon import any_of, entries, lazily

MOST = 2000  # characters that are understood; the rest of a longer text is not read


def _polite(kind: str) -> str:
    return any_of(entries("polite", kind))


_MENTION = re.compile(r"^\s*(?:@[^\s,，:：]{1,20}[\s,，:：]*)+|@[^\s,，:：@]{1,20}(?=[\s,，:：]|$)")
_CIRCLED = re.compile("[①-⑳⑴-⒇⒈-⒛]")
_FACES = re.compile(r"\[[一-鿿A-Za-z]{1,5}\]")
_TIMES = re.compile(r"(?<=[0-9]) ?[*xX] ?(?=[0-9])")
_SPACES = re.compile(r"[ \t\r\f\v]+")
_AROUND_DIGIT = re.compile(
    r"(?<=[一-鿿])\s(?=[0-9](?![、)]|\.(?![0-9])))|(?<=[0-9])\s(?=[一-鿿%])(?!\s[一二三四五六七八九十]、)"
)
_LIST_MARK = re.compile(r"(?:(?<=^)|(?<=[。;:!?,\s]))(?:\(([0-9]{1,2}|[一二三四五六七八九十]{1,2})\)|(?:[0-9]{1,2})[、.)](?![0-9])"
                        r"(?!\s*[0-9]{1,3}(?:、|号))|(?:第?[一二三四五六七八九十]{1,2}(?:、|是(?=[^0-9])))(?![一二三四五六七八九十0-9]))")  # fmt: skip
_NUMBERED_LINES = re.compile(r"^\s*1[.、].*^\s*2[.、]", re.M | re.S)
_LINE_MARK = re.compile(r"^\s*[1-9][.、]", re.M)
_COUNTING = "一二三四五六七八九十"
_COUNTED = re.compile(
    r"(?:^|(?<=[。;:!?,\n]))\s*(?P<mark>[0-9]{1,2}|[一二三四五六七八九十])(?P<sign>[、.):])\s*"
)
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_NAME = lazily(
    lambda: (
        f"^(?:[@]?{_polite('bot')}(?:你好|您好|在吗)?|{_polite('greeted')}*{_polite('greetings')})"
        + r"[\s,:。!]+(?=[^\s,:。!])"
    )
)
_THANKS = lazily(
    lambda: (
        r"(?<=[^\s,。!;])[\s,。!;]*"
        + f"(?:(?:非常|多|十分|先|万分)?{_polite('thanks')}(?:了|啦|啊|您|你|大家|领导|各位|支持)*|{_polite('closings')}(?:了|啦)?)"
        + r"[\s,。!]*$"
    )
)
_WAN = re.compile(r"(?<=[0-9]) ?[wW](?![A-Za-z0-9])")  # 8500w: ten thousands, as typed
_UNREAD = re.compile("[^一-鿿 -~\n。、《》·×〇○㐀]")
_LONGEST_THANKS = 24
_MARKS = str.maketrans({"﹒": ".", "～": "~", "—": "-", "–": "-", "－": "-", "−": "-", "【": "(", "】": ")", "“": "", "”": "",
                        '"': "", "‘": "", "’": "", "…": "。", "．": ".", "。": "。", "·": "·", "％": "%", "﹪": "%", "/": "/"})  # fmt: skip


def clean(text: str) -> str:
    """The text in the one form that all layers read; at most MOST characters of it."""
    text = text[: MOST * 2]
    text = _CIRCLED.sub("\n", text)
    text = unicodedata.normalize("NFKC", text).translate(_MARKS)[:MOST]
    if "\n" in text and _NUMBERED_LINES.search(text):
        text = _LINE_MARK.sub("\n", text)
    text = _MENTION.sub(" ", text)
    text = _FACES.sub(" ", text)
    text = _without_name(text.strip())
    text = _UNREAD.sub(lambda match: _instead(match[0]), text)
    text = _THOUSANDS.sub("", text)
    if "w" in text or "W" in text:
        text = _WAN.sub("万", text)
    text = _TIMES.sub("×", text)
    text = _SPACES.sub(" ", text)
    text = _AROUND_DIGIT.sub("", text)
    text = _LIST_MARK.sub("\n", _without_numbering(text))
    text = text.strip()
    ending = _THANKS.search(text, max(0, len(text) - _LONGEST_THANKS))
    return text[: ending.start()] if ending else text


def _without_numbering(text: str) -> str:
    """1、29号退回;2、23号同意: marks that count up from one, each where a sentence begins, are no numbers of tickets."""
    marks: list[re.Match[str]] = []
    for match in _COUNTED.finditer(text):
        if _ordinal(match["mark"]) == len(marks) + 1:
            marks.append(match)
    if len(marks) < 2 or any(match["sign"] != marks[0]["sign"] for match in marks):
        return text
    out, at = [], 0
    for match in marks:
        out += [text[at : match.start("mark")], "\n"]
        at = match.end()
    return "".join((*out, text[at:]))


def _ordinal(mark: str) -> int:
    return int(mark) if mark.isdigit() else _COUNTING.find(mark) + 1


def _without_name(text: str) -> str:
    named = _NAME.match(text)
    return text[named.end() :] if named else text


def _instead(char: str) -> str:
    """Nothing for what has no width, a space for pictures and other marks."""
    return "" if unicodedata.category(char) in ("Mn", "Cf", "Me") else " "
