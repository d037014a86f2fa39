"""The files of a bulletin, and its way to groups and leaders once it is signed. Row A2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.bulletin_papers import Look, bulletin_files
from bot.bulletins import issue_of
from bot.documents.ledger_in import LedgerRow
from bot.mechanism.bulletin import Issue, State, message
from bot.people import Rank
from jobs.papers import Desk, Maker
from storage import bulletins, imports, outbox
from storage.papers import File


@dataclass(frozen=True, slots=True)
class _Values:
    issue: Issue
    ledger: Sequence[LedgerRow]


def maker(look: Look) -> Maker:
    """How the papers of kind “bulletin” are made in a city of that look."""
    return Maker(
        _gather,
        lambda values: [File(*one) for one in bulletin_files(values.issue, values.ledger, look)],
        _send,
    )


def _gather(desk: Desk, of: Mapping[str, Any]) -> _Values:
    one = bulletins.with_id(desk.tx, of["bulletin"])
    return _Values(issue_of(desk.tx, desk.directory, desk.rules, one), imports.ledger_of(desk.tx, one.year))


def _send(desk: Desk, of: Mapping[str, Any], ids: Sequence[str]) -> None:
    """A signed one keeps its files and goes to the groups and the city's leaders, once."""
    if not of.get("send"):
        return
    one = bulletins.with_id(desk.tx, of["bulletin"])
    rule = desk.rules.of(one.regime).bulletin
    if one.state is not State.SIGNED or rule is None:
        return
    bulletins.keep_files(desk.tx, one, ids)
    issue = issue_of(desk.tx, desk.directory, desk.rules, one)
    notices = []
    if rule.to_groups:
        notices += [
            outbox.Notice(
                key=f"bulletin:{one.id}:group:{group.id}",
                kind="bulletin",
                urgency="event",
                group_id=group.id,
                line=f"{message(issue, group.naming)}{issue.regime.office.short}",
                attachments=tuple(ids),
            )
            for group in desk.directory.groups.values()
        ]
    if rule.to_leaders:
        notices += [
            outbox.Notice(
                key=f"bulletin:{one.id}:leader:{reader.id}",
                kind="bulletin",
                urgency="event",
                person_id=reader.id,
                line=message(issue),
                attachments=tuple(ids),
            )
            for reader in desk.directory.people.values()
            if reader.rank >= Rank.CITY_LEADER
        ]
    outbox.add_in_hours(desk.tx, notices, desk.now, desk.directory, desk.rules)
