"""Figures as of a month and as of a moment; what came later is seen as a change (P2, P3, feature 74)."""

from datetime import datetime

from bot.calendar import CITY
from storage import figures, reports
from storage.database import Tx
from storage.reports import Report
from tests.storage.conftest import City

WAN = 10_000


def day(month: int, date: int, hour: int = 9) -> datetime:
    return datetime(2025, month, date, hour, tzinfo=CITY)


def say(
    city: City,
    at: datetime,
    words: str = "",
    percent: float | None = None,
    corrects: Report | None = None,
    **wan: int,
) -> int:
    """A report of the city's only project, sums in 万元 by scope; its inbox is its moment."""

    def write(tx: Tx) -> int:
        return reports.add(
            tx,
            project_id=city.project,
            reporter_id=city.liaison,
            on_behalf="",
            inbox_id=int(at.timestamp()),
            at=at,
            invested={scope: sum_ * WAN for scope, sum_ in wan.items()},
            percent=percent,
            status=None,
            status_day=None,
            words=words,
            corrects=corrects,
        )

    return city.db.write_now(write)


def invested(city: City, when: int | datetime) -> int | None:
    """万元 of the year so far."""
    found = city.db.read_now(lambda tx: figures.as_of(tx, 2025, when))[city.project].invested
    return None if found is None else found // WAN


def test_P2_figures_of_any_moment_can_be_had_again(city: City) -> None:
    first = say(city, day(9, 10), year=10_000)
    assert invested(city, day(9, 9)) is None
    assert invested(city, day(9, 10)) == 10_000
    stood = city.db.read_now(lambda tx: reports.one(tx, first))
    say(city, day(9, 12), corrects=stood, year=11_000)
    say(city, day(9, 14), month=900, words="8月投资900万")
    assert [invested(city, day(9, one)) for one in (11, 13, 15)] == [10_000, 11_000, 11_000]
    city.db.write_now(lambda tx: reports.take_back(tx, int(day(9, 12).timestamp()), city.liaison, day(9, 16)))
    assert [invested(city, day(9, one)) for one in (11, 13, 17)] == [10_000, 11_000, 10_000]


def test_P2_a_months_sums_are_those_up_to_its_end(city: City) -> None:
    say(city, day(8, 20), year=9_000, percent=40)
    say(city, day(9, 20), month=1_000, total=30_000)
    say(city, day(9, 28), month=1_500)
    say(city, day(10, 9), year=12_000, percent=55)
    assert [invested(city, one) for one in (7, 8, 9, 10)] == [None, 9_000, 10_500, 12_000]
    one = city.db.read_now(lambda tx: figures.as_of(tx, 2025, 9))[city.project]
    assert (one.in_month, one.total, one.month) == (1_500 * WAN, 30_000 * WAN, 9)
    assert one.planned == 30_000 * WAN * 3 // 4 and one.gap_points == -40.0


def test_P2_the_plan_of_a_moment_is_that_of_the_months_that_are_over(city: City) -> None:
    say(city, day(9, 10), year=10_000)

    def planned(moment: datetime) -> int:
        return city.db.read_now(lambda tx: figures.as_of(tx, 2025, moment))[city.project].planned // WAN

    assert planned(day(9, 30, 23)) == 20_000 and planned(day(10, 1, 0)) == 22_500
    assert planned(datetime(2026, 1, 1, tzinfo=CITY)) == 30_000


def test_P2_what_came_later_is_a_change(city: City) -> None:
    first = say(city, day(9, 20), year=10_000)
    stood = city.db.read_now(lambda tx: reports.one(tx, first))
    say(city, day(9, 27), corrects=stood, year=10_500)
    say(city, day(9, 28), percent=50)
    found = city.db.read_now(lambda tx: figures.changes_after(tx, 2025, 9, day(9, 25)))
    assert [(one.kind, one.scope, one.yuan) for one in found] == [
        ("gone", "year", 10_000 * WAN),
        ("reported", "year", 10_500 * WAN),
        ("reported", "percent", None),
    ]
    assert not city.db.read_now(lambda tx: figures.changes_after(tx, 2025, 9, day(9, 29)))
