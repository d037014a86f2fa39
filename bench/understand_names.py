"""Names with one slip in a ledger of 1,561 projects: how many are found, or asked about among a few."""

from collections import Counter
from datetime import UTC, datetime

from bench.line import Line
from bot.calendar import Calendar
from bot.people import Role, Sender
from bot.understanding import Message, Understanding
from tests.understanding.big_ledger import MOST, SLIPS, Slip, ledger, slips

_EACH = 200  # slips of each kind
_FEW = 9  # candidates that a person can choose from
_AT = datetime(2025, 9, 16, 2, tzinfo=UTC)
_SAID = ((Role.LEADER, "{}怎么样了"), (Role.LIAISON, "{}本月完成投资300万"), (Role.OFFICE, "催一下{}"))


def messages(of: tuple[Slip, ...]) -> list[Message]:
    """The slips as a leader, a liaison and the office would write them, in turn."""
    return [
        Message(said.format(slip.typed), _AT, "private", Sender(role))
        for slip, (role, said) in zip(of, _SAID * (len(of) // len(_SAID) + 1), strict=False)
    ]


def measure() -> Line:
    """Type every kind of slip; the floor is all of them."""
    reader = Understanding(ledger(MOST), [], Calendar())
    typed = slips(MOST, _EACH)
    counted: Counter[str] = Counter()
    for slip, message in zip(typed, messages(typed), strict=True):
        understood = reader.understand(message)
        named = {getattr(act, "project", None) for act in understood.acts} - {None}
        candidates = understood.ask.candidates if understood.ask else ()
        if named:
            counted["found" if named == {slip.number} else "wrong"] += 1
        elif slip.number in candidates and len(candidates) <= _FEW:
            counted["asked"] += 1
    share = (counted["found"] + counted["asked"]) / len(typed)
    return Line(
        "understand_names", share, "of names", 1.0,
        f"≥ 0.97; wrong {counted['wrong'] / len(typed):.4f}, ≤ 0.005 ({MOST} projects, {len(typed)} slips of "
        f"{len(SLIPS)} kinds: {counted['found']} found, {counted['asked']} asked)",
    )  # fmt: skip
