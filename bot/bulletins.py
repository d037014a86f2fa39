"""A month's bulletin put together from what is kept of it, for handlers, jobs and the command. Row A2."""

from collections.abc import Sequence
from datetime import datetime

from bot.calendar import day_of
from bot.mechanism.bulletin import Issue, State
from bot.mechanism.rules import Rules
from bot.wording import date_words, numbers
from storage import assessed, bulletins
from storage.bulletins import Bulletin, Objection
from storage.database import Tx
from storage.directory import Directory


def issue_of(tx: Tx, directory: Directory, rules: Rules, one: Bulletin) -> Issue:
    """The bulletin as it stands, read by the regime under which it was made.

    What was changed since its figures were frozen is as of the signature, before that as of now.
    """
    changes = one.changes if one.state is State.SIGNED else tuple(assessed.changed_since(tx, one.snapshot))
    return Issue(
        rules.of(one.regime),
        rules.calendar,
        one.snapshot,
        areas_of(directory),
        one.state,
        one.number,
        one.signer,
        one.signed_on,
        checked(directory, bulletins.objections(tx, one), one),
        changes,
        one.edits,
    )


def unfrozen(tx: Tx, directory: Directory, rules: Rules, year: int, month: int, moment: datetime) -> Issue:
    """The bulletin of that month as it would be with what stood at that moment; nothing is kept."""
    snapshot = assessed.snapshot(tx, directory, rules, year, month, moment)
    return Issue(rules.regime, rules.calendar, snapshot, areas_of(directory))


def areas_of(directory: Directory) -> tuple[str, ...]:
    """Counties and the zone in the official order."""
    return tuple(one.name for one in directory.areas)


def checked(directory: Directory, said: Sequence[Objection], one: Bulletin) -> str:
    """What came of the comments: 28日各县核对无异议; empty while there were none asked for."""
    if one.objections_until is None:
        return ""
    objected = [item for item in said if item.words]
    areas = {area.id: area.name for area in directory.areas}
    agreed = {item.area_id for item in said if not item.words}
    if objected:
        accepted = sum(1 for item in objected if item.accepted)
        return f"各县（市、区）核对，异议{len(objected)}条，采纳{accepted}条"
    if agreed >= areas.keys() and said:
        day = max(day_of(item.at) for item in said)
        return f"{date_words(day, day)}各县核对无异议"
    return "征求各县意见，无异议"


def waiting_words(said: Sequence[Objection]) -> str:
    """Objections that nobody has answered: 异议1、异议2."""
    return numbers(item.number for item in said if item.words and item.accepted is None).replace("号", "")
