"""Messages understood a second on one core, beside jieba.lcut on the same texts."""

import jieba

from bench import texts
from bench.line import Line, in_turn, seconds

_TIMES, _ROUNDS = 10, 7


def measure() -> Line:
    """Understand all messages many times over."""
    reader = texts.reader()
    messages = texts.as_messages()

    def understand() -> None:
        for message in messages:
            reader.understand(message)

    def cut() -> None:
        for message in messages:
            jieba.lcut(message.text)

    understand()
    cut()
    count = len(messages) * _TIMES

    def rate(work: object) -> float:
        assert callable(work)
        return count / seconds(lambda: [work() for _ in range(_TIMES)])

    value, floor = in_turn(lambda: rate(understand), lambda: rate(cut), _ROUNDS)
    return Line("understand", value, "messages/s", floor, "≥ 0.15, aim 0.3")
