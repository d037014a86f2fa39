"""Monthly bulletins: the frozen figures, who did what with them, objections, exemptions from the talk list."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from bot.mechanism.bulletin import State
from bot.mechanism.snapshot import Change, Snapshot
from storage.database import Tx
from storage.settings import new_id
from storage.tables import bulletin, bulletin_step, exemption, objection


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A month's bulletin as it stands."""

    id: int
    year: int
    month: int
    state: State
    made_at: datetime
    regime: str
    snapshot: Snapshot
    changes: tuple[Change, ...]
    edits: Mapping[str, str]
    objections_until: datetime | None
    number: int | None
    signer: str
    signed_on: date | None
    signed_at: datetime | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Objection:
    """What a county says of a draft; `accepted` none: not answered yet. Empty words: it has none."""

    number: int
    area_id: int | None
    person_id: int
    on_behalf: str
    at: datetime
    words: str
    accepted: bool | None
    answer: str


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does something to a bulletin, in which words."""

    at: datetime
    person_id: int | None
    on_behalf: str = ""
    words: str = ""
    inbox_id: int | None = None


def of_month(tx: Tx, year: int, month: int) -> Bulletin | None:
    """That month's bulletin."""
    return _one(tx, select(bulletin).where(bulletin.c.year == year, bulletin.c.month == month))


def with_id(tx: Tx, bulletin_id: int) -> Bulletin:
    """The bulletin with that id, which there is."""
    found = _one(tx, select(bulletin).where(bulletin.c.id == bulletin_id))
    assert found is not None
    return found


def numbered(tx: Tx, year: int, number: int) -> Bulletin | None:
    """The signed one of that number."""
    return _one(tx, select(bulletin).where(bulletin.c.year == year, bulletin.c.number == number))


def open_one(tx: Tx) -> Bulletin | None:
    """The newest that is not signed."""
    rows = select(bulletin).where(bulletin.c.state != State.SIGNED)
    return _one(tx, rows.order_by(bulletin.c.year.desc(), bulletin.c.month.desc()).limit(1))


def last_signed(tx: Tx) -> Bulletin | None:
    """The newest signed one."""
    rows = select(bulletin).where(bulletin.c.state == State.SIGNED)
    return _one(tx, rows.order_by(bulletin.c.year.desc(), bulletin.c.month.desc()).limit(1))


def signed_of(tx: Tx, year: int) -> list[Bulletin]:
    """The year's signed ones, by month."""
    rows = select(bulletin).where(bulletin.c.year == year, bulletin.c.state == State.SIGNED)
    return [_bulletin(row) for row in tx.execute(rows.order_by(bulletin.c.month))]


def next_number(tx: Tx, year: int) -> int:
    """The number after the year's highest."""
    rows = select(func.max(bulletin.c.number)).where(bulletin.c.year == year)
    return (tx.execute(rows).scalar() or 0) + 1


def make(tx: Tx, snapshot: Snapshot, regime: str, doing: Doing) -> None:
    """A month's figures are frozen as a draft; one that is there is made anew, comments and all.

    ValueError if it is signed.
    """
    values = {
        "state": State.DRAFT,
        "as_of": snapshot.as_of,
        "made_at": doing.at,
        "regime": regime,
        "figures": snapshot.as_json(),
    }
    there = of_month(tx, snapshot.year, snapshot.month)
    if there is None:
        made = tx.execute(insert(bulletin).values(year=snapshot.year, month=snapshot.month, **values))
        _step(tx, new_id(made), "made", doing, {"as_of": snapshot.as_of.isoformat()})
        return
    if there.state is State.SIGNED:
        raise ValueError("a signed bulletin is not made again")
    if there.state is State.COMMENTING:
        del values["state"]  # the comments go on: what they led to is now in the figures
    tx.execute(update(bulletin).where(bulletin.c.id == there.id).values(**values))
    before = {"as_of": there.snapshot.as_of.isoformat(), "figures": there.snapshot.as_json()}
    _step(tx, there.id, "remade", doing, before)


def reword(tx: Tx, one: Bulletin, section: str, words: str, doing: Doing) -> None:
    """A part of the text is the office's; no words: it is made of the figures again."""
    edits = {name: said for name, said in one.edits.items() if name != section} | (
        {section: words} if words else {}
    )
    _write(tx, one, edits=edits)
    _step(tx, one.id, "edited", doing, {"section": section, "before": one.edits.get(section, "")})


def ask_comments(tx: Tx, one: Bulletin, until: datetime, doing: Doing) -> None:
    """Counties may object until then."""
    _write(tx, one, state=State.COMMENTING, objections_until=until)
    _step(tx, one.id, "comments", doing, {"until": until.isoformat()})


def sign(
    tx: Tx,
    one: Bulletin,
    *,
    number: int,
    signer: str,
    day: date,
    changes: Sequence[Change],
    doing: Doing,
) -> None:
    """Number, signer and day; from now on it stands."""
    _write(
        tx,
        one,
        state=State.SIGNED,
        number=number,
        signer=signer,
        signed_on=day,
        signed_at=doing.at,
        changes=[asdict(change) for change in changes],
    )
    _step(tx, one.id, "signed", doing, {"number": number, "signer": signer, "day": day.isoformat()})


def keep_files(tx: Tx, one: Bulletin, files: Sequence[str]) -> None:
    """The files as they were sent."""
    _write(tx, one, files=list(files))


def steps_of(tx: Tx, bulletin_id: int) -> Sequence[Any]:
    """What was done with it, oldest first."""
    rows = select(bulletin_step).where(bulletin_step.c.bulletin_id == bulletin_id)
    return tx.execute(rows.order_by(bulletin_step.c.id)).all()


def _one(tx: Tx, rows: Select[Any]) -> Bulletin | None:
    row = tx.execute(rows).first()
    return _bulletin(row) if row else None


def _bulletin(row: Any) -> Bulletin:
    return Bulletin(
        row.id,
        row.year,
        row.month,
        State(row.state),
        row.made_at,
        row.regime,
        Snapshot.from_json(row.figures),
        tuple(Change(**one) for one in row.changes),
        row.edits,
        row.objections_until,
        row.number,
        row.signer,
        row.signed_on,
        row.signed_at,
        tuple(row.files),
    )


def _write(tx: Tx, one: Bulletin, **values: Any) -> None:
    tx.execute(update(bulletin).where(bulletin.c.id == one.id).values(**values))


def _step(tx: Tx, bulletin_id: int, kind: str, doing: Doing, data: Mapping[str, Any]) -> None:
    tx.execute(
        insert(bulletin_step).values(
            bulletin_id=bulletin_id,
            at=doing.at,
            person_id=doing.person_id,
            on_behalf=doing.on_behalf,
            kind=kind,
            words=doing.words,
            data=dict(data),
            inbox_id=doing.inbox_id,
        )
    )


# ---- objections --------------------------------------------------------------------------------


def object_to(tx: Tx, one: Bulletin, area_id: int | None, words: str, doing: Doing) -> int:
    """Keep what a county says of the draft (no words: that it agrees); its number within the bulletin."""
    number = (
        tx.execute(select(func.max(objection.c.number)).where(objection.c.bulletin_id == one.id)).scalar()
        or 0
    ) + 1
    tx.execute(
        insert(objection).values(
            bulletin_id=one.id,
            number=number,
            area_id=area_id,
            person_id=doing.person_id,
            on_behalf=doing.on_behalf,
            at=doing.at,
            words=words,
            accepted=None if words else False,
            inbox_id=doing.inbox_id,
        )
    )
    return number


def answer(tx: Tx, one: Bulletin, number: int, accepted: bool, words: str, doing: Doing) -> None:
    """The office answers an objection."""
    tx.execute(
        update(objection)
        .where(objection.c.bulletin_id == one.id, objection.c.number == number)
        .values(accepted=accepted, answer=words, answered_by_id=doing.person_id, answered_at=doing.at)
    )
    _step(tx, one.id, "answered", doing, {"objection": number, "accepted": accepted})


def objections(tx: Tx, one: Bulletin) -> list[Objection]:
    """What was said of the draft, in order; who agrees is among them without words."""
    rows = select(objection).where(objection.c.bulletin_id == one.id).order_by(objection.c.number)
    return [
        Objection(r.number, r.area_id, r.person_id, r.on_behalf, r.at, r.words, r.accepted, r.answer)
        for r in tx.execute(rows)
    ]


def windows_ended(tx: Tx, now: datetime) -> list[tuple[int, datetime]]:
    """Bulletins whose time for comments is over and that are not signed: id, and when it was over."""
    rows = select(bulletin.c.id, bulletin.c.objections_until).where(
        bulletin.c.state == State.COMMENTING, bulletin.c.objections_until <= now
    )
    return [(row.id, row.objections_until) for row in tx.execute(rows)]


def next_window_end(tx: Tx) -> datetime | None:
    """When the next time for comments ends, or ended."""
    rows = select(func.min(bulletin.c.objections_until)).where(bulletin.c.state == State.COMMENTING)
    return tx.execute(rows).scalar()


# ---- exemptions from the talk list ----------------------------------------------------------------


def exempt(tx: Tx, year: int, month: int, name: str, reason: str, doing: Doing) -> None:
    """That one stays off the month's talk list, for that reason."""
    tx.execute(
        insert(exemption).values(
            year=year,
            month=month,
            name=name,
            reason=reason,
            person_id=doing.person_id,
            on_behalf=doing.on_behalf,
            at=doing.at,
            inbox_id=doing.inbox_id,
        )
    )


def lift(tx: Tx, year: int, month: int, name: str, at: datetime) -> bool:
    """The exemption holds no more; False if there was none."""
    held = (exemption.c.year == year, exemption.c.month == month, exemption.c.name == name)
    lifted = update(exemption).where(*held, exemption.c.lifted_at.is_(None)).values(lifted_at=at)
    return tx.execute(lifted).rowcount > 0


def exemptions(tx: Tx, year: int, month: int) -> dict[str, str]:
    """{name: reason} of who is exempt in that month."""
    rows = select(exemption.c.name, exemption.c.reason).where(
        exemption.c.year == year, exemption.c.month == month, exemption.c.lifted_at.is_(None)
    )
    return {row.name: row.reason for row in tx.execute(rows.order_by(exemption.c.id))}
