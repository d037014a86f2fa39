"""A made-up course of events: who writes what, and who is late or silent, so that every ladder is walked.

The ledger was read in two weeks before the start (fill.py). Reproducible: the same seed, ledger and days give the
same messages. What happens (shares of all):

    projects   55 % report each week, 20 % each month, 10 % for a month and then no more, 15 % never
    blockers   every second project has one in ninety days, of the kinds of _TROUBLES
    tickets    40 % prompt: dispatched within hours, arranged at once, fed back, done on the 5th day
               20 % late: dispatched after two days, fed back on the 5th, done on the 12th
               15 % a bare 收到, then done on the 20th day
               15 % silence for good: all rungs up to the inspectorate
               10 % left unverified for four days, then as the prompt ones
    strike-off the liaison confirms on the next working day; of every fifth only the office's reminder moves him

Drafts for city leaders are left untouched: they go when the regime says so.
"""

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.calendar import Calendar, at, day_of

_REPORTING = (("weekly", 0.55), ("monthly", 0.20), ("fading", 0.10), ("silent", 0.15))
_TEMPERS = (("prompt", 0.40), ("late", 0.20), ("receipt", 0.15), ("never", 0.15), ("unverified", 0.10))
_BLOCKERS_IN_90_DAYS = 0.5
_TROUBLES = (
    ("卡在供水管线迁改，请{unit}协调解决", "市水务局"),
    ("卡在用地手续，请{unit}抓紧办理", "市规划和自然资源局"),
    ("有村民阻工，施工停了，请{unit}到现场处理", "市公安局"),
    ("环评批复还没有下来，请{unit}协调", "市生态环境局"),
    ("施工许可证办不下来，请{unit}协调", "市审批服务管理局"),
    ("专项资金没有拨付到位，请{unit}解决", "市财政局"),
)
_SLOTS = tuple(time(hour, minute) for hour in (9, 10, 11, 14, 15, 16) for minute in (0, 30))


@dataclass(frozen=True, slots=True)
class Actor:
    """A project with the account that reports on it."""

    number: int
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class Units:
    """Accounts of contacts by the unit's name, and of the office."""

    contacts: dict[str, str]
    office: str


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody writes something; `then` is given the ticket that it made, and says what follows."""

    at: datetime
    account: str
    text: str
    then: "Callable[[int], Sequence[Event]] | None" = None


@dataclass
class Course:
    """The events of so many days, in order; what follows from a ticket is put in when it is known."""

    projects: Sequence[Actor]
    units: Units
    calendar: Calendar
    start: datetime
    days: int
    seed: int
    _waiting: list[tuple[datetime, int, Event]] = field(default_factory=list)
    _count: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._end = self.start + timedelta(days=self.days)
        for project in self.projects:
            self.put(self._reports(project))
            self.put(self._blockers(project))

    def put(self, events: "Sequence[Event] | Iterator[Event]") -> None:
        """More will happen."""
        for event in events:
            if self.start < event.at < self._end:
                self._count += 1
                heapq.heappush(self._waiting, (event.at, self._count, event))

    def next_events(self) -> list[Event]:
        """All that happens at the next moment; empty when nothing does any more."""
        found: list[Event] = []
        while self._waiting and (not found or self._waiting[0][0] == found[0].at):
            found.append(heapq.heappop(self._waiting)[2])
        return found

    def _reports(self, project: Actor) -> Iterator[Event]:
        how = self._drawn(_REPORTING)
        every = {"weekly": 7, "monthly": 30, "fading": 7, "silent": 0}[how]
        day = day_of(self.start) + timedelta(days=self._random.randrange(1, max(every, 2)))
        wan = self._random.randrange(200, 1500, 100)
        while every and day < day_of(self._end):
            if how == "fading" and day > day_of(self.start) + timedelta(days=30):
                return
            moment = self._slot(day)
            month = day_of(moment).month
            yield Event(moment, project.account, f"{project.name}{month}月完成投资{wan}万元")
            wan += self._random.randrange(0, 300, 50)
            day += timedelta(days=every)

    def _blockers(self, project: Actor) -> Iterator[Event]:
        if self._random.random() >= _BLOCKERS_IN_90_DAYS * self.days / 90:
            return
        troubles = [one for one in _TROUBLES if one[1] in self.units.contacts]
        if not troubles:
            unit = next(iter(self.units.contacts), "")
            troubles = [("卡在手续办理，请{unit}协调解决", unit)] if unit else []
        if not troubles:
            return
        words, unit = self._random.choice(troubles)
        temper = self._drawn(_TEMPERS)
        sleepy = self._random.random() < 0.2
        moment = self._slot(
            day_of(self.start) + timedelta(days=self._random.randrange(1, max(self.days - 5, 2)))
        )
        yield Event(
            moment,
            project.account,
            f"{project.name}{words.format(unit=unit)}",
            lambda number: self._handled(number, unit, temper, project, moment, sleepy),
        )

    def _handled(
        self, number: int, unit: str, temper: str, project: Actor, reported: datetime, sleepy: bool
    ) -> list[Event]:
        """What the office and the unit write about a ticket."""
        contact, office = self.units.contacts[unit], self.units.office
        waits = {"unverified": 4, "late": 2}.get(temper, 0)
        given = self._slot(day_of(reported) + timedelta(days=waits), after=reported)
        events = [Event(given, office, f"{number}号交办{unit}")]

        def later(days: int, account: str, words: str) -> datetime:
            moment = self._slot(day_of(given) + timedelta(days=days), after=given)
            events.append(Event(moment, account, f"{number}号{words}"))
            return moment

        done = {"prompt": 5, "unverified": 5, "late": 12, "receipt": 20}.get(temper)
        if temper in ("prompt", "unverified"):
            later(0, contact, "王工负责，5天内办结")
            later(2, contact, "已到现场，正在办理")
        elif temper == "late":
            later(5, contact, "已到现场，正在办理")
        elif temper == "receipt":
            later(0, contact, "收到")
        if done is not None:
            solved = later(done, contact, "已解决，申请销号")
            confirmed = self._slot(day_of(solved) + timedelta(days=6 if sleepy else 1), after=solved)
            events.append(Event(confirmed, project.account, f"{number}号同意销号"))
        return events

    def _drawn(self, shares: Sequence[tuple[str, float]]) -> str:
        return self._random.choices([name for name, _ in shares], [share for _, share in shares])[0]

    def _slot(self, day: date, after: datetime | None = None) -> datetime:
        """A moment of that day's hours, or of the next worked one's; strictly after that moment."""
        day = self.calendar.next_workday(day)
        slots = [at(day, slot) for slot in _SLOTS]
        left = [slot for slot in slots if after is None or slot > after]
        if not left:
            day = self.calendar.next_workday(day + timedelta(days=1))
            left = [at(day, slot) for slot in _SLOTS]
        return left[self._random.randrange(min(len(left), 4) if after is not None else len(left))]
