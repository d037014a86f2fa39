"""docs/permissions.md, cell by cell: what it allows is done, what it doesn't is refused and changes nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.acts import Dispatch, Resolve
from bot.app import City, demo_time
from bot.clock import MovableClock
from bot.mechanism.model import Kind
from bot.mechanism.states import State
from tests.conftest import START, demo_config, fill_demo
from tests.stories.desk import Desk, play
from tests.stories.permission_acts import (
    DEEDS,
    PEOPLE,
    STRANGER,
    Deed,
    arranged,
    claimed_by_county,
    given,
    now_in,
)
from tests.stories.permission_conditions import CONDITIONS
from tests.stories.permission_views import VIEWS, not_understood

_DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
_ADVICE = re.compile("请|由.*(?:报|办|定|确认|录入|打开)|回“|可问“|可以这样写")
_MISSED = "没读懂的消息"
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


def test_the_views_are_those_that_are_tested() -> None:
    seen = table("能看什么")
    assert {line for line, _, _ in seen} == {*VIEWS, _MISSED}
    assert {relation for _, relation, _ in seen} == PEOPLE.keys()
    assert {cell for _, _, cell in seen} == {MAY, MAY_NOT}


@pytest.mark.parametrize("cell", table("能看什么"), ids=name)
def test_everybody_sees_what_is_his_and_nothing_else(city: City, cell: Cell) -> None:
    line, relation, mark = cell
    for account in PEOPLE[relation]:
        seen, answer = is_seen(city, line, account)
        assert seen == (mark == MAY), f"{account}: {line} → {answer}"


def is_seen(city: City, line: str, account: str) -> tuple[bool, str]:
    """Whether the account gets to see it, and what it was answered."""

    def asks(desk: Desk) -> tuple[bool, str]:
        view = VIEWS[line]
        view.before(desk)
        if view.asks.startswith("/"):
            return view.shows in desk.opens(account, view.asks), view.asks
        reply = desk.says(account, view.asks)
        return view.shows in reply.text, reply.text

    def reads(desk: Desk) -> tuple[bool, str]:
        return account != STRANGER and not_understood(desk, account), ""

    return play(city, reads if line == _MISSED else asks)


def is_done(city: City, deed: Deed, account: str) -> None:
    """Said as people say it, it is done."""

    def scene(desk: Desk) -> tuple[bool, str]:
        deed.before(desk)
        reply = desk.says(account, deed.says, group=deed.group)
        return deed.done(desk, account), reply.text

    done, answer = play(city, scene)
    assert done, f"{account}: {deed.says} → {answer}"


def is_refused(city: City, deed: Deed, account: str) -> None:
    """Said as people say it, it is not done; and if it is meant, it is refused, with what to do instead."""

    def scene(desk: Desk) -> tuple[str | None, bool, bool, str]:
        deed.before(desk)
        refusal, untouched = None, True
        if deed.acts and account != STRANGER:
            stood = desk.picture()
            refusal = desk.does(account, deed.says, *deed.acts)
            untouched = desk.picture() == stood
        reply = desk.says(account, deed.says, group=deed.group)
        return refusal, untouched, deed.done(desk, account), reply.text

    refusal, untouched, done, answer = play(city, scene)
    said = f"{account}: {deed.says} → {answer}"
    assert not done, said
    assert untouched, said
    if account == STRANGER:
        assert ("请先私聊我" if deed.group else "请回：我是") in answer
    elif deed.acts:
        assert refusal is not None, said
        assert _ADVICE.search(refusal), f"{account}: {deed.says} → {refusal}"
    else:
        assert _ADVICE.search(answer), said


# ---- what the tables leave to words -----------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        *("核实列入", "不列入", "退回补充", "交办市级单位", "同意延期", "同意退回", "同意销号", "不同意销号"),
        *("定一般或重大复杂", "中止", "重新打开"),
    ],
)
def test_who_heads_the_office_decides_what_it_decides(city: City, line: str) -> None:
    is_done(city, DEEDS[line], "head-xmzx")


@pytest.mark.parametrize("account", ["head-xmzx", "deputy-wenxi"])
def test_who_heads_the_office_sees_what_it_sees(city: City, account: str) -> None:
    for line in ("项目情况", "问题", "超期清单", "今日明细"):
        seen, answer = is_seen(city, line, account)
        assert seen, answer


def test_a_county_office_does_not_take_a_ticket_from_a_city_unit(city: City) -> None:
    taken = Deed(
        arranged,
        "1号改交办闻喜县人民政府",
        now_in(State.DISPATCHED),
        (Dispatch(1, "闻喜县人民政府"),),
    )
    is_refused(city, taken, "county-wenxi")
    is_done(city, taken, "office-1")


def test_T7_nobody_under_the_unit_confirms_what_it_claims(city: City) -> None:
    def scene(desk: Desk) -> tuple[str, str]:
        desk.put_under("市交通运输局", "市住建局")
        desk.says("liaison-1", "G108新绛至河津卡在供水管迁改，请市住建局9月30日前解决")
        assert desk.does("office-1", "1号交办市住建局", Dispatch(1, "市住建局")) is None
        assert desk.does("contact-zjj", "1号已迁完，申请销号", Resolve(1)) is None
        return desk.says("liaison-1", "1号同意销号").text, desk.state().words

    answer, state = play(city, scene)
    assert "下属单位不能确认" in answer
    assert state == "待销号"


def test_T7_who_wrote_the_claim_for_another_does_not_confirm_it(city: City) -> None:
    def scene(desk: Desk) -> list[str]:
        arranged(desk)
        desk.says("office-1", "代市水务局反馈：1号已迁完，申请销号")
        assert desk.state() is State.RESOLVED
        desk.says("office-1", "1号同意销号")
        desk.says("office-2", "1号同意销号")
        states = [desk.state().words]
        desk.says("liaison-21", "1号同意销号")
        return [*states, desk.state().words]

    assert play(city, scene) == ["待销号", "已销号"]


def test_T7_a_colleague_of_the_unit_does_not_confirm_in_the_liaisons_name(city: City) -> None:
    def scene(desk: Desk) -> str:
        claimed_by_county(desk)
        desk.says("contact-wenxi", "代刘明亮报：1号同意销号")
        return desk.state().words

    assert play(city, scene) == "待销号"


def test_both_names_stand_where_a_secretary_speaks(city: City) -> None:
    def scene(desk: Desk) -> bool:
        given(desk)
        desk.says("secretary-1", "催1号")
        return desk.steps()[-1] == "urge" and desk.stands_behind_last("王素芬")

    assert play(city, scene)


def test_a_leader_of_another_county_sees_nothing_of_this_one(city: City) -> None:
    for line in ("项目情况", "问题", "超期清单", "今日明细"):
        seen, answer = is_seen(city, line, "sponsor-jiangxian")
        assert not seen, answer


def test_what_is_not_his_is_answered_like_what_is_not_there(city: City) -> None:
    def scene(desk: Desk) -> tuple[str, str]:
        given(desk)
        return desk.says("county-jiangxian", "1号").text, desk.says("county-jiangxian", "2号").text

    hidden, missing = play(city, scene)
    assert hidden == missing.replace("2号", "1号")


def test_a_leaders_limit_is_an_instruction(city: City) -> None:
    def scene(desk: Desk) -> tuple[str, str]:
        arranged(desk)
        desk.says("sponsor-wenxi", "1号限18日前办结")
        return desk.steps()[-1], str(desk.limits()[Kind.ORDINARY].due.date())

    assert play(city, scene) == ("instruct", "2025-09-19")
