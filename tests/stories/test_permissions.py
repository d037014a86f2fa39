"""docs/permissions.md, cell by cell: what it allows is done, what it doesn't is refused and changes nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import City, demo_time
from bot.clock import MovableClock
from tests.conftest import START, demo_config, fill_demo
from tests.stories.desk import Desk, play
from tests.stories.permission_acts import DEEDS, PEOPLE, STRANGER, Deed
from tests.stories.permission_conditions import CONDITIONS

_DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
_ADVICE = re.compile("请|由|回“|问")
MAY, MAY_NOT = "可", "不可"

Cell = tuple[str, str, str]


def table(heading: str) -> list[Cell]:
    """The cells under that heading: (line, relation, what the cell says)."""
    text = _DOCUMENT.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [
        [part.strip() for part in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    relations = rows[0][1:]
    return [
        (row[0], relation, cell)
        for row in rows[2:]
        for relation, cell in zip(relations, row[1:], strict=True)
    ]


def cells(heading: str, *marks: str) -> list[Cell]:
    """Those of its cells that say one of the marks, or that carry a number where no mark is given."""
    return [cell for cell in table(heading) if (cell[2] in marks if marks else cell[2] in CONDITIONS)]


def name(cell: Cell) -> str:
    """How the test of a cell is called."""
    return "-".join(cell)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The demo city on SQLite; every scene begins in it and is undone."""
    url = f"sqlite:///{tmp_path_factory.mktemp('permissions') / 'city.db'}"
    fill_demo(url)
    opened = City(demo_config(url), clock=MovableClock(demo_time(START)))
    yield opened
    opened.close()


def test_the_tables_speak_of_what_is_tested() -> None:
    done = table("能办什么")
    assert {line for line, _, _ in done} == DEEDS.keys()
    assert {relation for _, relation, _ in done} == PEOPLE.keys()
    assert {cell for _, _, cell in done} == {MAY, MAY_NOT, *CONDITIONS}


@pytest.mark.parametrize("cell", cells("能办什么", MAY), ids=name)
def test_who_may_does_it(city: City, cell: Cell) -> None:
    line, relation, _ = cell
    for account in PEOPLE[relation]:
        is_done(city, DEEDS[line], account)


@pytest.mark.parametrize("cell", cells("能办什么", MAY_NOT), ids=name)
def test_who_may_not_is_refused_and_nothing_changes(city: City, cell: Cell) -> None:
    line, relation, _ = cell
    for account in PEOPLE[relation]:
        is_refused(city, DEEDS[line], account)


@pytest.mark.parametrize("cell", cells("能办什么"), ids=name)
def test_who_may_on_a_condition_does_it_where_that_holds(city: City, cell: Cell) -> None:
    line, relation, mark = cell
    for account in PEOPLE[relation]:
        condition = CONDITIONS[mark](line, relation, account)
        is_done(city, condition.fits, account)
        for deed in condition.fails:
            is_refused(city, deed, account)


def is_done(city: City, deed: Deed, account: str) -> None:
    """Said as people say it, it is done."""

    def scene(desk: Desk) -> tuple[bool, str]:
        deed.before(desk)
        reply = desk.says(account, deed.says)
        return deed.done(desk, account), reply.text

    done, answer = play(city, scene)
    assert done, f"{account}: {deed.says} → {answer}"


def is_refused(city: City, deed: Deed, account: str) -> None:
    """Said as people say it, it is not done; and if it is meant, it is refused, with what to do instead."""

    def said(desk: Desk) -> tuple[bool, str]:
        deed.before(desk)
        reply = desk.says(account, deed.says)
        return deed.done(desk, account), reply.text

    done, answer = play(city, said)
    assert not done, f"{account}: {deed.says} → {answer}"
    if account == STRANGER:
        assert "请回：我是" in answer
        return
    if not deed.acts:
        assert _ADVICE.search(answer), f"{account}: {deed.says} → {answer}"
        return

    def meant(desk: Desk) -> tuple[str | None, bool]:
        deed.before(desk)
        stood = desk.picture()
        refusal = desk.does(account, deed.says, *deed.acts)
        return refusal, desk.picture() == stood

    refusal, untouched = play(city, meant)
    assert refusal is not None, f"{account}: {deed.says}"
    assert _ADVICE.search(refusal), f"{account}: {deed.says} → {refusal}"
    assert untouched, f"{account}: {deed.says}"
