"""佐证: what proves a claim, and how claims are called. Pure."""

import re
from collections.abc import Collection

from bot.mechanism.events import EVENT_NAMES, Event

RESOLVE = "resolve"
_DOCUMENT = re.compile(
    r"[\u4e00-\u9fff]{0,12}[〔\[（(]20\d\d[〕\]）)]\s*第?\d+号"  # 运审批〔2025〕12号
    r"|(?:许可证|备案证?|批复|开工报告|验收(?:报告|意见|备案表)|证书|文)(?:编?号)?[：:]?\s*[A-Za-z0-9][A-Za-z0-9\-]{5,}"
)


def documents(words: str) -> list[str]:
    """The numbers of documents that words name."""
    return [found.strip() for found in _DOCUMENT.findall(words)]


def needs_proof(status: str | None, needs: Collection[str]) -> bool:
    """Whether a report with that status is a claim to be proven."""
    return status is not None and status in needs


def claim_words(what: str) -> str:
    """开工, 竣工 …; a claimed end is 申请销号."""
    return "申请销号" if what == RESOLVE else EVENT_NAMES[Event(what)]
