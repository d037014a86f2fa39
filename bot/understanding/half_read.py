"""What a report says of trouble without saying which: it is no ticket, and the reporter hears so.

342改线8月完成2000万元，土石方那边有点问题
"""

import re
from collections.abc import Sequence

from bot.acts import Act, Blocker, Progress

_CLAUSE = re.compile(r"[，,。；;！!\n]+")
_TROUBLE = re.compile(
    r"有(?:点儿?|些|个|不少)?[小大新]?(?:问题|困难|麻烦|阻力|情况)$|不(?:太|大|怎么)?顺利?$|[推干]不动$|扯皮$"
    r"|(?:意见|阻力|难度)(?:很|比较|有点|不小|挺)?大?$|不好(?:协调|推进?|办)$"
)
_NONE = re.compile(r"没有?|无|不存在|解决|处理|克服|不影响")
_TAIL = re.compile(r"[了啊呀吧呢的]+$")
_LONGEST = 30


def vague_trouble(acts: Sequence[Act], text: str) -> str:
    """The clause that speaks of trouble in a message of which only the progress was read; empty if none does."""
    if not any(isinstance(act, Progress) for act in acts) or any(isinstance(act, Blocker) for act in acts):
        return ""
    for clause in _CLAUSE.split(text):
        words = _TAIL.sub("", clause.strip())
        if _TROUBLE.search(words) and not _NONE.search(words):
            return words[-_LONGEST:]
    return ""
