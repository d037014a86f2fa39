"""岗位交接: a post goes from one to another; what is open goes along, history keeps the old name. Row R3."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from bot.people import Role
from storage import binding, directory, duties, outbox, rounds
from storage.database import Tx
from storage.directory import (
    CITY_SPONSOR,
    COUNTY_SPONSOR,
    FIELD_LEADER,
    LIAISON,
    SECRETARY,
    Directory,
    Person,
)
from storage.tables import account, handover, notice, person, person_role, question, substitute
from storage.tickets import StepNote

SPONSOR = "sponsor"
_SPONSORS = (COUNTY_SPONSOR, CITY_SPONSOR, FIELD_LEADER)
_OPEN = (outbox.WAITING, outbox.DRAFT, outbox.HELD)


@dataclass(frozen=True, slots=True)
class Moved:
    """What went along: projects by id, how many messages that wait, questions that wait, rounds, leaders."""

    projects: tuple[int, ...] = ()
    notices: int = 0
    questions: int = 0
    rounds: int = 0
    leaders: int = 0


def held_by(who: Person, city: Directory) -> list[str]:
    """The posts that somebody holds."""
    posts: list[str] = [
        role for role in who.roles if role in (Role.LIAISON, Role.CONTACT, Role.OFFICE, SECRETARY)
    ]
    is_sponsor = any(
        who.id in one.city_sponsors + one.county_sponsors + one.others.get(FIELD_LEADER, ())
        for one in city.ledger
    )
    return posts + ([SPONSOR] if is_sponsor else [])


def hand_over(tx: Tx, old: Person, new_id: int, post: str, note: StepNote, *, leaves: bool) -> Moved:
    """The post is the other's from now on."""
    projects: list[int] = []
    leaders = 0
    if post == LIAISON:
        projects = duties.hand_on(tx, old.id, new_id, LIAISON, note)
    elif post == SPONSOR:
        for duty in _SPONSORS:
            projects += duties.hand_on(tx, old.id, new_id, duty, note)
    elif post == SECRETARY:
        changed = tx.execute(
            update(person).where(person.c.secretary_id == old.id).values(secretary_id=new_id)
        )
        leaders = changed.rowcount
    if post != SPONSOR:
        binding.give_role(tx, new_id, post)
        tx.execute(delete(person_role).where(person_role.c.person_id == old.id, person_role.c.role == post))
    only_of = projects if post in (LIAISON, SPONSOR) and not leaves else None
    moved = Moved(
        tuple(dict.fromkeys(projects)),
        _notices(tx, old.id, new_id, only_of),
        _questions(tx, old.id, new_id),
        rounds.hand_on(tx, old.id, new_id),
        leaders,
    )
    tx.execute(update(substitute).where(substitute.c.by_id == old.id).values(by_id=new_id))
    tx.execute(delete(substitute).where(substitute.c.by_id == substitute.c.person_id))
    tx.execute(
        insert(handover).values(
            post=post,
            from_id=old.id,
            to_id=new_id,
            at=note.at,
            by_id=note.by,
            on_behalf=note.on_behalf,
            words=note.words,
            moved={
                "projects": list(moved.projects),
                "notices": moved.notices,
                "questions": moved.questions,
                "rounds": moved.rounds,
            },
            inbox_id=note.inbox_id,
        )
    )
    directory.touched(tx)
    return moved


def leave(tx: Tx, who: Person) -> None:
    """He has left: he has no post, no unit and no rank any more; what he did stays under his name and unit."""
    tx.execute(delete(person_role).where(person_role.c.person_id == who.id))
    tx.execute(
        update(person)
        .where(person.c.id == who.id)
        .values(unit_id=None, unit_words=who.unit, rank=0, secretary_id=None)
    )
    directory.touched(tx)


def join(tx: Tx, person_id: int, unit_id: int | None) -> None:
    """He belongs to that unit from now on."""
    tx.execute(update(person).where(person.c.id == person_id).values(unit_id=unit_id))
    directory.touched(tx)


def _notices(tx: Tx, from_id: int, to_id: int, project_ids: Collection[int] | None) -> int:
    """What waits to be told the one is told the other (about these projects alone, if given)."""
    mine = [notice.c.person_id == from_id, notice.c.state.in_(_OPEN)]
    if project_ids is not None:
        mine.append(notice.c.project_id.in_(project_ids))
    return tx.execute(update(notice).where(*mine).values(person_id=to_id)).rowcount


def _questions(tx: Tx, from_id: int, to_id: int) -> int:
    """What the one was asked in private and has not answered the other is asked, on the channel that both have."""
    old = {r.channel: r.account for r in tx.execute(select(account).where(account.c.person_id == from_id))}
    new = {r.channel: r.account for r in tx.execute(select(account).where(account.c.person_id == to_id))}
    count = 0
    for channel, name in old.items():
        if channel not in new:
            continue
        waits = (question.c.channel == channel, question.c.group_key == "", question.c.closed_at.is_(None))
        has_one = tx.execute(select(question.c.id).where(*waits, question.c.account == new[channel])).first()
        if has_one is None:
            count += tx.execute(
                update(question).where(*waits, question.c.account == name).values(account=new[channel])
            ).rowcount
    return count
