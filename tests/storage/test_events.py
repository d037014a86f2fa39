"""What came about of projects by a day: reports that count, their days, plans, the ledger's own months."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, insert, update

from bot.acts import Status
from storage import reports
from storage.events import Event, Planned, ProjectEvents, events_as_of, note_event, take_back
from storage.tables import project, spot_check
from tests.storage.conftest import START, City

LATER = START + timedelta(days=10)


def told(
    city: City, status: Status | None, day: date | None = None, at: datetime = START, **more: int
) -> int:
    return city.db.write_now(
        lambda tx: reports.add(
            tx, project_id=city.project, reporter_id=city.liaison, on_behalf="", inbox_id=more.pop("inbox", 1),
            at=at, invested=more, percent=None, status=status, status_day=day, words="",
        )
    )  # fmt: skip


def seen(city: City, day: date, known_by: datetime | None = None) -> ProjectEvents:
    return city.db.read_now(lambda tx: events_as_of(tx, day, year=2025, known_by=known_by))[city.project]


def test_a_status_counts_from_its_day_however_late_it_was_told(city: City) -> None:
    told(city, Status.STARTED, date(2025, 9, 3))
    assert seen(city, date(2025, 9, 2)).started_on is None
    assert seen(city, date(2025, 9, 3)).started_on == date(2025, 9, 3)
    assert seen(city, date(2025, 9, 30), known_by=START).started_on is None, "not known before it was told"
    told(city, Status.COMPLETED, at=LATER)
    assert seen(city, date(2025, 9, 24)).reached(Event.COMPLETED) is None
    assert seen(city, date(2025, 9, 25)).reached(Event.COMPLETED) == date(2025, 9, 25), (
        "the day of the report"
    )


def test_what_is_fixed_for_a_day_ahead_has_not_come_about_on_it(city: City) -> None:
    told(city, Status.STARTED, date(2025, 9, 20))
    one = seen(city, date(2025, 9, 30))
    assert one.started_on is None and one.fixed[Event.STARTED] == date(2025, 9, 20)
    told(city, Status.STARTED, date(2025, 9, 22), at=LATER)
    assert seen(city, date(2025, 9, 30)).fixed == {}


def test_what_was_taken_back_or_found_false_did_not_come_about(city: City) -> None:
    told(city, Status.STARTED, inbox=7)
    city.db.write_now(lambda tx: reports.take_back(tx, 7, city.liaison, START))
    assert seen(city, date(2025, 9, 30)).started_on is None
    false = told(city, Status.STARTED, at=LATER)
    row = {"project_id": city.project, "report_id": false, "claimed_at": LATER, "drawn_at": LATER}
    city.db.write_now(lambda tx: tx.execute(insert(spot_check).values(**row, holds=False, found_at=LATER)))
    assert seen(city, date(2025, 9, 30)).started_on is None
    city.db.write_now(lambda tx: tx.execute(update(spot_check).values(undone_at=LATER)))
    assert seen(city, date(2025, 9, 30)).started_on == date(2025, 9, 25)


def test_a_stop_stands_until_work_goes_on(city: City) -> None:
    told(city, Status.RESUMED, date(2025, 3, 1))
    told(city, Status.SUSPENDED, date(2025, 9, 10))
    assert seen(city, date(2025, 9, 9)).suspended_on is None
    assert seen(city, date(2025, 9, 30)).suspended_on == date(2025, 9, 10)
    told(city, Status.RESUMED, at=LATER)
    assert seen(city, date(2025, 9, 30)).suspended_on is None


@pytest.mark.parametrize(
    ("scope", "yuan", "works"), [("year", 5, True), ("total", 5, False), ("month", 0, False)]
)
def test_a_sum_of_this_year_is_work_on_a_continuing_project(
    city: City, scope: str, yuan: int, works: bool
) -> None:
    city.db.write_now(
        lambda tx: tx.execute(update(project).values(build_kind="continuing", start_month="2024-06"))
    )
    told(city, None, **{scope: yuan})
    one = seen(city, date(2025, 9, 30))
    assert (one.worked_on is not None) == works
    assert one.started_on == date(2024, 6, 30), "a continuing project was started when the ledger says"
    assert seen(city, date(2025, 9, 14)).worked_on is None


def test_the_ledgers_month_is_a_plan_unless_it_is_called_actual(city: City) -> None:
    city.db.write_now(lambda tx: tx.execute(update(project).values(start_month="2025-02")))
    assert seen(city, date(2025, 9, 15)).started_on is None
    assert seen(city, date(2025, 9, 15)).planned[Event.STARTED] == date(2025, 2, 28)
    city.db.write_now(lambda tx: tx.execute(update(project).values(start_is_actual=True)))
    assert seen(city, date(2025, 9, 15)).started_on == date(2025, 2, 28)
    assert seen(city, date(2025, 2, 10)).started_on == date(2025, 2, 10), "the month that is not over yet"
    assert seen(city, date(2025, 1, 31)).started_on is None


def test_the_newest_plan_stands_until_it_is_taken_back(city: City) -> None:
    def plan(day: date, inbox: int) -> None:
        one = Planned(city.project, Event.STARTED, True, day)
        city.db.write_now(
            lambda tx: note_event(
                tx, one, by=city.office, on_behalf="", words="", moment=START, inbox_id=inbox
            )
        )

    plan(date(2025, 10, 20), 5)
    plan(date(2025, 10, 31), 6)
    assert seen(city, date(2025, 9, 15)).planned[Event.STARTED] == date(2025, 10, 31)
    (gone,) = city.db.write_now(lambda tx: take_back(tx, 6, LATER))
    assert gone.day == date(2025, 10, 31)
    assert seen(city, date(2025, 9, 15)).planned[Event.STARTED] == date(2025, 10, 20)


def test_a_whole_ledger_costs_a_few_statements(city: City) -> None:
    statements: list[str] = []

    def count(_c: object, _cur: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(city.db.engine, "before_cursor_execute", count)
    seen(city, date(2025, 9, 15))
    event.remove(city.db.engine, "before_cursor_execute", count)
    assert len([one for one in statements if one.startswith("SELECT")]) <= 4
