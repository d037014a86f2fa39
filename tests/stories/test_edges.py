"""The edges of each limit of 13710, as a table: told through the console, to the last second."""

from datetime import datetime, timedelta

import pytest

from bot.calendar import CITY, end_of_day
from tests.stories.conftest import Tell

_OBSTRUCTION = "槐东路村民堵路不让施工，请公安局处理"
_ORDINARY = "槐东路燃气管线没迁，请市城市管理局处理"

# kind, told at, the last day of the limit
EDGES = [
    ("arrange", "2025-09-15 09:00", "2025-09-15"),
    ("arrange", "2025-09-15 17:00", "2025-09-15"),  # last_dispatch itself is in time
    ("arrange", "2025-09-15 17:01", "2025-09-16"),  # after it, the next opening counts
    ("arrange", "2025-09-19 17:30", "2025-09-22"),  # Friday evening → Monday
    ("arrange", "2025-09-27 10:00", "2025-09-28"),  # Saturday → the make-up workday
    ("arrange", "2025-09-28 09:00", "2025-09-28"),  # the make-up workday itself
    ("arrange", "2025-10-01 10:00", "2025-10-09"),  # the eight days of 国庆
    ("arrange", "2025-10-08 23:00", "2025-10-09"),
    ("arrange", "2025-10-11 09:00", "2025-10-11"),  # Saturday, make-up workday
    ("feedback", "2025-09-15 09:00", "2025-09-18"),
    ("feedback", "2025-09-30 09:00", "2025-10-03"),  # calendar days: rest days count
    ("feedback", "2025-12-30 09:00", "2026-01-02"),  # over the year's end
    ("ordinary", "2025-09-15 09:00", "2025-09-22"),
    ("ordinary", "2025-09-26 17:30", "2025-10-05"),  # told on Sunday the 28th
    ("ordinary", "2025-12-29 09:00", "2026-01-05"),
    ("complex", "2025-09-15 09:00", "2025-10-15"),
    ("complex", "2025-10-31 09:00", "2025-11-30"),
    ("complex", "2025-12-31 09:00", "2026-01-31"),
    ("complex", "2026-01-30 09:00", "2026-02-28"),  # 31 and 30 January + 1 month: the end of February
]


@pytest.mark.parametrize(("kind", "dispatched", "last"), EDGES)
async def test_T2_T3_T5_T6_a_limit_ends_at_24_hours_of_its_day(
    tell: Tell, kind: str, dispatched: str, last: str
) -> None:
    story = await tell(at=dispatched)
    number = await story.reported(_ORDINARY, "liaison-3")
    await story.says("office-1", f"{number}号交办市城市管理局")
    if kind == "complex":
        await story.says("office-1", f"{number}号按重大复杂办")
    due = story.limits(number)[kind].due
    assert due == end_of_day(datetime.fromisoformat(last).date())


@pytest.mark.parametrize(
    ("dispatched", "last"),
    [
        ("2025-09-19 17:30", "2025-09-22"),  # Friday evening: told at once
        ("2025-09-27 10:00", "2025-09-30"),  # Saturday
        ("2025-10-01 10:00", "2025-10-04"),  # 国庆
        ("2025-09-15 23:00", "2025-09-19"),  # at night: told in the morning
    ],
)
async def test_T4_obstruction_is_held_back_only_by_night(tell: Tell, dispatched: str, last: str) -> None:
    story = await tell(at=dispatched)
    number = await story.reported(_OBSTRUCTION, "liaison-3")
    await story.says("office-1", f"{number}号交办市公安局")
    assert story.limits(number)["obstruction"].due == end_of_day(datetime.fromisoformat(last).date())


async def test_T1_the_office_has_a_day_from_the_entry(tell: Tell) -> None:
    story = await tell(at="2025-09-15 16:00")
    number = await story.reported()
    assert "dispatch" not in story.limits(number), "not before the entry"
    await story.says("office-1", f"{number}号核实列入")
    assert story.limits(number)["dispatch"].due == datetime(2025, 9, 17, tzinfo=CITY)


async def test_T3_the_last_second_is_in_time_and_the_next_is_not(tell: Tell) -> None:
    story = await tell()
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责")
    due = story.limits(number)["feedback"].due
    await story.at(due - timedelta(seconds=1))
    assert "超期" not in await story.says("office-1", f"{number}号办到哪一步了")
    late = await tell()
    number = await late.dispatched()
    await late.says("contact-swj", f"{number}号周工负责")
    await late.at(due)
    assert "超期" in await late.says("office-1", f"{number}号办到哪一步了")


async def test_a_year_without_holiday_data_makes_its_limits_provisional(tell: Tell) -> None:
    story = await tell(at="2026-12-31 18:30")
    number = await story.dispatched()
    assert story.limits(number)["ordinary"].provisional
    early = await tell(at="2026-11-01 09:00")
    await early.pass_time(months=1)
    assert any("2027年放假安排还没有录入" in said for said in await early.reads("office-1"))
