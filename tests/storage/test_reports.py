"""Progress reports: what counts of a project follows from those that stand."""

from datetime import date, timedelta
from typing import Any

from storage import reports
from storage.reports import Report
from tests.storage.conftest import START, City

DAY = timedelta(days=1)


def report(
    city: City, inbox_id: int, wan: int, *, days: int = 0, corrects: Report | None = None, **more: Any
) -> int:
    values: dict[str, Any] = {"percent": None, "status": None, "status_day": None, **more}
    return city.db.write_now(
        lambda tx: reports.add(
            tx,
            project_id=city.project,
            reporter_id=city.liaison,
            on_behalf="",
            inbox_id=inbox_id,
            at=START + days * DAY,
            invested={"year": wan * 10_000},
            words="原话",
            corrects=corrects,
            **values,
        )
    )


def highest(city: City) -> int | None:
    return city.db.read_now(lambda tx: reports.highest(tx, city.project, "year"))


def facts(city: City) -> Any:
    return city.db.read_now(lambda tx: reports.project_facts(tx, [city.project]))[city.project]


def last(city: City) -> Report:
    found = city.db.read_now(lambda tx: reports.last_by(tx, city.liaison))
    assert found is not None
    return found


def test_status_percent_and_last_progress_are_those_of_the_last_reports(city: City) -> None:
    report(city, 1, 1000, percent=5, status="started", status_day=date(2025, 9, 1))
    report(city, 2, 1800, days=1, percent=7)
    row = facts(city)
    assert (row.status, row.percent, row.last_progress_at) == ("started", 7, START + DAY)
    assert highest(city) == 18_000_000


def test_a_corrected_report_counts_no_more(city: City) -> None:
    report(city, 1, 18_000)
    report(city, 2, 1800, corrects=last(city))
    assert highest(city) == 18_000_000
    assert len(city.db.read_now(lambda tx: reports.latest(tx, city.project))) == 1


def test_taking_back_a_correction_lets_what_it_corrected_count_again(city: City) -> None:
    report(city, 1, 1000, percent=5)
    report(city, 2, 1800, days=1, percent=7, corrects=last(city))
    taken = city.db.write_now(lambda tx: reports.take_back(tx, 2, city.liaison, START + 2 * DAY))
    assert [one.inbox_id for one in taken] == [2]
    row = facts(city)
    assert (highest(city), row.percent, row.last_progress_at) == (10_000_000, 5, START)
    kinds = [step.kind for step in city.db.read_now(lambda tx: reports.steps_of(tx, city.project))]
    assert kinds == ["progress", "correct", "undo"]


def test_taking_back_the_only_report_leaves_the_project_as_it_was(city: City) -> None:
    before = facts(city)
    report(city, 1, 1000, percent=5, status="started", status_day=date(2025, 9, 1))
    city.db.write_now(lambda tx: reports.take_back(tx, 1, city.liaison, START))
    assert facts(city) == before
    assert highest(city) is None


def test_taking_back_twice_does_nothing_the_second_time(city: City) -> None:
    report(city, 1, 1000)
    assert city.db.write_now(lambda tx: reports.take_back(tx, 1, city.liaison, START))
    assert city.db.write_now(lambda tx: reports.take_back(tx, 1, city.liaison, START)) == []


def test_a_span_has_its_first_instant_and_not_its_last(city: City) -> None:
    report(city, 1, 1000)

    def reported(days_from: int, days_to: int) -> set[int]:
        return city.db.read_now(
            lambda tx: reports.reported_since(tx, START + days_from * DAY, START + days_to * DAY)
        )

    assert reported(0, 1) == {city.project}
    assert reported(-1, 0) == set()


def test_large_sums_are_kept_to_the_yuan(city: City) -> None:
    report(city, 1, 987_654_321_012)
    assert highest(city) == 9_876_543_210_120_000
