"""What a project is called besides its name: added and taken back by chat or by a file, each a dated step."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage import directory
from storage.database import Tx
from storage.tables import project, project_step

ADDED, DROPPED, UNDONE = "nickname", "nickname_off", "undo"


@dataclass(frozen=True, slots=True)
class Said:
    """Who says it, when and in which words."""

    at: datetime
    by: int
    words: str
    on_behalf: str
    inbox_id: int


def add(tx: Tx, project_id: int, nickname: str, said: Said) -> None:
    """From now on the project is also called so."""
    _change(tx, project_id, nickname, is_there=True)
    _write(tx, project_id, ADDED, nickname, said)


def drop(tx: Tx, project_id: int, nickname: str, said: Said) -> None:
    """From now on the project is not called so any more."""
    _change(tx, project_id, nickname, is_there=False)
    _write(tx, project_id, DROPPED, nickname, said)


def take_back(tx: Tx, inbox_id: int, said: Said) -> list[tuple[int, str, bool]]:
    """Undo what a message did to nicknames: of which project, which one, and whether it stands now."""
    steps = tx.execute(
        select(project_step).where(
            project_step.c.inbox_id == inbox_id, project_step.c.kind.in_((ADDED, DROPPED))
        )
    ).all()
    taken = []
    for step in steps:
        nickname, stands = step.data["nickname"], step.kind == DROPPED
        _change(tx, step.project_id, nickname, is_there=stands)
        _write(tx, step.project_id, UNDONE, nickname, said)
        taken.append((step.project_id, nickname, stands))
    return taken


def _change(tx: Tx, project_id: int, nickname: str, *, is_there: bool) -> None:
    mine = project.c.id == project_id
    stood = tx.execute(select(project.c.nicknames).where(mine).with_for_update()).scalar_one()
    rest = [one for one in stood if one != nickname]
    tx.execute(update(project).where(mine).values(nicknames=[*rest, nickname] if is_there else rest))
    directory.touched(tx)


def _write(tx: Tx, project_id: int, kind: str, nickname: str, said: Said) -> None:
    tx.execute(
        insert(project_step).values(
            project_id=project_id,
            at=said.at,
            person_id=said.by,
            on_behalf=said.on_behalf,
            kind=kind,
            words=said.words,
            data={"nickname": nickname},
            inbox_id=said.inbox_id,
        )
    )
