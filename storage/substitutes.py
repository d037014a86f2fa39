"""Who stands in for whom, on which days."""

from datetime import date

from sqlalchemy import insert

from storage import directory
from storage.database import Tx
from storage.tables import substitute


def put(tx: Tx, person_id: int, by_id: int, first_day: date, last_day: date) -> None:
    """From the first to the last day, both in, what is meant for the one goes to the other."""
    tx.execute(
        insert(substitute).values(person_id=person_id, by_id=by_id, first_day=first_day, last_day=last_day)
    )
    directory.touched(tx)
