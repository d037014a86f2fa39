"""No line of the office is answered by two phrases, and no ordinary message by any."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering import Answering
from bot.app import City, demo_time
from bot.clock import MovableClock
from bot.console import NAME
from bot.routing import Refusal, Reply, Router, Turn
from handlers import router
from handlers.bind import meet_stranger
from storage.database import Tx
from storage.inbox import Stored
from tests.conftest import Databases, demo_config, fill_demo
from tests.test_phrases import SETS, said

ROOT = Path(__file__).resolve().parent.parent.parent
_WRITES = {"liaison": "liaison-21", "contact": "contact-swj", "office": "office-1", "leader": "mayor"}
# What of the sets a phrase answers, and in the sense of the sets: a summary, a leader's word passed on by the
# office, the decision of the only ticket, a listing.
_MEANT = {"of_day", "enter_for_leader", "answer_standing", "decide_the_only_one", "list_with_parts"}


class _Undone(Exception):
    """Whatever the handlers did is not kept."""


class _Asking(Router):
    """Asks each phrase that a text fits, not only the first that answers it."""

    def __init__(self) -> None:
        super().__init__()
        self.include(router)
        self.answered: list[str] = []

    def say(self, turn: Turn) -> Reply | None:
        text = turn.text.strip()
        for phrase in self._phrases:
            if (match := phrase.pattern.fullmatch(text)) is None:
                continue
            with turn.tx.begin_nested() as step:
                try:
                    answered = phrase.handler(match, turn) is not None
                except Refusal:
                    answered = True
                step.rollback()
            if answered and phrase.handler.__name__ not in self.answered:
                self.answered.append(phrase.handler.__name__)
        return Reply("")


class Asked:
    """A city in which a line is said and nothing comes of it."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._asking = _Asking()
        self._answering = Answering(self._asking, city.directory, city.rules, meet_stranger)

    def answering(self, account: str, text: str) -> list[str]:
        """The handlers of phrases that answer that line of that person."""
        self._asking.answered.clear()

        def say(tx: Tx) -> None:
            now = self._city.clock.now()
            self._answering.answer(tx, Stored(1, NAME, account, "", text, (), None, now, 1), now)
            raise _Undone

        with pytest.raises(_Undone):
            self._city.db.write_now(say)
        return [*self._asking.answered]


@pytest.fixture(params=["yuncheng-2025", "yangquan-2025"])
def asked(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Asked]:
    """The demo city under that regime."""
    config = demo_config(databases.make("demo", fill_demo), request.param)
    city = City(config, clock=MovableClock(demo_time("2025-09-26 10:00")))
    yield Asked(city)
    city.close()


def examples() -> set[str]:
    """What handlers, documents and stories give as an example: all between quotes."""
    texts = said()
    for path in [*(ROOT / "handlers").rglob("*.py"), ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        texts |= {
            one.strip() for one in re.findall(r"“([^“”\n{}]{2,120})”", path.read_text(encoding="utf-8"))
        }
    return texts


def fits(text: str) -> set[str]:
    """The handlers of phrases that the text fits."""
    return {phrase.handler.__name__ for phrase in router._phrases if phrase.pattern.fullmatch(text)}


def test_no_line_is_answered_by_two_phrases(asked: Asked) -> None:
    several = [text for text in sorted(examples()) if len(fits(text)) > 1]
    assert len(several) > 50, "there are phrases that fit what others answer, and leave it alone"
    for text in several:
        for account in ("office-1", "county-wenxi", "liaison-21", "contact-swj"):
            found = asked.answering(account, text)
            assert len(found) <= 1, (account, text, found)


def test_no_ordinary_message_is_answered_by_a_phrase(asked: Asked) -> None:
    for path in sorted(SETS.glob("*.ndjson")):
        for line in path.read_text(encoding="utf-8").splitlines():
            message = json.loads(line)
            if not fits(message["text"]):
                continue
            found = asked.answering(_WRITES[message["sender"]["role"]], message["text"])
            assert set(found) <= _MEANT, (message["text"], found)
