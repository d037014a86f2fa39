"""The demo city: the ledger of a public notice, its units, and people who are all made up."""

from pathlib import Path

from bot import importing
from bot.app import City
from bot.console import NAME
from storage import settings
from storage.database import Tx
from storage.groups import put_group

CITY_GROUP = "city"


def load_files(city: City, ledger: Path, units: Path, people: Path) -> None:
    """Fill an empty demo with a ledger, units and people; one that was filled before is left as it is.

    Raises bot.documents.faults.DocumentError, storage.import_units.ImportFault.
    """
    if city.db.read_now(lambda tx: settings.get(tx, "demo_filled")):
        return
    year, now = city.config.city.ledger_year, city.clock.now()
    plans = [
        importing.plan(kind, file, year)
        for kind, file in (("units", units), ("ledger", ledger), ("people", people))
    ]

    def fill(tx: Tx) -> None:
        for plan in plans:
            plan.apply(tx, now, "演示数据")
        put_group(tx, NAME, CITY_GROUP, f"{city.config.city.name}重大项目工作群")
        settings.put(tx, "demo_filled", True)

    city.db.write_now(fill)
