"""Messages understood a second on one core, beside jieba.lcut on the same texts."""

import jieba

from bench import texts
from bench.line import Line, in_turn, seconds
from bot.calendar import Calendar
from bot.cli import DEMO
from bot.documents.ledger_in import read_ledger
from bot.documents.units_in import read_units
from bot.people import ProjectName, Unit
from bot.understanding import Understanding

_TIMES, _ROUNDS = 10, 7


def measure() -> Line:
    """Understand all messages many times over."""
    ledger, units = DEMO / "yuncheng-2025.xlsx", DEMO / "units.csv"
    rows = read_ledger(ledger.read_bytes(), ledger.name, 2025).rows
    reader = Understanding(
        [ProjectName(r.number, r.name, r.owners, r.place, r.group) for r in rows],
        [Unit(r.name, r.level, r.aliases) for r in read_units(units.read_bytes(), units.name)],
        Calendar(),
        [area for area in dict.fromkeys(row.group for row in rows) if area != "市直"],
    )
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
