"""What somebody could have written instead of what could not be read: of his own project, his own ticket."""

from bot.people import Role
from bot.routing import Turn
from storage import reports, tickets
from storage.directory import Project

_SOME_TICKET, _SOME_PROJECT = 17, "342改线"  # where he has none


def example_for(turn: Turn) -> str:
    """Two or three messages, each in quotes, that this person could send."""
    project = _project(turn)
    name = project.short if project else _SOME_PROJECT
    titles = tickets.titles(turn.tx, turn.directory, turn.sender)
    number = max((title.number for title in titles), default=_SOME_TICKET)
    match turn.sender.role:
        case Role.LIAISON:
            return f"“{name}本月完成1800万元，今年累计2.1亿元”，或“{name}卡在供水管迁改，请市水务局9月30日前解决”"
        case Role.CONTACT:
            return f"“{number}号周工负责，22日前迁完”“{number}号已迁完，申请销号”“{number}号申请延期到26日，原因…”"
        case Role.OFFICE:
            return f"“{number}号交办市水务局，22日前办结”“{number}号同意销号”“哪些超期了”"
        case Role.LEADER:
            return f"“{number}号办到哪一步了”“哪些超期了”“{name}请市水务局本周五前解决”"


def _project(turn: Turn) -> Project | None:
    """The one of his projects of which he reported last, else the first; a leader's, the one he looks after."""
    directory, who = turn.directory, turn.sender
    own = [p for p in map(directory.project_numbered, directory.reports_on(who)) if p is not None]
    lately = reports.projects_lately_by(turn.tx, turn.writer.id, most=1)
    own = own or [one for one in directory.ledger if who.id in one.city_sponsors + one.county_sponsors]
    return next((one for one in own if one.id in lately), next(iter(own), None))
