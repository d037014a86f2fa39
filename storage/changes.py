"""Changes of the city's records, each kept with what stood before it: by whom, when, why, by which file or message."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, insert, select, update

from storage.database import Tx
from storage.settings import new_id
from storage.tables import change, import_run, metadata

ADJUST = "adjust"
"""The kind of run that the office's words in a chat make; files make runs of the kind that they hold."""


@dataclass(frozen=True, slots=True)
class By:
    """Who made a change: a person of the directory in a message, or in words who ran a command."""

    words: str = ""
    person_id: int | None = None
    inbox_id: int | None = None


NOBODY = By()


class Run:
    """One import or message: rows are put through it, so that each change is kept."""

    def __init__(
        self,
        tx: Tx,
        kind: str,
        file_name: str,
        body: bytes,
        at: datetime,
        summary: str,
        by: By = NOBODY,
    ) -> None:
        self.tx = tx
        self.id = new_id(
            tx.execute(
                insert(import_run).values(
                    kind=kind,
                    file_name=file_name[:200],
                    hash=hashlib.sha256(body).hexdigest(),
                    at=at,
                    summary=summary,
                    by=by.words[:120],
                    person_id=by.person_id,
                    inbox_id=by.inbox_id,
                )
            )
        )

    def put(self, table: Table, key: Mapping[str, Any], values: Mapping[str, Any], why: str = "") -> Any:
        """Make the row with that key have these values; the row as it is then."""
        where = and_(*(table.c[name] == value for name, value in key.items()))
        before = self.tx.execute(select(table).where(where)).mappings().first()
        if before is None:
            self.tx.execute(insert(table).values(**key, **values))
        else:
            values = {name: value for name, value in values.items() if before[name] != value}
            if not values:
                return before
            self.tx.execute(update(table).where(where).values(**values))
        after = self.tx.execute(select(table).where(where)).mappings().one()
        self.tx.execute(
            insert(change).values(
                import_run_id=self.id,
                table_name=table.name,
                row_key={c.name: after[c.name] for c in table.primary_key},
                before={name: before[name] for name in values} if before is not None else None,
                after={name: after[name] for name in (*key, *values)},
                why=why,
            )
        )
        return after


def put_back(tx: Tx, one: Any) -> None:
    """Undo a kept change; a row that it made is gone, or taken away where nothing can refer to it."""
    table = metadata.tables[one.table_name]
    where = and_(*(table.c[name] == value for name, value in one.row_key.items()))
    if one.before is not None:
        tx.execute(update(table).where(where).values(**one.before))
    elif "gone" in table.c:
        tx.execute(update(table).where(where).values(gone=True))
    elif table.name not in ("project", "area"):
        tx.execute(table.delete().where(where))


def changes_of(tx: Tx, run_id: int) -> Sequence[Any]:
    """The kept changes of a run, the last first."""
    return tx.execute(
        select(change).where(change.c.import_run_id == run_id).order_by(change.c.id.desc())
    ).all()
