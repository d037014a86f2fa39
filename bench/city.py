"""A demo city in a folder of its own, with tickets for the messages to speak of."""

from pathlib import Path

from bot.acts import Category, Severity
from bot.app import City, demo_time
from bot.cli import DEMO
from bot.clock import MovableClock
from bot.config import Channels, Config, Console, Storage
from bot.demo import load_files
from bot.mechanism import deadlines
from bot.mechanism.states import State
from storage import tickets
from storage.database import Tx
from storage.tickets import StepNote

START = "2025-09-15 09:00"
_TICKETS = 40


def make(
    folder: Path, *, with_tickets: bool = True, channels: Channels | None = None, url: str | None = None
) -> City:
    """The demo city, filled, in SQLite or in the empty database of that URL."""
    config = Config(
        storage=Storage(url=url or f"sqlite:///{folder / 'city.db'}"),
        channels=channels or Channels(console=Console(enabled=True)),
    )
    city = City(config, clock=MovableClock(demo_time(START)))
    load_files(city, DEMO / "yuncheng-2025.xlsx", DEMO / "units.csv", DEMO / "people.csv")
    if with_tickets:
        city.db.write_now(lambda tx: _enter_tickets(tx, city))
    return city


def _enter_tickets(tx: Tx, city: City) -> None:
    """Tickets 1 to 40, dispatched to one unit after the other."""
    directory, rules = city.directory.get(tx), city.rules
    now = city.clock.now()
    projects = sorted(directory.projects.values(), key=lambda one: one.number)
    units = [one for one in directory.units.values() if directory.contacts(one.id)]
    for n in range(_TICKETS):
        project, unit = projects[n % len(projects)], units[n % len(units)]
        ticket = tickets.enter(
            tx,
            project=project,
            category=Category.UTILITIES,
            title=f"{project.short}第{n}段管线迁改",
            level="city",
            severity=Severity.ORDINARY,
            asked_units=[unit.name],
            wanted_by=None,
            rules=rules,
            note=StepNote(now, project.liaisons[0]),
        )
        clocks = deadlines.at_dispatch(
            rules.regime,
            rules.calendar,
            entered=now,
            told=now,
            category=Category.UTILITIES,
        )
        tickets.step(
            tx,
            ticket,
            "dispatch",
            StepNote(now, None),
            rules=rules,
            to=State.DISPATCHED,
            lead=unit.id,
            dues=clocks.dues,
            change={"told_at": now},
        )
