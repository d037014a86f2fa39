"""A city made of a ledger, in an empty throw-away database."""

from datetime import datetime, timedelta
from pathlib import Path

from bot import importing
from bot.console import NAME
from bot.documents.ledger_in import read_ledger
from bot.documents.units_in import read_units
from bot.simulate.cast import people_for, units_for
from storage import import_people, import_units
from storage.database import Database, Tx
from storage.groups import put_group
from storage.migrate import upgrade

_SAID = "推算"
_STANDS_SINCE = timedelta(days=14)  # so that within ninety days somebody is silent for three months


def fill(url: str, year: int, at: datetime, ledger: Path, units: Path, people: Path | None) -> None:
    """Read the files in. Without people everybody who is written to is made up.

    Raises bot.documents.faults.DocumentError, storage.import_units.ImportFault.
    """
    rows = read_ledger(ledger.read_bytes(), ledger.name, year).rows
    directory = units_for(rows, read_units(units.read_bytes(), units.name))
    plan = importing.plan("people", people, year) if people is not None else None
    entered = at - _STANDS_SINCE
    listed = importing.plan("ledger", ledger, year)

    def read_in(tx: Tx) -> None:
        import_units.apply_units(tx, directory, b"", units.name, entered, _SAID)
        listed.apply(tx, entered, _SAID)
        if plan is not None:
            plan.apply(tx, entered, _SAID)
        else:
            import_people.apply_people(tx, year, people_for(rows, directory), b"", _SAID, entered, _SAID)
        put_group(tx, NAME, "city", "工作群")

    db = Database(url, durable=False)
    try:
        upgrade(db)
        db.write_now(read_in)
    finally:
        db.close()
