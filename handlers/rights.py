"""Who may do what: relations to the project and the ticket, not names of roles (docs/permissions.md).

Each `must_…` returns what the handler goes on with, or raises Refusal with what to do instead.
"""

from bot.mechanism.states import State
from bot.people import Rank, Role
from bot.routing import Refusal, Turn
from storage import tickets
from storage.directory import Directory, Person, Project
from storage.tickets import Ticket


def must_know_project(turn: Turn, number: int | None) -> Project:
    """The project with that ledger number."""
    project = None if number is None else turn.directory.project_numbered(number)
    if project is None and number is not None and (left := turn.directory.left_ledger(number)) is not None:
        raise Refusal(f"{left.short}已退出今年的台账，不再报进展、问题；要重新列入请联系市重点办。")
    if project is None:
        raise Refusal("台账里没有这个项目。请写项目名称，或问“我的项目”。")
    return project


def reports_on(directory: Directory, who: Person, project: Project) -> bool:
    """A liaison of the project, or its area's office, which may report for any of its projects."""
    return who.id in project.liaisons or is_office_for(directory, who, project)


def must_report_on(turn: Turn, number: int | None) -> Project:
    """The project, if the sender reports on it."""
    project = must_know_project(turn, number)
    if not reports_on(turn.directory, turn.sender, project):
        liaison = next((turn.directory.people[one] for one in project.liaisons), None)
        who = f"由联络员{liaison.called}报送" if liaison else "还没有联络员"
        raise Refusal(f"{project.short}{who}。您如接手这个项目，请先联系重点办办理交接。")
    return project


def is_office_for(directory: Directory, who: Person, project: Project) -> bool:
    """The city's office for every project, a county's for those of its county."""
    if not who.has(Role.OFFICE) or who.unit_id is None:
        return False
    area_id = directory.area_of(who)
    return area_id is None or area_id == project.area_id


def is_city_office(directory: Directory, who: Person) -> bool:
    """Staff of the city's office."""
    return who.has(Role.OFFICE) and who.unit_id is not None and directory.area_of(who) is None


def heads_office(directory: Directory, who: Person, project: Project) -> bool:
    """The head or deputy head of the unit where that office sits: he decides what the office decides."""
    if not Rank.DEPUTY_HEAD <= who.rank <= Rank.HEAD or who.unit_id is None:
        return False
    return any(is_office_for(directory, one, project) for one in directory.in_unit(who.unit_id, Role.OFFICE))


def heads_city_office(directory: Directory, who: Person) -> bool:
    """The head or deputy head of the unit where the city's office sits."""
    if not Rank.DEPUTY_HEAD <= who.rank <= Rank.HEAD or who.unit_id is None:
        return False
    return any(is_city_office(directory, one) for one in directory.in_unit(who.unit_id, Role.OFFICE))


def is_leader(who: Person) -> bool:
    """A county's or the city's leader: his word goes through the office."""
    return who.rank >= Rank.COUNTY_LEADER


def office_of(turn: Turn, ticket: Ticket) -> list[Person]:
    """The people of the office that carries the ticket."""
    project = turn.directory.projects[ticket.project_id]
    return turn.directory.office_of(project, ticket.level, ticket.unit_ids, ticket.asked_units)


def sees_project(directory: Directory, who: Person, project: Project) -> bool:
    """Whether the project lies in what he may see, whole and not only some of its tickets."""
    scope = directory.scope_of(who)
    return scope.everything or project.id in scope.project_ids


def sees_ticket(directory: Directory, who: Person, ticket: Ticket) -> bool:
    """Whether the ticket lies in what he may see; his own report always does."""
    scope = directory.scope_of(who)
    return (
        scope.everything
        or ticket.project_id in scope.project_ids
        or bool(scope.unit_ids & set(ticket.unit_ids))
        or (ticket.reporter_id == who.id and not who.has_left)
    )


def may_see(turn: Turn, ticket: Ticket) -> bool:
    """Whether the ticket lies in what the sender may see."""
    return sees_ticket(turn.directory, turn.sender, ticket)


def must_see_ticket(turn: Turn, number: int | None) -> Ticket:
    """The ticket with that number. What he may not see is answered like what isn't there."""
    if number is None:
        raise Refusal("请写明是几号问题，如“17号”。")
    ticket = tickets.one(turn.tx, number)
    if ticket is None or not may_see(turn, ticket):
        raise Refusal(f"没有查到您可以办理的{number}号问题。编号可问“我的问题”。")
    return ticket


def decides(turn: Turn, ticket: Ticket) -> bool:
    """Whether the sender is of the office that answers for the ticket's project, or heads it."""
    project = turn.directory.projects[ticket.project_id]
    return is_office_for(turn.directory, turn.sender, project) or heads_office(
        turn.directory, turn.sender, project
    )


def must_be_office(turn: Turn, number: int | None) -> Ticket:
    """The ticket, if the sender is of the office that answers for its project."""
    ticket = must_see_ticket(turn, number)
    if not decides(turn, ticket):
        raise Refusal(f"{number}号的这一步由重点办办理。有意见请直接写给我，我转告重点办。")
    return ticket


def must_set_limits(turn: Turn, number: int | None) -> Ticket:
    """The ticket, if the sender's office may take it from its unit, limit or list it: who may dispatch to it.

    Own reading of N4 (十一): a county's office for its county's units, and for what no unit has yet.
    """
    ticket = must_be_office(turn, number)
    lead = turn.directory.units.get(ticket.lead_id or 0)
    of_county = turn.directory.area_of(turn.sender)
    if lead is not None and of_county is not None and lead.area_id != of_county:
        raise Refusal(
            f"{ticket.number}号由{lead.name}承办，改交、时限和挂牌由市重点办定。请把意见告诉市重点办。"
        )
    return ticket


def acts_for_unit(turn: Turn, ticket: Ticket) -> int | None:
    """The ticket's unit for which the sender acts: as its contact, deputy head or head; None if for none."""
    who = turn.sender
    if not (who.has(Role.CONTACT) or Rank.DEPUTY_HEAD <= who.rank <= Rank.HEAD):
        return None
    for unit_id in ticket.unit_ids:
        if who.unit_id is not None and who.unit_id in turn.directory.units_above(unit_id):
            return unit_id
    return None


def must_handle(turn: Turn, number: int | None) -> tuple[Ticket, int]:
    """The ticket and the unit for which the sender handles it. It must be dispatched and open."""
    ticket = must_see_ticket(turn, number)
    unit_id = acts_for_unit(turn, ticket)
    if unit_id is None:
        lead = turn.directory.units.get(ticket.lead_id or 0)
        whom = f"由{lead.name}承办" if lead else "还没有交办"
        raise Refusal(f"{ticket.number}号{whom}，这一步由承办单位来报。")
    must_be_in(ticket, State.DISPATCHED, State.IN_PROGRESS, State.RESOLVED)
    return ticket, unit_id


def must_be_in(ticket: Ticket, *states: State) -> None:
    """Refuse what does not fit the ticket's state, and say where it stands."""
    if ticket.state not in states:
        raise Refusal(
            f"{ticket.number}号现在是“{ticket.state.words}”，不能这样办。{_NEXT.get(ticket.state, '')}"
        )


_NEXT = {
    State.REPORTED: "先由重点办核实交办。",
    State.ENTERED: "先由重点办交办给承办单位。",
    State.RESOLVED: "正等报告人或重点办确认销号。",
    State.STRUCK_OFF: "如又出现问题，可写“重新打开”加原因。",
}


def may_see_all_of_an_area(turn: Turn) -> bool:
    """An office, a leader of the city or of a county: those who see a whole city or county."""
    return turn.sender.has(Role.OFFICE) or turn.sender.rank >= Rank.COUNTY_LEADER
