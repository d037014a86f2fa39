"""Moves the clock over a copy of a city and tells what would have gone out, as it goes: little is kept in memory."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from bot.app import City
from bot.calendar import day_of
from bot.channel import Incoming, Key, Outgoing, Sent
from bot.clock import MovableClock, RealClock
from bot.config import City as CityTable
from bot.config import Config, Storage
from bot.console import NAME, ClockMover
from bot.simulate.course import Actor, Course, Event, Units
from storage import told
from storage.database import Database, Tx
from storage.migrate import upgrade
from storage.tables import account, chat_group, ledger_entry, message, ticket
from storage.told import Told

_DAY = re.compile(r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日")


@dataclass
class Recorder:
    """A platform from which nothing leaves."""

    name: str
    at_once: int = 50

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """Nothing is sent twice, as nothing is sent."""
        return True

    async def send(self, message: Outgoing) -> Sent:
        """It would have gone out now."""
        return Sent()


@dataclass
class Totals:
    """Counted while it runs: notices and messages by person and day, notices by rule."""

    notices: Counter[tuple[str, date]] = field(default_factory=Counter)
    messages: Counter[tuple[str, date]] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    readers: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    unsent: Counter[str] = field(default_factory=Counter)
    said: int = 0
    """Messages of the made-up course."""
    unread: int = 0
    """Of these, blockers that became no ticket."""
    _last: int = 0

    def add(self, one: Told) -> None:
        """Another notice that went out."""
        whom = f"{one.unit}{one.whom}"
        day = day_of(one.at)
        self.notices[whom, day] += 1
        if one.message_id != self._last:
            self.messages[whom, day] += 1
        self._last = one.message_id or 0
        rule = (_DAY.sub("某日", one.say), one.clause)
        self.rules[rule] += 1
        self.readers.setdefault(rule, set()).add(whom)


class Simulation:
    """One run over a database that is thrown away afterwards."""

    def __init__(self, url: str, regime: str, start: datetime | None, table: CityTable | None = None) -> None:
        """`start`: none is where the copied city stands, else now. Raises bot.mechanism.regime.RegimeError."""
        db = Database(url, durable=False)
        year = (table.ledger_year if table else None) or _ledger_year(db)
        base = table or CityTable()
        config = Config(
            city=base.model_copy(update={"regime": regime, "ledger_year": year}), storage=Storage(url=url)
        )
        try:
            self.city = City(config, clock=MovableClock(start or RealClock().now()), db=db)
        except BaseException:
            db.close()
            raise
        for name in self.city.db.read_now(_channels):
            self.city.channels[name] = Recorder(name)
        self.totals = Totals()
        self._last = self.city.db.read_now(_last_message)
        self._out: Callable[[Told], None] = lambda one: None
        self._known: dict[str, datetime] | None = None
        self._mover = ClockMover(self.city.clock, self._move, self._settle, self._next_due)

    @property
    def now(self) -> datetime:
        """Where the clock stands."""
        return self.city.clock.now()

    def course(self, days: int, seed: int) -> Course:
        """The made-up course of events for the people of this city."""
        return self.city.db.read_now(lambda tx: _course(tx, self.city, days, seed))

    async def run(self, days: int, course: Course | None, out: Callable[[Told], None]) -> Totals:
        """Let so many days pass; each notice is given to `out` as it goes out, the rest at the end."""
        self._out = out
        end = self.now + timedelta(days=days)
        await self._settle()
        while course is not None and (events := course.next_events()):
            await self._go(events[0].at)
            await self._look_around()
            await self._write(course, events)
        await self._go(end)
        for one in self.city.db.read_now(
            lambda tx: list(told.not_sent(tx, self.city.directory.get(tx), self.city.rules))
        ):
            self.totals.unsent[one.state] += 1
            out(one)
        return self.totals

    def close(self) -> None:
        """Let go of the copy."""
        self.city.close()

    async def _go(self, to: datetime) -> None:
        await self._mover.advance(lambda _now, _due: to)

    async def _look_around(self) -> None:
        """Before people write every job looks once, as in a bot that runs all day: what a morning had nothing for
        is over by then."""
        self._known = None
        if await self.city.schedule.run_due():
            await self._settle()

    async def _move(self, to: datetime) -> None:
        assert isinstance(self.city.clock, MovableClock)
        self.city.clock.move(to)

    async def _settle(self) -> None:
        """As City.settle, but a job is run only when it is due: most moments of ninety days concern one of them."""
        city = self.city
        while True:
            handled = await city.intake.drain()
            self._known = None if handled else self._known
            due = {name for name, moment in (await self._dues()).items() if moment <= self.now}
            ran = bool(due) and await city.schedule.run_due(due)
            made = await city.making.drain() if handled or due else 0
            sent = await city.delivery.drain() if handled or due or made else 0
            if not (handled or ran or made or sent):
                break
            self._known = None
            await city.db.read(self._record)

    async def _dues(self) -> dict[str, datetime]:
        """When each job has something to do next; known until something was done, or one of them is due."""
        if self._known is None or any(moment <= self.now for moment in self._known.values()):
            self._known = await self.city.db.read(self.city.schedule.dues)
        return self._known

    async def _next_due(self) -> datetime | None:
        return min((await self._dues()).values(), default=None)

    def _record(self, tx: Tx) -> None:
        newest = _last_message(tx)
        if newest > self._last:
            for one in told.sent_after(tx, self.city.directory.get(tx), self.city.rules, self._last):
                self.totals.add(one)
                self._out(one)
            self._last = newest

    async def _write(self, course: Course, events: list[Event]) -> None:
        """People write, all at one moment; what their tickets lead to is put into the course."""
        asked: list[tuple[int, Event]] = []
        for event in events:
            self.totals.said += 1
            key = Key("simulate", str(self.totals.said), "")
            inbox_id, _ = await self.city.intake.accept(Incoming(NAME, event.account, event.text, (key,)))
            if event.then is not None:
                asked.append((inbox_id, event))
        await self._settle()
        ids = [inbox_id for inbox_id, _ in asked]
        made = await self.city.db.read(lambda tx: _tickets(tx, ids)) if ids else {}
        for inbox_id, event in asked:
            if inbox_id in made and event.then is not None:
                course.put(event.then(made[inbox_id]))
            else:
                self.totals.unread += 1


def _course(tx: Tx, city: City, days: int, seed: int) -> Course:
    directory = city.directory.get(tx)
    people = directory.people
    projects = [
        Actor(one.number, one.name, people[one.liaisons[0]].accounts[NAME])
        for one in directory.ledger
        if one.liaisons and NAME in people[one.liaisons[0]].accounts
    ]
    contacts = {
        unit.name: who.accounts[NAME]
        for unit in directory.units.values()
        if unit.area_id is None
        for who in directory.contacts(unit.id)[:1]
        if NAME in who.accounts
    }
    office = next(
        iter(one.accounts[NAME] for one in directory.office_people(None) if NAME in one.accounts), ""
    )
    return Course(projects, Units(contacts, office), city.rules.calendar, city.clock.now(), days, seed)


def _ledger_year(db: Database) -> int:
    """The year of the newest ledger."""
    upgrade(db)
    year = db.read_now(
        lambda tx: tx.execute(
            select(func.max(ledger_entry.c.year)).where(ledger_entry.c.gone.is_(False))
        ).scalar()
    )
    return int(year) if year else CityTable().ledger_year


def _channels(tx: Tx) -> set[str]:
    """The platforms by which anybody of the city is reached."""
    ways = (account.c.channel, chat_group.c.channel)
    return {name for way in ways for name in tx.execute(select(way).distinct()).scalars()}


def _last_message(tx: Tx) -> int:
    return tx.execute(select(func.max(message.c.id))).scalar() or 0


def _tickets(tx: Tx, inbox_ids: list[int]) -> dict[int, int]:
    rows = tx.execute(select(ticket.c.inbox_id, ticket.c.number).where(ticket.c.inbox_id.in_(inbox_ids)))
    return {row.inbox_id: row.number for row in rows}
