"""The annotated messages of tests/data/language, as they would come in the demo city."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.calendar import Calendar
from bot.cli import DEMO
from bot.documents.ledger_in import read_ledger
from bot.documents.units_in import read_units
from bot.people import ProjectName, Role, Sender, TicketTitle, Unit
from bot.understanding import Message, Understanding
from storage.directory import Directory

_FILE = Path(__file__).resolve().parent.parent / "tests" / "data" / "language" / "dev.ndjson"


@dataclass(frozen=True, slots=True)
class Written:
    """A message: who of the demo city writes it, and where."""

    account: str
    group: str
    text: str


@cache
def rows() -> list[dict[str, Any]]:
    """The messages as they stand in the file."""
    return [json.loads(line) for line in _FILE.read_text("utf-8").splitlines()]


def as_messages() -> list[Message]:
    """The messages as understanding takes them."""
    return [
        Message(
            row["text"],
            datetime.fromisoformat(row["sent_at"]),
            row["chat"],
            Sender(Role(row["sender"]["role"]), row["sender"]["unit"], tuple(row["sender"]["projects"])),
            tuple(TicketTitle(**ticket) for ticket in row["tickets"]),
        )
        for row in rows()
    ]


def reader() -> Understanding:
    """The reader of the demo's ledger and units."""
    ledger, units = DEMO / "yuncheng-2025.xlsx", DEMO / "units.csv"
    rows = read_ledger(ledger.read_bytes(), ledger.name, 2025).rows
    return Understanding(
        [ProjectName(r.number, r.name, r.owners, r.place, r.group) for r in rows],
        [Unit(r.name, r.level, r.aliases) for r in read_units(units.read_bytes(), units.name)],
        Calendar(),
        [area for area in dict.fromkeys(row.group for row in rows) if area != "市直"],
    )


def as_written(directory: Directory) -> list[Written]:
    """The messages with the accounts of those whom the demo's directory knows in that role and unit."""
    people = [one for one in directory.people.values() if "console" in one.accounts]

    def account_of(sender: dict[str, Any]) -> str:
        fits = [one for one in people if one.role == sender["role"]]
        by_unit = [one for one in fits if one.unit == sender["unit"]]
        by_project = [one for one in fits if set(sender["projects"]) & set(directory.reports_on(one))]
        return (by_project or by_unit or fits)[0].accounts["console"]

    return [
        Written(account_of(row["sender"]), "city" if row["chat"] == "group" else "", row["text"])
        for row in rows()
    ]
