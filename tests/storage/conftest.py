"""A city of one project, its liaison, two units and the office, in an otherwise empty database."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import insert

from bot.calendar import CITY, Calendar
from bot.mechanism import regime
from bot.mechanism.rules import Rules
from storage import directory
from storage.database import Database, Tx
from storage.directory import Directory
from storage.settings import new_id
from storage.tables import account, ledger_entry, person, person_role, project, responsibility, unit

YEAR = 2025
START = datetime(2025, 9, 15, 9, 0, tzinfo=CITY)


@dataclass(frozen=True, slots=True)
class City:
    """Ids of what the database holds."""

    db: Database
    rules: Rules
    project: int
    waterworks: int
    housing: int
    liaison: int
    contact: int
    office: int

    @property
    def directory(self) -> Directory:
        return self.db.read_now(lambda tx: directory.read(tx, YEAR))


@pytest.fixture
def city(db: Database) -> City:
    return db.write_now(lambda tx: _fill(tx, db))


def _fill(tx: Tx, db: Database) -> City:
    units = {
        name: new_id(tx.execute(insert(unit).values(name=name, level="city")))
        for name in ("市项目推进中心", "市水务局", "市住建局")
    }

    def somebody(name: str, role: str, unit_name: str) -> int:
        who = new_id(tx.execute(insert(person).values(name=name, unit_id=units[unit_name])))
        tx.execute(insert(person_role).values(person_id=who, role=role))
        tx.execute(insert(account).values(channel="console", account=name, person_id=who))
        return who

    office = somebody("赵主任", "office", "市项目推进中心")
    contact = somebody("李科长", "contact", "市水务局")
    liaison = somebody("王联络员", "liaison", "市住建局")
    project_id = new_id(
        tx.execute(
            insert(project).values(name="国道342改线", build_kind="new", field="infrastructure", tier="city")
        )
    )
    tx.execute(
        insert(ledger_entry).values(
            project_id=project_id, year=YEAR, number=21, group_name="闻喜县",
            total_investment=800_000_000, annual_plan=300_000_000, plan_at_start=300_000_000,
        )
    )  # fmt: skip
    tx.execute(insert(responsibility).values(project_id=project_id, person_id=liaison, duty="liaison"))
    return City(
        db,
        Rules(regime.load("yuncheng-2025"), Calendar()),
        project_id,
        units["市水务局"],
        units["市住建局"],
        liaison,
        contact,
        office,
    )
