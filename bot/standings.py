"""As whom a unit's deputy head or head writes: what his unit, or the office in it, would say is read so.

Understanding knows a head as a leader. But “17号周工负责，22日前迁完” is his unit's answer and “17号核实列入” his
office's step; only what fits neither, or is put as a request, is a leader's word. Pure.
"""

import re
from collections.abc import Callable

from bot.acts import (
    Acknowledge,
    Act,
    Approve,
    Dispatch,
    Extend,
    Feedback,
    Grade,
    Pause,
    Plan,
    Reject,
    Reopen,
    Resolve,
    Return,
    Supervise,
    Understood,
)
from bot.people import Rank, Role
from storage.directory import Directory, Person

_OF_OFFICE = (Approve, Reject, Dispatch, Grade, Pause, Reopen, Supervise)
_OF_UNIT = (Acknowledge, Feedback, Resolve, Extend, Return, Plan)
_REQUEST = re.compile("(?<!申)请[^批同]|要求|务必|抓紧|尽快|必须|马上|限期|催|为什么|吗|[?？]")


def understood_as(
    directory: Directory, sender: Person, text: str, read: Callable[[Role], Understood]
) -> Understood:
    """What the text means, given how it reads in a role."""
    if Rank.DEPUTY_HEAD <= sender.rank <= Rank.HEAD and sender.unit_id is not None:
        if directory.in_unit(sender.unit_id, Role.OFFICE):
            found = read(Role.OFFICE)
            if _only(found, _OF_OFFICE):
                return found
        found = read(Role.CONTACT)
        if _only(found, _OF_UNIT) and not _REQUEST.search(text):
            return found
    return read(sender.role)


def _only(found: Understood, kinds: tuple[type[Act], ...]) -> bool:
    return bool(found.acts) and all(isinstance(act, kinds) for act in found.acts)
