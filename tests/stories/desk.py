"""One scene of the demo city inside one transaction, which is undone when the scene is over.

Messages go the way of every message (who speaks, open questions, phrases, understanding, handlers); what is
left out is only the platform. So a thousand scenes cost seconds, and each begins in the same city.
"""

import itertools
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from sqlalchemy import select, update

from bot.acts import Act, Understood
from bot.app import City
from bot.channel import Incoming, Key
from bot.console import NAME
from bot.mechanism.states import State
from bot.routing import Chat, Refusal, Reply, Turn
from bot.visiting import NotToSee, Page, Visitor
from handlers import router
from handlers.pages import rendering
from handlers.pages import router as pages
from jobs import summary
from jobs.schedule import Office
from storage import desk, inbox, outbox, reports, tickets
from storage.database import Tx
from storage.directory import Directory, Person, touched
from storage.reports import Report
from storage.tables import metadata, notice, project_step, ticket_step, unit
from storage.tickets import DeadlineRow, Ticket

T = TypeVar("T")

_TALK = {"inbox", "inbox_key", "lane", "question", "message"}
"""What was said and asked is kept whatever comes of it; everything else is what a message can change."""


class _Over(Exception):
    """The scene is over: what it did is undone, what was seen is kept."""

    def __init__(self, seen: Any) -> None:
        super().__init__("the scene is over")
        self.seen = seen


def play(city: City, scene: Callable[["Desk"], T]) -> T:
    """What the scene sees. Nothing of it stays in the database."""

    def act(tx: Tx) -> None:
        raise _Over(scene(Desk(city, tx)))

    try:
        city.db.write_now(act)
    except _Over as over:
        seen: T = over.seen
        return seen
    raise AssertionError("the scene was not undone")


def _part(match: re.Match[str]) -> str:
    """A part of a route's path, as an expression: {number:\\d{1,6}}, {id}."""
    return f"(?P<{match[1]}>{match[2] or '[^/]+'})"


class Desk:
    """What people write in a scene, what they open, and what stands then."""

    def __init__(self, city: City, tx: Tx) -> None:
        self.city = city
        self.tx = tx
        self.now: datetime = city.clock.now()
        self._ids = itertools.count(1)

    def says(self, account: str, text: str, *, group: str = "") -> Reply:
        """The account writes, in that group or in private; what it is answered. A minute passes."""
        self.now += timedelta(minutes=1)
        stored = inbox.take(self.tx, self._receive(account, text, group))
        assert stored is not None
        reply, understood = self.city.answering.answer(self.tx, stored, self.now)
        inbox.finish(self.tx, stored.id, understood.as_json() if understood else None, missed=reply.missed)
        return reply

    def does(self, account: str, text: str, *acts: Act) -> str | None:
        """The person does what the text is taken to mean; why he may not, or None."""
        self.now += timedelta(minutes=1)
        who = self.person(account)
        turn = Turn(
            self.tx,
            self.now,
            who,
            who,
            Chat(NAME, account),
            text,
            self._receive(account, text),
            self.city.rules,
            self.directory,
            lambda _turn, _text: Understood(),  # what is meant is given
        )
        for act in acts:
            try:
                with self.tx.begin_nested():
                    router.do(act, turn)
            except Refusal as refusal:
                return str(refusal)
        return None

    def opens(self, account: str, address: str) -> str:
        """What the person sees at that address of ours, as HTML; empty where there is nothing for him."""
        who = self.directory.person_of(NAME, account)
        if who is None:
            return ""
        visitor = Visitor(who, self.directory, self.city.rules, self.now)
        path, _, query = address.partition("?")
        for route in pages.routes:
            match = re.fullmatch(re.sub(r"\{(\w+)(?::([^}]*\}?))?\}", _part, route.path), path)
            if match is None or route.method != "GET":
                continue
            try:
                found = route.answer(self.tx, visitor, {**dict(parse_qsl(query)), **match.groupdict()})
            except NotToSee:
                return ""
            assert isinstance(found, Page)
            values = {"visitor": visitor, "root": "", "city": "", **found.values}
            return rendering.render(found.template, values)
        raise AssertionError(f"nothing answers {address}")

    def _receive(self, account: str, text: str, group: str = "") -> int:
        key = Key("scene", str(next(self._ids)), "")
        inbox_id, _ = inbox.receive(self.tx, Incoming(NAME, account, text, (key,), group), self.now)
        return inbox_id

    def close_of_day(self) -> None:
        """The hour of the day's summary comes, and what goes with it."""
        self.now = self.now.replace(hour=18, minute=0)
        summary.run(self.tx, self.now, Office(self.city.rules, self.directory))

    def put_under(self, unit_name: str, above: str) -> None:
        """Make a unit one that is under another."""
        found = self.directory.unit_named(above)
        assert found is not None, above
        self.tx.execute(update(unit).where(unit.c.name == unit_name).values(above_id=found.id))
        touched(self.tx)

    # ---- what stands ----

    @property
    def directory(self) -> Directory:
        """The directory as this scene sees it."""
        return self.city.directory.get(self.tx)

    def person(self, account: str) -> Person:
        """Who writes from that account."""
        found = self.directory.person_of(NAME, account)
        assert found is not None, account
        return found

    def ticket(self, number: int = 1) -> Ticket:
        """The ticket as it is."""
        found = tickets.one(self.tx, number)
        assert found is not None, f"no ticket {number}"
        return found

    def state(self, number: int = 1) -> State:
        """Where the ticket stands."""
        return self.ticket(number).state

    def steps(self, number: int = 1) -> list[str]:
        """The kinds of the steps that the ticket took."""
        return [step.kind for step in tickets.steps_of(self.tx, self.ticket(number).id)]

    def limits(self, number: int = 1) -> dict[str, DeadlineRow]:
        """The ticket's running limits by kind."""
        found = self.ticket(number)
        return {row.kind: row for row in tickets.deadlines_of(self.tx, [found.id])[found.id] if row.runs}

    def numbers(self) -> list[int]:
        """Numbers of the open tickets."""
        return [one.number for one in tickets.all_open(self.tx)]

    def reports(self, number: int = 21) -> Sequence[Report]:
        """The project's reports that count."""
        project = self.directory.project_numbered(number)
        assert project is not None
        return reports.latest(self.tx, project.id)

    def has_put_off(self, account: str) -> bool:
        """Whether something is off the desk of that person's office for now."""
        who = self.directory.person_of(NAME, account)
        return who is not None and bool(desk.laid(self.tx, self.directory.area_of(who), self.now))

    def told(self, account: str, kind: str) -> list[str]:
        """The lines of that kind that wait for the person."""
        rows = self.tx.execute(
            select(notice.c.line).where(
                notice.c.person_id == self.person(account).id,
                notice.c.kind == kind,
                notice.c.state == outbox.WAITING,
            )
        )
        return [row.line for row in rows]

    def notice_states(self, kind: str) -> list[str]:
        """Where the notices of that kind stand."""
        return list(self.tx.execute(select(notice.c.state).where(notice.c.kind == kind)).scalars())

    def records(self) -> list[str]:
        """The kinds of all steps of tickets and projects."""
        return [
            kind
            for table in (ticket_step, project_step)
            for kind in self.tx.execute(select(table.c.kind).order_by(table.c.id)).scalars()
        ]

    def stands_behind_last(self, name: str) -> bool:
        """Whether that person stands behind the last step of a ticket or a project."""
        columns = (ticket_step.c.at, ticket_step.c.on_behalf), (project_step.c.at, project_step.c.on_behalf)
        steps = [tuple(row) for pair in columns for row in self.tx.execute(select(*pair))]
        return bool(max(steps)[1].endswith(name))

    def picture(self) -> dict[str, list[Any]]:
        """All that a message can change."""
        return {
            table.name: list(self.tx.execute(select(table)).all())
            for table in metadata.sorted_tables
            if table.name not in _TALK
        }
