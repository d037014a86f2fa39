"""Who has which duty for a project: given, taken, handed on; each change is a step of the project's history."""

from sqlalchemy import delete, insert, select

from storage import directory
from storage.database import Tx
from storage.tables import project_step, responsibility
from storage.tickets import StepNote

KIND = "duty"  # of the project's step


def give(
    tx: Tx, project_id: int, person_id: int, duty: str, note: StepNote, *, main: bool = False
) -> list[int]:
    """From now on he alone has that duty; whom it was taken from."""
    mine = (responsibility.c.project_id == project_id, responsibility.c.duty == duty)
    before = list(tx.execute(select(responsibility.c.person_id).where(*mine)).scalars())
    if before == [person_id]:
        return []
    tx.execute(delete(responsibility).where(*mine))
    tx.execute(
        insert(responsibility).values(project_id=project_id, person_id=person_id, duty=duty, main=main)
    )
    _history(tx, project_id, duty, before, [person_id], note)
    directory.touched(tx)
    return [one for one in before if one != person_id]


def take(tx: Tx, project_id: int, person_id: int, duty: str, note: StepNote) -> bool:
    """He has that duty no more; False if he had not."""
    mine = (
        responsibility.c.project_id == project_id,
        responsibility.c.duty == duty,
        responsibility.c.person_id == person_id,
    )
    if not tx.execute(delete(responsibility).where(*mine)).rowcount:
        return False
    _history(tx, project_id, duty, [person_id], [], note)
    directory.touched(tx)
    return True


def of_person(tx: Tx, person_id: int, duty: str) -> list[tuple[int, bool]]:
    """The projects for which he has that duty, and whether he is the main one."""
    rows = tx.execute(
        select(responsibility.c.project_id, responsibility.c.main)
        .where(responsibility.c.person_id == person_id, responsibility.c.duty == duty)
        .order_by(responsibility.c.project_id)
    )
    return [(row.project_id, row.main) for row in rows]


def hand_on(tx: Tx, from_id: int, to_id: int, duty: str, note: StepNote) -> list[int]:
    """All projects for which the one had that duty are the other's; which ones."""
    moved = []
    for project_id, main in of_person(tx, from_id, duty):
        keys = {"project_id": project_id, "duty": duty}
        tx.execute(
            delete(responsibility).where(
                responsibility.c.project_id == project_id,
                responsibility.c.duty == duty,
                responsibility.c.person_id.in_((from_id, to_id)),
            )
        )
        tx.execute(insert(responsibility).values(**keys, person_id=to_id, main=main))
        _history(tx, project_id, duty, [from_id], [to_id], note)
        moved.append(project_id)
    directory.touched(tx)
    return moved


def _history(tx: Tx, project_id: int, duty: str, before: list[int], after: list[int], note: StepNote) -> None:
    tx.execute(
        insert(project_step).values(
            project_id=project_id,
            at=note.at,
            person_id=note.by,
            on_behalf=note.on_behalf,
            kind=KIND,
            words=note.words,
            data={"duty": duty, "before": before, "after": after},
            inbox_id=note.inbox_id,
        )
    )
