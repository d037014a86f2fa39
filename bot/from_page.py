"""What a page of ours sends with a message: whom it speaks for, what it was about when it was shown, its acts.

{"for": 12}                     the person whose rights count: a form that was made in his name
{"ticket": 17, "seen": "…"}     the ticket as the page showed it
{"alone": true}                 it answers no question and none is asked: there everything is to be seen
{"acts": [ACT, …]}              what the words mean; `{"act": "trouble", "project": 21}` is read from the words
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.acts import Act, Blocker, Category, Understood, load
from bot.channel import PAGE
from bot.routing import Turn
from bot.steps import named
from bot.wording import moment
from storage import tickets
from storage.directory import Directory, Person
from storage.inbox import Stored

_TROUBLE = "trouble"


def speaks_for(directory: Directory, stored: Stored) -> Person | None:
    """In whose name the form was made; None: its holder speaks for himself."""
    about = _about(stored.channel, stored.about)
    return directory.people.get(about["for"]) if "for" in about else None


def overtaken(turn: Turn) -> str:
    """What was done to the ticket after the page showed it; empty if nothing was."""
    about = _about(turn.chat.channel, turn.about)
    if "seen" not in about:
        return ""
    ticket = tickets.one(turn.tx, about["ticket"])
    if ticket is None or ticket.stands == about["seen"]:
        return ""
    last = next(iter(tickets.standing(tickets.steps_of(turn.tx, ticket.id))[::-1]), None)
    who = turn.directory.people.get(last.person_id or 0) if last else None
    by = (last.on_behalf or (who.signed if who else "系统")) if last else ""
    done = f"{by}{moment(last.at)}已{named(last)}" if last else "已有变化"
    return f"{ticket.number}号{done}，现在是“{ticket.state.words}”。您这一次没有再办。"


def is_alone(turn: Turn) -> bool:
    """Whether the message stands for itself, outside of any conversation."""
    return bool(_about(turn.chat.channel, turn.about).get("alone"))


def carried(turn: Turn) -> Understood | None:
    """The acts that came with the message; None if its words are to be read like anybody's."""
    about = _about(turn.chat.channel, turn.about)
    if "acts" not in about:
        return None
    found: list[Act] = []
    for one in about["acts"]:
        found += _troubles(one["project"], turn) if one["act"] == _TROUBLE else [load(one)]
    return Understood(tuple(found))


def _troubles(number: int, turn: Turn) -> list[Act]:
    """The blockers that the words tell of that project; what fits no category is one all the same."""
    project = turn.directory.project_numbered(number)
    name = project.name if project else ""
    read = [act for act in turn.understand(turn, f"{name}：{turn.text}").acts if isinstance(act, Blocker)]
    return [replace(act, project=number) for act in read] or [Blocker(Category.OTHER, number)]


def _about(channel: str, about: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What no platform can say: only pages of ours are believed."""
    return (about or {}) if channel == PAGE else {}
