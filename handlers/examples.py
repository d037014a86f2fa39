"""What somebody could have written instead of what could not be read: of his own project, his own ticket.

Days that an example names are ahead of the day on which it is read.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.calendar import add_months
from bot.people import Role
from bot.routing import Turn
from bot.wording import day
from storage import reports, tickets
from storage.directory import Project

_SOME_TICKET, _SOME_PROJECT = 17, "342改线"  # where he has none
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Own:
    """What examples for somebody speak of."""

    project: str
    ticket: int
    area: str
    by: str  # a day by which something could be wanted: 月底
    soon: str
    later: str


def own_of(turn: Turn) -> Own:
    """His own project and ticket, and days that lie ahead."""
    project = _project(turn)
    titles = tickets.titles(turn.tx, turn.directory, turn.sender)
    today = turn.today
    areas = [one.name for one in turn.directory.areas]
    return Own(
        project.short if project else _SOME_PROJECT,
        max((title.number for title in titles), default=_SOME_TICKET),
        project.area if project and project.area else next(iter(areas), "闻喜县"),
        _by(today),
        day(today + timedelta(days=5), today),
        day(today + timedelta(days=9), today),
    )


def example_for(turn: Turn) -> str:
    """Two or three messages, each in quotes, that this person could send."""
    own = own_of(turn)
    name, number = own.project, own.ticket
    match turn.sender.role:
        case Role.LIAISON:
            return f"“{name}本月完成1800万元，今年累计2.1亿元”，或“{name}卡在供水管迁改，请市水务局{own.by}前解决”"
        case Role.CONTACT:
            return f"“{number}号周工负责，{own.soon}前迁完”“{number}号已迁完，申请销号”“{number}号申请延期到{own.later}，原因…”"
        case Role.OFFICE:
            return f"“{number}号交办市水务局，{own.soon}前办结”“{number}号同意销号”“哪些超期了”"
        case Role.LEADER:
            return f"“{number}号办到哪一步了”“哪些超期了”“{name}请市水务局{friday(turn.today)}前解决”"


def friday(today: date) -> str:
    """本周五, from Friday on the next."""
    return "本周五" if today.weekday() < _FRIDAY else "下周五"


def _by(today: date) -> str:
    """月底 where that is a week away or more, else a day of the next week."""
    month_ends = add_months(today.replace(day=1), 1) - timedelta(days=1)
    return "月底" if (month_ends - today).days >= 7 else day(today + timedelta(days=7), today)


def _project(turn: Turn) -> Project | None:
    """The one of his projects of which he reported last, else the first; a leader's, the one he looks after.

    Who has none of his own: the first that he may see.
    """
    directory, who = turn.directory, turn.sender
    own = [p for p in map(directory.project_numbered, directory.reports_on(who)) if p is not None]
    lately = reports.projects_lately_by(turn.tx, turn.writer.id, most=1)
    own = own or [one for one in directory.ledger if who.id in one.city_sponsors + one.county_sponsors]
    if not own:
        scope = directory.scope_of(who)
        own = [one for one in directory.ledger if scope.everything or one.id in scope.project_ids]
    return next((one for one in own if one.id in lately), next(iter(own), None))
