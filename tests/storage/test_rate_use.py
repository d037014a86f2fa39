"""Uses of limits are added up, and let go of when no limit counts them any more."""

from datetime import datetime, timedelta

from bot.calendar import CITY
from storage import rate_use
from storage.database import Database

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=CITY)
MONTH = datetime(2026, 11, 1, tzinfo=CITY)


def test_uses_add_up(db: Database) -> None:
    for _ in range(2):
        db.write_now(lambda tx: rate_use.add(tx, [("minute", "a", NOW, 2), ("minute", "b", NOW, 1)]))
    db.write_now(lambda tx: rate_use.add(tx, []))
    assert sorted(db.write_now(lambda tx: rate_use.recent(tx, NOW))) == [
        ("minute", "a", NOW, 4),
        ("minute", "b", NOW, 2),
    ]


def test_what_is_over_a_day_old_goes_but_for_the_sum_of_the_month(db: Database) -> None:
    old, last_month = NOW - timedelta(days=1, seconds=1), datetime(2026, 10, 1, tzinfo=CITY)
    rows = [
        ("minute", "a", old, 1),
        ("minute", "a", NOW, 1),
        ("quota", "", MONTH, 7),
        ("quota", "", last_month, 9),
    ]
    db.write_now(lambda tx: rate_use.add(tx, rows))
    assert sorted(db.write_now(lambda tx: rate_use.recent(tx, NOW))) == [
        ("minute", "a", NOW, 1),
        ("quota", "", MONTH, 7),
    ]
