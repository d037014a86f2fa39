"""What somebody means by words that fit several projects: learnt from his answer when he was asked.

His own way of speaking, so it counts for nobody else. It is no record of what happened: forgotten is gone.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from storage.database import Tx
from storage.settings import upsert
from storage.tables import remembered

_LONGEST = 60  # characters: no name that somebody types is longer
_AROUND = re.compile(r"[\s“”\"'「」‘’《》,，。.!！?？]+")
_TAIL = re.compile(r"(?:这个|那个)?(?:项目|工程)?的?$")


@dataclass(frozen=True, slots=True)
class Remembered:
    """`said` is how he wrote it."""

    said: str
    project_id: int
    inbox_id: int


def folded(words: str) -> str:
    """The words without marks, width, case and “项目”: however he writes it, it is the same name."""
    plain = _AROUND.sub("", unicodedata.normalize("NFKC", words)).upper()
    return _TAIL.sub("", plain) or plain


def put(tx: Tx, person_id: int, said: str, project_id: int, at: datetime, inbox_id: int) -> None:
    """By these words he means that project from now on. Words too long for a name are not remembered."""
    words = folded(said)
    if not words or len(words) > _LONGEST:
        return
    told = {"said": said[:_LONGEST], "project_id": project_id, "at": at, "inbox_id": inbox_id}
    row = upsert(tx.dialect.name, remembered).values(person_id=person_id, words=words, **told)
    tx.execute(row.on_conflict_do_update(index_elements=["person_id", "words"], set_=told))


def of(tx: Tx, person_id: int, words: str) -> Remembered | None:
    """What he means by these words, if he ever said."""
    row = tx.execute(
        select(remembered).where(remembered.c.person_id == person_id, remembered.c.words == folded(words))
    ).first()
    return Remembered(row.said, row.project_id, row.inbox_id) if row else None


def went_by(tx: Tx, person_id: int, words: str, inbox_id: int) -> None:
    """That message was read by what is remembered: taken back, it takes the memory with it."""
    mine = (remembered.c.person_id == person_id, remembered.c.words == folded(words))
    tx.execute(update(remembered).where(*mine).values(inbox_id=inbox_id))


def forget(tx: Tx, person_id: int, words: str) -> bool:
    """Whether there was anything to forget."""
    mine = (remembered.c.person_id == person_id, remembered.c.words == folded(words))
    return tx.execute(delete(remembered).where(*mine)).rowcount > 0


def forget_of(tx: Tx, inbox_id: int) -> Sequence[Remembered]:
    """Forget what that message taught, or was last read by; what it was."""
    mine = remembered.c.inbox_id == inbox_id
    found = [Remembered(r.said, r.project_id, r.inbox_id) for r in tx.execute(select(remembered).where(mine))]
    if found:
        tx.execute(delete(remembered).where(mine))
    return found
