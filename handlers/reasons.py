"""The reason that somebody gives for what he asks, read from his own words. Pure."""

import re

_NAMED = re.compile(
    r"(?:原因|理由)(?:是|为)?[：:，,\s]*(?P<reason>.+)|(?:因为|由于|因)(?P<cause>.+)", re.DOTALL
)
_MARKS = re.compile(r"[，,。；;！!\n]+")
_LEAST = 2  # characters that can be a reason: 停电


def reason_in(text: str, request: re.Pattern[str]) -> str:
    """What is said beside the request itself; empty if nothing is.

    `request` matches the words of the request and what may stand around them (ticket, date, courtesy).
    """
    if named := _NAMED.search(text):
        said = named["reason"] or named["cause"]
        # “因停电延期到26日”: the request may follow in the same clause, so only its words go.
        return _worth(request.sub("", said))
    rest = [request.sub("", part) for part in _MARKS.split(text)]
    return _worth("，".join(part.strip() for part in rest if len(part.strip()) >= _LEAST))


def _worth(words: str) -> str:
    plain = words.strip(" ，,。；;：:！!、\n")
    return plain if len(plain) >= _LEAST else ""
