"""The counts of projects without progress: found by their time, ended by progress, brought back by its undo."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.mechanism.stalled import From
from storage import outbox, reports, stalled
from storage.outbox import Notice
from storage.tables import notice, project
from tests.storage.conftest import START, City
from tests.storage.test_reports import report

DAY = timedelta(days=1)


def counted(city: City) -> stalled.Counted:
    (one,) = city.db.read_now(lambda tx: stalled.read(tx, [city.project], 2025))
    return one


def looked_at(city: City, next_look: datetime | None, told: str | None = None) -> None:
    outcome = stalled.Outcome(next_looks={city.project: (next_look, told)})
    city.db.write_now(lambda tx: stalled.write(tx, outcome))


def given(city: City, at: datetime) -> None:
    """A rung was given, and a notice of it waits."""
    since = counted(city).standstill.since
    row = {"project_id": city.project, "since": since, "name": "督办", "given_at": at}
    waits = Notice(
        f"stalled:{city.project}:office:2:{at.timestamp():.0f}:1", "stalled", "event", "没有进展",
        person_id=city.office, project_id=city.project,
    )  # fmt: skip
    outcome = stalled.Outcome(next_looks={city.project: (at + 30 * DAY, "督办")}, rungs=[row])
    city.db.write_now(lambda tx: stalled.write(tx, outcome))
    city.db.write_now(lambda tx: outbox.add(tx, waits, at))


def states(city: City) -> list[str]:
    rows = select(notice.c.state).where(notice.c.kind == "stalled").order_by(notice.c.id)
    return list(city.db.read_now(lambda tx: tx.execute(rows).scalars().all()))


def next_look(city: City) -> datetime | None:
    return city.db.read_now(lambda tx: tx.execute(select(project.c.next_look)).scalar_one())


def test_a_project_is_due_from_the_moment_of_its_next_look(city: City) -> None:
    assert city.db.read_now(stalled.next_look) is None
    looked_at(city, START)
    assert city.db.read_now(lambda tx: stalled.due_ids(tx, START - timedelta(microseconds=1), 9)) == []
    assert city.db.read_now(lambda tx: stalled.due_ids(tx, START, 9)) == [city.project]


def test_the_due_ones_are_found_by_an_index(city: City) -> None:
    if city.db.is_sqlite:
        sql = "EXPLAIN QUERY PLAN SELECT id FROM project WHERE next_look <= 5 ORDER BY next_look LIMIT 500"
        plan = city.db.read_now(lambda tx: str(tx.exec_driver_sql(sql).all()))
        assert "ix_project_next_look" in plan and "SCAN" not in plan


def test_progress_of_a_project_of_which_nobody_was_told_is_not_looked_at_before_its_time(city: City) -> None:
    looked_at(city, START + 30 * DAY)
    report(city, 1, 100)
    assert next_look(city) == START + 30 * DAY
    assert counted(city).standstill.since == START


def test_progress_after_somebody_was_told_is_looked_at_at_once_and_silences_the_rest(city: City) -> None:
    given(city, START)
    assert counted(city).standstill.given == {"督办": START}
    report(city, 1, 100, days=1)
    assert next_look(city) == START + DAY
    assert states(city) == ["withdrawn"]
    assert counted(city).standstill.given == {}, "a new count"


def test_taken_back_it_counts_as_before(city: City) -> None:
    given(city, START)
    report(city, 1, 100, days=1)
    city.db.write_now(lambda tx: reports.take_back(tx, 1, city.liaison, START + DAY))
    assert counted(city).standstill.given == {"督办": START}
    assert counted(city).standstill.begins is From.YEAR
    assert states(city) == ["waiting"]


def test_what_an_older_report_had_silenced_stays_silent(city: City) -> None:
    given(city, START)
    report(city, 1, 100, days=1)
    report(city, 2, 110, days=40)
    city.db.write_now(lambda tx: reports.take_back(tx, 2, city.liaison, START + 40 * DAY))
    assert counted(city).standstill.since == START + DAY
    assert states(city) == ["withdrawn"]


def test_a_corrected_report_counts_from_when_it_was_first_made(city: City) -> None:
    first = report(city, 1, 100)
    corrects = city.db.read_now(lambda tx: reports.one(tx, first))
    second = report(city, 2, 120, days=5, corrects=corrects)
    assert counted(city).standstill.since == START
    corrects = city.db.read_now(lambda tx: reports.one(tx, second))
    report(city, 3, 130, days=9, corrects=corrects)
    assert counted(city).standstill.since == START


def test_a_stop_stands_beside_the_count(city: City) -> None:
    report(city, 1, 100)
    report(city, 2, 0, days=5, status="suspended")
    assert counted(city).standstill.since == START
    assert counted(city).standstill.is_suspended


def test_a_special_report_belongs_to_the_count_in_which_it_was_written(city: City) -> None:
    def files(at: datetime, inbox_id: int) -> None:
        city.db.write_now(
            lambda tx: stalled.file_report(
                tx, city.project, by=city.liaison, on_behalf="", words="征地未完", at=at,
                inbox_id=inbox_id, attachments=(),
            )
        )  # fmt: skip

    files(START, 1)
    assert (counted(city).standstill.reported_at, counted(city).report) == (START, "征地未完")
    report(city, 2, 100, days=1)
    assert counted(city).standstill.reported_at is None
    files(START + 2 * DAY, 3)
    city.db.write_now(lambda tx: stalled.take_report_back(tx, 3, city.liaison, START + 2 * DAY))
    assert counted(city).standstill.reported_at is None


def test_what_was_there_before_the_count_was_kept_is_looked_at(city: City) -> None:
    city.db.write_now(lambda tx: tx.execute(update(project).values(next_look=None)))
    city.db.write_now(lambda tx: stalled.look_at_once(tx, [city.project], START))
    assert city.db.read_now(stalled.next_look) == START
