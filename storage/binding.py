"""Who an account belongs to: what people say of themselves, and what the office confirmed of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage import directory
from storage.database import Tx
from storage.settings import new_id, upsert
from storage.tables import account, bind_request, person, person_role, responsibility

WAITING, CONFIRMED, REFUSED, REPLACED = "waiting", "confirmed", "refused", "replaced"


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody says who he is. `person_id`: whom of the directory he means, if anybody."""

    id: int
    channel: str
    account: str
    name: str
    unit_id: int | None
    project_id: int | None
    person_id: int | None
    words: str
    state: str


def ask(
    tx: Tx,
    *,
    channel: str,
    account: str,
    name: str,
    unit_id: int | None,
    project_id: int | None,
    person_id: int | None,
    words: str,
    at: datetime,
) -> None:
    """Keep what that account says of itself; what it said before counts no more."""
    tx.execute(
        update(bind_request)
        .where(
            bind_request.c.channel == channel,
            bind_request.c.account == account,
            bind_request.c.state == WAITING,
        )
        .values(state=REPLACED, settled_at=at)
    )
    tx.execute(
        insert(bind_request).values(
            channel=channel,
            account=account,
            name=name,
            unit_id=unit_id,
            project_id=project_id,
            person_id=person_id,
            words=words,
            at=at,
            state=WAITING,
        )
    )


def waiting(tx: Tx, name: str | None = None) -> Sequence[Request]:
    """Requests that wait for the office (of people of that name), the newest first."""
    conditions = [bind_request.c.state == WAITING] + ([bind_request.c.name == name] if name else [])
    rows = tx.execute(select(bind_request).where(*conditions).order_by(bind_request.c.id.desc()))
    return [
        Request(r.id, r.channel, r.account, r.name, r.unit_id, r.project_id, r.person_id, r.words, r.state)
        for r in rows
    ]


def waiting_of(tx: Tx, channel: str, name: str) -> Request | None:
    """What that account said of itself and nobody has confirmed yet."""
    return next((one for one in waiting(tx) if (one.channel, one.account) == (channel, name)), None)


def settle(tx: Tx, request: Request, state: str, by: int, at: datetime) -> bool:
    """Confirmed or refused; False if somebody else did that first."""
    done = tx.execute(
        update(bind_request)
        .where(bind_request.c.id == request.id, bind_request.c.state == WAITING)
        .values(state=state, settled_at=at, settled_by_id=by)
    )
    return done.rowcount == 1


def bind(tx: Tx, person_id: int, channel: str, name: str, at: datetime) -> None:
    """The account is that person's, and his only one on that channel."""
    tx.execute(
        account.delete().where(
            account.c.channel == channel, account.c.person_id == person_id, account.c.account != name
        )
    )
    tx.execute(
        upsert(tx.dialect.name, account)
        .values(channel=channel, account=name, person_id=person_id, confirmed_at=at)
        .on_conflict_do_update(
            index_elements=["channel", "account"], set_={"person_id": person_id, "confirmed_at": at}
        )
    )
    directory.touched(tx)


def new_person(tx: Tx, name: str, unit_id: int | None, unit_words: str) -> int:
    """Somebody whom the directory did not know; his id."""
    added = tx.execute(insert(person).values(name=name, unit_id=unit_id, unit_words=unit_words, rank=0))
    directory.touched(tx)
    return new_id(added)


def give_role(tx: Tx, person_id: int, role: str) -> None:
    """He holds that role, beside those that he has."""
    held = tx.execute(select(person_role.c.role).where(person_role.c.person_id == person_id)).scalars().all()
    if role not in held:
        tx.execute(insert(person_role).values(person_id=person_id, role=role, position=len(held)))
    directory.touched(tx)


def give_project(tx: Tx, person_id: int, project_id: int) -> None:
    """He reports on that project; its main reporter only if nobody else does."""
    others = tx.execute(
        select(responsibility.c.person_id).where(
            responsibility.c.project_id == project_id, responsibility.c.duty == directory.LIAISON
        )
    ).first()
    tx.execute(
        upsert(tx.dialect.name, responsibility)
        .values(project_id=project_id, person_id=person_id, duty=directory.LIAISON, main=others is None)
        .on_conflict_do_nothing()
    )
    directory.touched(tx)
