"""The city that the messages are about: its ledger and its units, and one reader for all tests."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot.acts import Understood
from bot.calendar import CITY, Calendar
from bot.people import ProjectName, Role, Sender, TicketTitle, Unit
from bot.understanding import Message, Understanding

DEMO = Path(__file__).parents[2] / "bot" / "demo"
TUESDAY = date(2025, 9, 16)

Says = Callable[..., Understood]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="session")
def understanding(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    patch = pytest.MonkeyPatch()
    patch.setenv("XIAOHAO_CACHE", str(tmp_path_factory.mktemp("jieba")))
    projects = [
        ProjectName(
            int(row["序号"]),
            row["项目名称"],
            tuple(row["项目单位"].split("、")),
            row["建设地点"],
            row["分组"],
        )
        for row in _rows("yuncheng-2025.csv")
    ]
    units = [
        Unit(row["name"], row["level"], tuple(filter(None, row["aliases"].split("|"))))
        for row in _rows("units.csv")
    ]
    reader = Understanding(projects, units, Calendar())
    patch.undo()
    return reader


def saying(understanding: Understanding) -> Says:
    """What a message means to this reader."""

    def say(
        role: str,
        text: str,
        projects: tuple[int, ...] = (),
        tickets: tuple[TicketTitle, ...] = (),
        unit: str = "",
        day: date = TUESDAY,
    ) -> Understood:
        sent_at = datetime.combine(day, time(10), CITY)
        return understanding.understand(
            Message(text, sent_at, "private", Sender(Role(role), unit, projects), tickets)
        )

    return say


@pytest.fixture
def says(understanding: Understanding) -> Says:
    """`says(role, text, projects=…, tickets=…, unit=…, day=…)` is what the message means."""
    return saying(understanding)
