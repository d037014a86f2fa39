"""What a message costs in a ledger of 1,561 projects, beside one of 30: each names its own projects, with slips."""

from bench import texts
from bench.line import Line, in_turn, seconds
from bench.understand_names import messages
from bot.calendar import Calendar
from bot.understanding import Message, Understanding
from tests.understanding.big_ledger import MOST, ledger, slips

_FEW, _EACH, _ROUNDS = 30, 30, 7


def measure() -> Line:
    """Messages with names in them and the annotated ones, to a reader of many names and to one of few."""

    def of(count: int) -> tuple[Understanding, list[Message]]:
        return Understanding(ledger(count), [], Calendar()), [
            *messages(slips(count, _EACH)),
            *texts.as_messages(),
        ]

    def cost(reader: Understanding, said: list[Message]) -> float:
        return seconds(lambda: [reader.understand(message) for message in said]) / len(said) * 1e6

    many, few = of(MOST), of(_FEW)
    cost(*many)
    cost(*few)
    value, floor = in_turn(lambda: cost(*many), lambda: cost(*few), _ROUNDS)
    return Line("understand_grows", value, "µs/message", floor, f"≤ 2 ({MOST} projects beside {_FEW})")
