"""日报不提: words and topics that never enter a group's summary; what was once left out stays on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import settings
from storage.database import Tx
from storage.directory import Directory
from storage.tickets import Ticket

_NAME = "summary_unsaid"


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A word, or a category of problems, that summaries leave out; `area_id`: of that county's groups alone."""

    word: str
    category: str
    area_id: int | None


def standing(tx: Tx) -> list[Unsaid]:
    """What is left out today."""
    return [
        Unsaid(row["word"], row["category"], row["area_id"])
        for row in settings.get(tx, _NAME) or []
        if row["until"] is None
    ]


def put(tx: Tx, one: Unsaid, *, by: int, at: datetime, words: str) -> bool:
    """Leave it out from now on; False if it is left out already."""
    if one in standing(tx):
        return False
    row: Mapping[str, Any] = {
        "word": one.word,
        "category": one.category,
        "area_id": one.area_id,
        "by": by,
        "since": at.isoformat(),
        "words": words,
        "until": None,
    }
    settings.put(tx, _NAME, [*(settings.get(tx, _NAME) or []), dict(row)])
    return True


def end(tx: Tx, word: str, category: str, area_id: int | None, *, by: int, at: datetime) -> bool:
    """It may be said again; False if it was not left out."""
    rows: Sequence[dict[str, Any]] = settings.get(tx, _NAME) or []
    hit = False
    for row in rows:
        if row["until"] is None and (row["word"], row["category"], row["area_id"]) == (
            word,
            category,
            area_id,
        ):
            row |= {"until": at.isoformat(), "ended_by": by}
            hit = True
    settings.put(tx, _NAME, list(rows))
    return hit


def hides(found: Sequence[Unsaid], ticket: Ticket, directory: Directory) -> bool:
    """Whether one of these keeps the ticket out of a summary."""
    project = directory.projects.get(ticket.project_id)
    said = f"{ticket.title}{ticket.words}{project.name if project else ''}"
    return any(
        (one.category and one.category == ticket.category) or (one.word and one.word in said) for one in found
    )
