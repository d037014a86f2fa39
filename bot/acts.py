"""What a message can mean: the acts that understanding yields and handlers carry out.

Frozen values without behaviour. Their JSON form (`dump`, `load`) is the contract of language
understanding: the act's name under `act`, then its fields; what was not said is left out.
Dates are days of the city (Asia/Shanghai); money is 万元.
"""

from __future__ import annotations  # the field `date` would else hide the type in its own annotation

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self


class Scope(StrEnum):
    """The span of time that a sum invested belongs to."""

    DAY = "day"
    WEEK = "week"
    TENDAY = "tenday"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"  # this year so far
    TOTAL = "total"  # since the start of building


class Status(StrEnum):
    """Where a project stands, as a progress report words it."""

    STARTED = "started"
    RESUMED = "resumed"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    IN_PRODUCTION = "in_production"
    AT_CAPACITY = "at_capacity"
    REGISTERED = "registered"


class Category(StrEnum):
    """The class of a blocker (N4 (十一), refined)."""

    APPROVAL = "approval"
    PLANNING = "planning"
    LAND = "land"
    ENVIRONMENT = "environment"
    ENERGY = "energy"
    DEMOLITION = "demolition"
    OBSTRUCTION = "obstruction"
    FUNDING = "funding"
    UTILITIES = "utilities"
    WORKFORCE = "workforce"
    SUPPLY = "supply"
    ACCEPTANCE = "acceptance"
    STATISTICS = "statistics"
    OTHER = "other"


class Level(StrEnum):
    """At which level of government a blocker must be solved."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


class Severity(StrEnum):
    """一般性问题 (7 days) or 重大复杂问题 (a month)."""

    ORDINARY = "ordinary"
    COMPLEX = "complex"


class About(StrEnum):
    """What a query asks for."""

    PROJECT = "project"
    TICKET = "ticket"
    MY_PROJECTS = "my_projects"
    MY_TICKETS = "my_tickets"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    RANKING = "ranking"
    SUMMARY = "summary"
    BULLETIN = "bulletin"
    HELP = "help"


class Period(StrEnum):
    """The span of time that a query asks for."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    LAST_WEEK = "last_week"
    LAST_MONTH = "last_month"


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in 万元 and the span it belongs to; no scope where none was said."""

    wan: float
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A dated step of a plan."""

    date: date
    text: str


class Act:
    """Base of all acts; `name` is the word of the contract."""

    __slots__ = ()
    name: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Progress(Act):
    """进展: what a liaison reports of a project."""

    name: ClassVar[str] = "progress"
    project: int | None = None
    invested: tuple[Money, ...] = ()
    percent: float | None = None
    status: Status | None = None
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Blocker(Act):
    """堵点: what stands in a project's way; `units` are those asked to act."""

    name: ClassVar[str] = "blocker"
    category: Category = Category.OTHER
    project: int | None = None
    units: tuple[str, ...] = ()
    level: Level | None = None
    wanted_by: date | None = None


@dataclass(frozen=True, slots=True)
class Acknowledge(Act):
    """接单: received; with `assignee` or `planned` it is an arrangement."""

    name: ClassVar[str] = "acknowledge"
    ticket: int | None = None
    assignee: str | None = None
    planned: date | None = None


@dataclass(frozen=True, slots=True)
class Feedback(Act):
    """反馈: how far handling has got; no end is claimed."""

    name: ClassVar[str] = "feedback"
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Resolve(Act):
    """申请销号: solved, says the unit (or the reporter)."""

    name: ClassVar[str] = "resolve"
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Extend(Act):
    """申请延期."""

    name: ClassVar[str] = "extend"
    ticket: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Return(Act):
    """退回: not ours; `unit` is whose job it is instead."""

    name: ClassVar[str] = "return"
    ticket: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Approve(Act):
    """同意: what the ticket waits for (entry, strike-off, extension, return) is granted."""

    name: ClassVar[str] = "approve"
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Reject(Act):
    """不同意, 退回重办."""

    name: ClassVar[str] = "reject"
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Dispatch(Act):
    """交办 to a unit; `due` is the office's own limit."""

    name: ClassVar[str] = "dispatch"
    ticket: int | None = None
    unit: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Supervise(Act):
    """挂牌督办 is asked for."""

    name: ClassVar[str] = "supervise"
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Instruct(Act):
    """批示: a leader's words; the text itself is kept whole with the message."""

    name: ClassVar[str] = "instruct"
    ticket: int | None = None
    project: int | None = None
    unit: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Urge(Act):
    """催办 of a ticket, else a project, else a unit."""

    name: ClassVar[str] = "urge"
    ticket: int | None = None
    project: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Query(Act):
    """查询."""

    name: ClassVar[str] = "query"
    about: About = About.HELP
    project: int | None = None
    ticket: int | None = None
    area: str | None = None
    unit: str | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Correct(Act):
    """更正: the right figures for what the sender last reported."""

    name: ClassVar[str] = "correct"
    project: int | None = None
    invested: tuple[Money, ...] = ()
    percent: float | None = None
    status: Status | None = None
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Undo(Act):
    """撤销: take back what the sender last reported."""

    name: ClassVar[str] = "undo"


@dataclass(frozen=True, slots=True)
class Bind(Act):
    """Who I am."""

    name: ClassVar[str] = "bind"
    person: str | None = None  # `name` in the contract
    unit: str | None = None
    project: int | None = None


@dataclass(frozen=True, slots=True)
class Grade(Act):
    """一般 or 重大复杂: the office's grading of a problem."""

    name: ClassVar[str] = "grade"
    ticket: int | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Plan(Act):
    """书面方案: dated nodes for what a month could not solve."""

    name: ClassVar[str] = "plan"
    ticket: int | None = None
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause(Act):
    """中止 until a day."""

    name: ClassVar[str] = "pause"
    ticket: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Reopen(Act):
    """重新打开 what was struck off."""

    name: ClassVar[str] = "reopen"
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What the message left open, with the numbers that fit (ascending, perhaps none)."""

    about: Literal["project", "ticket"]
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """The whole answer of understanding to one message."""

    acts: tuple[Act, ...] = ()
    ask: Ask | None = None

    def as_json(self) -> dict[str, Any]:
        """`{"acts": [...], "ask": ...}` of the contract."""
        ask = None
        if self.ask is not None:
            ask = {"about": self.ask.about, "candidates": list(self.ask.candidates)}
        return {"acts": [dump(act) for act in self.acts], "ask": ask}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`."""
        ask = data.get("ask")
        return cls(
            tuple(load(act) for act in data["acts"]),
            Ask(ask["about"], tuple(ask["candidates"])) if ask else None,
        )


ACTS: Mapping[str, type[Act]] = MappingProxyType({cls.name: cls for cls in Act.__subclasses__()})

_ENUMS: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "category": Category,
        "level": Level,
        "status": Status,
        "severity": Severity,
        "about": About,
        "period": Period,
    }
)
_DATES = frozenset({"date", "wanted_by", "planned", "until", "due"})


def dump(act: Act) -> dict[str, Any]:
    """The act as the contract's JSON object; what was not said is left out."""
    out: dict[str, Any] = {"act": act.name}
    for field in fields(act):  # type: ignore[arg-type]  # every act is a dataclass
        value = getattr(act, field.name)
        if value is None or value == ():
            continue
        if field.name == "invested":
            value = [
                {"wan": item.wan} if item.scope is None else {"scope": str(item.scope), "wan": item.wan}
                for item in value
            ]
        elif field.name == "nodes":
            value = [{"date": node.date.isoformat(), "text": node.text} for node in value]
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, StrEnum):
            value = str(value)
        elif isinstance(value, tuple):
            value = list(value)
        out["name" if field.name == "person" else field.name] = value
    return out


def load(data: Mapping[str, Any]) -> Act:
    """The act of a contract's JSON object. KeyError for an unknown act, TypeError for an unknown field."""
    cls = ACTS[data["act"]]
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key == "act":
            continue
        if key in _DATES:
            value = date.fromisoformat(value)
        elif key in _ENUMS:
            value = _ENUMS[key](value)
        elif key == "invested":
            value = tuple(
                Money(item["wan"], Scope(item["scope"]) if "scope" in item else None) for item in value
            )
        elif key == "nodes":
            value = tuple(Node(date.fromisoformat(node["date"]), node["text"]) for node in value)
        elif key == "units":
            value = tuple(value)
        values["person" if key == "name" else key] = value
    return cls(**values)
