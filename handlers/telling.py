"""How a handler tells others: notices in the same transaction, held outside the regime's hours."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.calendar import day_of
from bot.channel import Button
from bot.mechanism import hours
from bot.mechanism.hours import Urgency
from bot.people import Rank
from bot.routing import Turn
from storage import outbox
from storage.directory import Directory, Person, Project, Unit
from storage.tickets import StepNote, Ticket


def note(
    turn: Turn, words: str = "", *, way: str = "chat", data: Mapping[str, object] | None = None
) -> StepNote:
    """The dated note of a step that the sender takes, in his words."""
    return StepNote(
        turn.now,
        turn.writer.id or None,
        words or turn.text,
        turn.on_behalf,
        way,
        turn.inbox_id,
        data or {},
    )


def tell(
    turn: Turn,
    readers: Iterable[Person],
    kind: str,
    line: str,
    *,
    ticket: Ticket | None = None,
    project: Project | None = None,
    unit: Unit | None = None,
    urgency: Urgency = Urgency.EVENT,
    answer: str = "",
    why: str = "",
    buttons: tuple[Button, ...] = (),
    while_states: tuple[str, ...] = (),
) -> list[Person]:
    """Tell each reader a fact about this message, once; not the writer himself. Who is told.

    What one message says of several tickets, projects or units are several facts: name what it is about.
    """
    subject = "-".join(str(one.id) if one else "0" for one in (ticket, project, unit))
    told = [
        reader
        for reader in {one.id: one for one in readers}.values()
        if reader.id not in (turn.writer.id, turn.sender.id)
    ]
    notices = [
        outbox.Notice(
            key=f"{kind}:{turn.inbox_id}:{subject}:{reader.id}",
            kind=kind,
            urgency=urgency,
            person_id=reader.id,
            ticket_id=ticket.id if ticket else None,
            project_id=project.id if project else None,
            line=line,
            answer=answer,
            why=why,
            buttons=buttons,
            while_states=while_states,
            inbox_id=turn.inbox_id,
            not_before=hours.allowed(
                turn.rules.regime,
                turn.rules.calendar,
                turn.now,
                urgency,
                leader=reader.rank >= Rank.COUNTY_LEADER,
            ),
        )
        for reader in told
    ]
    outbox.add_all(turn.tx, notices, turn.now)
    return told


def submit(
    turn: Turn,
    leader: Person,
    line: str,
    kind: str,
    *,
    ticket: Ticket | None = None,
    project: Project | None = None,
    office: Iterable[Person],
) -> None:
    """What only the office may send: a draft to a county's or the city's leader; the office hears that it waits."""
    regime = turn.rules.regime
    release_at = hours.plus_working_hours(regime, turn.rules.calendar, turn.now, regime.release_after)
    outbox.add(
        turn.tx,
        outbox.Notice(
            key=f"{kind}:{turn.inbox_id}:{ticket.id if ticket else 0}:{leader.id}",
            kind="draft",
            urgency="event",
            person_id=leader.id,
            ticket_id=ticket.id if ticket else None,
            project_id=ticket.project_id if ticket else project.id if project else None,
            line=line,
            inbox_id=turn.inbox_id,
            draft=True,
            release_at=release_at,
        ),
        turn.now,
    )
    tell(
        turn,
        office,
        "draft-waits",
        f"拟呈{leader.called}：{line}",
        ticket=ticket,
        project=project,
        answer="看草稿请回“待发呈报”。",
        why="给领导的呈报要先经重点办",
    )


def reached(directory: Directory, unit: Unit, now: datetime) -> list[Person]:
    """The unit's contacts whom a notice can reach: by an account of their own, of a substitute or a secretary."""
    today = day_of(now)
    return [one for one in directory.contacts(unit.id) if directory.reached_by(one, today).accounts]


def reporters(turn: Turn, ticket: Ticket) -> list[Person]:
    """Who reported the ticket, unless he has left, and the project's liaisons."""
    ids = (ticket.reporter_id, *turn.directory.projects[ticket.project_id].liaisons)
    people = turn.directory.people
    return [people[one] for one in ids if one in people and not people[one].has_left]
