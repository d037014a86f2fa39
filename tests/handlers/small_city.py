"""A small hand-made city over SQLite in memory: people speak in acts, and what the others are told is read."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import create_engine, insert, select, update

from bot import holidays
from bot.acts import Act, Understood
from bot.calendar import CITY
from bot.mechanism import regime
from bot.mechanism.rules import Rules
from bot.people import Rank
from bot.routing import Chat, Refusal, Reply, Turn
from bot.standing_in import speaker
from handlers import router
from handlers.bind import meet_stranger
from storage import directory, questions, tickets
from storage.directory import Directory, Person
from storage.tables import (
    account,
    area,
    ledger_entry,
    metadata,
    notice,
    person,
    person_role,
    project,
    responsibility,
    unit,
)
from storage.tickets import DeadlineRow, Ticket

YEAR = 2025
CHANNEL = "console"
_UNITS = (  # name, level, county, above
    ("市项目推进中心", "city", None, None),
    ("市水务局", "city", None, None),
    ("市住建局", "city", None, None),
    ("市公安局", "city", None, None),
    ("闻喜县重点办", "county", "闻喜县", None),
    ("闻喜县水利局", "county", "闻喜县", None),
    ("市水务局供水站", "city", None, "市水务局"),
    ("某路桥公司", "enterprise", None, None),
)
_PEOPLE = (  # name, address, unit, rank, roles, has an account
    ("赵主任", "", "市项目推进中心", Rank.STAFF, ("office",), True),
    ("孙主任", "", "市项目推进中心", Rank.STAFF, ("office",), True),
    ("周中心主任", "", "市项目推进中心", Rank.HEAD, ("leader",), True),
    ("县办吴", "", "闻喜县重点办", Rank.STAFF, ("office",), True),
    ("李科长", "", "市水务局", Rank.STAFF, ("contact",), True),
    ("钱局长", "", "市水务局", Rank.HEAD, ("leader",), True),
    ("冯副局长", "", "市水务局", Rank.DEPUTY_HEAD, ("leader",), True),
    ("站长", "", "市水务局供水站", Rank.STAFF, ("contact",), True),
    ("郑科长", "", "市住建局", Rank.STAFF, ("contact",), True),
    ("陈警官", "", "市公安局", Rank.STAFF, ("contact",), False),
    ("县水利何", "", "闻喜县水利局", Rank.STAFF, ("contact",), True),
    ("王联络员", "", "某路桥公司", Rank.STAFF, ("liaison",), True),
    ("李建国", "李市长", "", Rank.CITY_LEADER, ("leader",), True),
    ("小刘", "", "市项目推进中心", Rank.STAFF, ("secretary",), True),
)


class SmallCity:
    """One project of a county (1号, 国道342) and a liaison, two units, the office and a vice mayor."""

    def __init__(self, at: datetime) -> None:
        self.now = at
        self.rules = Rules(regime.load("yuncheng-2025"), holidays.load(None))
        self.tx = create_engine("sqlite://").connect()
        metadata.create_all(self.tx)
        self._ids = itertools.count(1)
        self._read = 0
        self.means: Callable[[str], tuple[Act, ...]] = lambda text: ()
        self._fill()

    @property
    def directory(self) -> Directory:
        return directory.read(self.tx, YEAR)

    def person(self, name: str) -> Person:
        return next(one for one in self.directory.people.values() if one.name == name)

    def do(self, name: str, act: Act, text: str = "") -> str:
        """The person says something that means this act; what he reads."""
        return self._answered(lambda turn: router.do(act, turn), name, text)

    def says(self, name: str, text: str) -> str:
        """A fixed phrase, or the answer to what he was asked; what he reads."""

        def spoken(turn: Turn) -> Reply:
            question = questions.open_for(self.tx, CHANNEL, name, "")
            reply = router.try_answer(question, turn) if question else None
            if reply is not None and question is not None:
                questions.close(self.tx, question.id, questions.ANSWERED, self.now)
                return reply
            return router.say(turn) or Reply("（没有人接这句话）")

        return self._answered(spoken, name, text)

    def stranger_says(self, name: str, text: str) -> str:
        """An account that the directory does not know writes."""
        return self._answered(meet_stranger, name, text)

    def told(self, name: str) -> list[str]:
        """What that person is about to be told (since `forget`)."""
        return [f"{row.line}\n{row.answer}".strip() for row in self._notices(name, "waiting")]

    def drafts(self, name: str) -> list[str]:
        """What waits for the office before it goes to that person."""
        return [row.line for row in self._notices(name, "draft")]

    def delivered(self) -> None:
        """All that waits was sent."""
        self.tx.execute(update(notice).where(notice.c.state == "waiting").values(state="merged"))
        self._read = max(self.tx.execute(select(notice.c.id)).scalars(), default=0)

    def ticket(self, number: int = 1) -> Ticket:
        found = tickets.one(self.tx, number)
        assert found is not None
        return found

    def limits(self, number: int = 1) -> dict[str, DeadlineRow]:
        """The running limits by kind."""
        rows = tickets.deadlines_of(self.tx, [self.ticket(number).id])[self.ticket(number).id]
        return {row.kind: row for row in rows if row.runs}

    def steps(self, number: int = 1) -> list[str]:
        return [step.kind for step in tickets.steps_of(self.tx, self.ticket(number).id)]

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    def _notices(self, name: str, state: str) -> list[tuple[str, str]]:
        rows = self.tx.execute(
            select(notice).where(
                notice.c.person_id == self.person(name).id, notice.c.state == state, notice.c.id > self._read
            )
        )
        return list(rows)  # type: ignore[arg-type]

    def _answered(self, handle: Callable[[Turn], Reply], name: str, text: str) -> str:
        everybody = self.directory
        writer = next((one for one in everybody.people.values() if one.name == name), None)
        unknown = Person(0, "", "", "", "", None, "", Rank.STAFF, (), None, {CHANNEL: name})
        inbox_id = next(self._ids)
        turn = Turn(
            self.tx,
            self.now,
            writer or unknown,
            writer or unknown,
            Chat(CHANNEL, name),
            text,
            inbox_id,
            self.rules,
            everybody,
            lambda turn, said: Understood(self.means(said)),
        )
        try:
            if writer is not None:
                sender, said = speaker(everybody, writer, text)
                turn = replace(turn, sender=sender, text=said)
            with self.tx.begin_nested():
                reply = handle(turn)
        except Refusal as refusal:
            return str(refusal)
        if reply.asks is not None:
            questions.ask(
                self.tx,
                kind=reply.asks.kind,
                channel=CHANNEL,
                account=name,
                group="",
                data=reply.asks.data,
                at=self.now,
                lapses_at=self.now + timedelta(days=1),
                inbox_id=inbox_id,
            )
        return reply.text

    def _fill(self) -> None:
        tx = self.tx
        tx.execute(insert(area).values(id=1, name="闻喜县", position=1))
        names: dict[str, int] = {}
        for number, (name, level, county, above) in enumerate(_UNITS, 1):
            names[name] = number
            tx.execute(
                insert(unit).values(
                    id=number,
                    name=name,
                    level=level,
                    area_id=1 if county else None,
                    above_id=names.get(above or ""),
                )
            )
        for number, (name, address, unit_name, rank, roles, reachable) in enumerate(_PEOPLE, 1):
            tx.execute(
                insert(person).values(
                    id=number, name=name, address=address, unit_id=names.get(unit_name), rank=int(rank)
                )
            )
            for place, role in enumerate(roles):
                tx.execute(insert(person_role).values(person_id=number, role=role, position=place))
            if reachable:
                tx.execute(insert(account).values(channel=CHANNEL, account=name, person_id=number))
        tx.execute(
            insert(project).values(
                id=1,
                name="国道342闻喜改线工程",
                nicknames=["国道342改线"],
                owners=["某路桥公司"],
                area_id=1,
                build_kind="new",
                field="infrastructure",
                tier="city",
            )
        )
        tx.execute(
            insert(ledger_entry).values(
                project_id=1,
                year=YEAR,
                number=1,
                group_name="闻喜县",
                total_investment=10**9,
                annual_plan=10**8,
                plan_at_start=10**8,
            )
        )
        ids = {name: number for number, (name, *_) in enumerate(_PEOPLE, 1)}
        tx.execute(
            insert(responsibility).values(
                project_id=1, person_id=ids["王联络员"], duty=directory.LIAISON, main=True
            )
        )
        tx.execute(update(person).where(person.c.id == ids["李建国"]).values(secretary_id=ids["小刘"]))


def monday_nine() -> datetime:
    """15 September 2025, 09:00."""
    return datetime(2025, 9, 15, 9, tzinfo=CITY)
