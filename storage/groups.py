"""Chat groups: their scope, when they get their summary and how far it names. What is changed is a step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from sqlalchemy import insert, select, update

from bot.calendar import CITY
from storage import directory, outbox
from storage.database import Tx
from storage.directory import Group
from storage.settings import upsert
from storage.tables import chat_group, group_step, notice
from storage.ticket_rows import StepNote

SET, OFF, UNDO = "set", "off", "undo"


@dataclass(frozen=True, slots=True)
class Setting:
    """How a group stands; `since` is when it was entered, None for one that was there from the beginning."""

    name: str
    area_id: int | None
    summary_time: str
    naming: str
    since: datetime | None = None
    gone: bool = False

    @classmethod
    def of(cls, group: Group | Any) -> Self:
        """Of a group of the directory, or of its row."""
        gone = getattr(group, "gone", False)
        return cls(group.name, group.area_id, group.summary_time, group.naming, group.since, gone)

    def as_json(self) -> dict[str, Any]:
        """As a step keeps it."""
        return {
            "name": self.name,
            "area_id": self.area_id,
            "summary_time": self.summary_time,
            "naming": self.naming,
            "since": self.since.isoformat() if self.since else None,
            "gone": self.gone,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The other way."""
        since = datetime.fromisoformat(kept["since"]).astimezone(CITY) if kept["since"] else None
        return cls(**{**kept, "since": since})


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A step that was to be taken back: the group as it stands now, and whether it could be.

    It can't once somebody else has changed the group.
    """

    setting: Setting
    is_done: bool


def put_group(
    tx: Tx,
    channel: str,
    key: str,
    name: str,
    *,
    area_id: int | None = None,
    summary_time: str = "17:30",
    naming: str = "projects",
) -> None:
    """Enter a group that is there from the beginning, or change it; no step."""
    _put(tx, channel, key, Setting(name, area_id, summary_time, naming))


def setting_of(tx: Tx, channel: str, key: str) -> Setting | None:
    """How the group stands, be it gone; None if it was never entered."""
    row = _row(tx, channel, key)
    return Setting.of(row) if row is not None else None


def change(tx: Tx, channel: str, key: str, setting: Setting, note: StepNote) -> Setting:
    """Enter the group or change it, as a step; how it stands then."""
    stood = setting_of(tx, channel, key)
    if stood is None or stood.gone:
        setting = replace(setting, since=note.at, gone=False)
    group_id = _put(tx, channel, key, setting)
    before = stood or replace(setting, gone=True)
    _write(tx, group_id, SET, before, setting, note)
    return setting


def remove(tx: Tx, channel: str, key: str, note: StepNote) -> Setting | None:
    """The group gets no summary any more; what waits for it is not sent. None if it got none anyway."""
    stood = setting_of(tx, channel, key)
    if stood is None or stood.gone:
        return None
    gone = replace(stood, gone=True)
    _write(tx, _put(tx, channel, key, gone), OFF, stood, gone, note)
    return gone


def take_back(tx: Tx, inbox_id: int, note: StepNote) -> list[TakenBack]:
    """Undo what that message did to groups."""
    steps = tx.execute(
        select(group_step).where(group_step.c.inbox_id == inbox_id, group_step.c.kind.in_((SET, OFF)))
    ).all()
    taken = []
    for step in steps:
        row = tx.execute(select(chat_group).where(chat_group.c.id == step.group_id).with_for_update()).one()
        before, after, stands = Setting.from_json(step.before), Setting.from_json(step.after), Setting.of(row)
        if stands != after:
            taken.append(TakenBack(stands, is_done=False))
            continue
        _write(tx, _put(tx, row.channel, row.key, before), UNDO, stands, before, note)
        taken.append(TakenBack(before, is_done=True))
    return taken


def _row(tx: Tx, channel: str, key: str) -> Any:
    return tx.execute(
        select(chat_group).where(chat_group.c.channel == channel, chat_group.c.key == key).with_for_update()
    ).first()


def _put(tx: Tx, channel: str, key: str, setting: Setting) -> int:
    values = {
        "name": setting.name,
        "area_id": setting.area_id,
        "summary_time": setting.summary_time,
        "naming": setting.naming,
        "since": setting.since,
        "gone": setting.gone,
    }
    tx.execute(
        upsert(tx.dialect.name, chat_group)
        .values(channel=channel, key=key, **values)
        .on_conflict_do_update(index_elements=["channel", "key"], set_=values)
    )
    mine = select(chat_group.c.id).where(chat_group.c.channel == channel, chat_group.c.key == key)
    group_id: int = tx.execute(mine).scalar_one()
    if setting.gone:
        waits = notice.c.state.in_((outbox.WAITING, outbox.HELD))
        tx.execute(
            update(notice)
            .where(notice.c.group_id == group_id, waits)
            .values(state=outbox.WITHDRAWN, state_why="这个群不再收日报")
        )
    directory.touched(tx)
    return group_id


def _write(tx: Tx, group_id: int, kind: str, before: Setting, after: Setting, note: StepNote) -> None:
    tx.execute(
        insert(group_step).values(
            group_id=group_id,
            at=note.at,
            person_id=note.by,
            on_behalf=note.on_behalf,
            kind=kind,
            way=note.way,
            words=note.words,
            before=before.as_json(),
            after=after.as_json(),
            inbox_id=note.inbox_id,
        )
    )
