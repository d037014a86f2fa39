"""Whether a text is marked as classified: such a text is refused before it is stored. Pure.

密级 are those of 保守国家秘密法 第十四条 (绝密, 机密, 秘密), however spaced; a city adds words of its own.
商业秘密 and 保密 alone are no marking.
"""

import re
import unicodedata
from collections.abc import Iterable

_MARK = re.compile(r"绝密|机密|(?<!商业)(?<!商业的)秘密")
_BETWEEN = re.compile(r"[\s·•*_\-]+")
_UNWRITABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)

REFUSED = (
    "这条消息带有涉密字样，系统没有保存内容，只记了时间和发送人。"
    "涉密事项请不要在这里说，按保密规定走机要渠道；如系误写，去掉该字样后重发。"
)


def is_marked(text: str, words: Iterable[str] = ()) -> bool:
    """Whether the text carries a marking, or one of the city's words."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    return bool(_MARK.search(plain)) or any(word and word in plain for word in words)


def writable(text: str) -> str:
    """The text without what no database or document keeps and nobody sees: NUL, control and direction marks,
    halves of surrogate pairs, what is no character (U+FFFE, U+FFFF). Line breaks and tabs stay."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
