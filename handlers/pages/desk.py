"""工作台: the office's day on one page. What is done here goes as messages, by the same handlers as the chat."""

import secrets
from collections.abc import Mapping
from typing import Any

from bot.acts import Understood
from bot.channel import PAGE, page_account
from bot.routing import Chat, Turn
from bot.visiting import Asked, GoTo, NotToSee, Page, PageRouter, Sends, Visitor
from handlers import desk_items
from handlers.desk_items import DISPATCH, HEADINGS, MESSAGES, RELEASE, VERIFY, Desk, Entry
from handlers.pages import desk_forms
from storage import inbox
from storage.database import Tx
from storage.links import DESK

router = PageRouter()

_MOST = 50  # of a section at once
_MOST_LINES = 50  # of what was done


@router.get("/desk", purposes=(DESK,))
def show(tx: Tx, visitor: Visitor, asked: Asked) -> Page:
    """The desk, one section at a time, and what became of what was just done."""
    turn = turn_of(tx, visitor)
    return _page(desk_items.read(turn), turn, visitor, asked)


@router.post("/desk", purposes=(DESK,))
def act(tx: Tx, visitor: Visitor, asked: Asked) -> Sends | GoTo | Page:
    """A button was pressed: at one line (verify:17号), or for all that are ticked."""
    turn = turn_of(tx, visitor)
    found, account = desk_items.read(turn), turn.chat.account
    tap, _, name = asked.get("do", "").partition(":")
    section = asked.get("s", "")
    then = f"/desk?s={section if section in HEADINGS else VERIFY}&done={asked.get('once', '')}"
    if inbox.of_keys(tx, PAGE, account, [f"{account}:{asked.get('once', '')}:0"]):
        return GoTo(then)  # pressed twice: what the first press did is shown
    if tap == "undo":
        return Sends((desk_forms.undoing(asked, account),), then)
    shown = [*found.entries, *(one for one, _ in found.put_off)]
    wanted = [one for one in shown if (one.name == name if name else f"pick-{one.name}" in asked)]
    gone = _gone(asked, name, {one.name for one in shown})
    try:
        sent = desk_forms.messages(wanted, tap, asked, account, visitor.today) if wanted or not gone else ()
    except desk_forms.Incomplete as missing:
        return _page(found, turn, visitor, asked, wrong=str(missing))
    return Sends(sent, f"{then}&gone={'、'.join(gone[:9])}" if gone else then)


def turn_of(tx: Tx, visitor: Visitor) -> Turn:
    """The visitor as handlers know a sender; only who has a desk."""
    who = visitor.person
    turn = Turn(
        tx,
        visitor.now,
        who,
        who,
        Chat(PAGE, page_account(who.id, "desk")),
        "",
        0,
        visitor.rules,
        visitor.directory,
        lambda _turn, _text: Understood(),
    )
    if not desk_items.has_desk(turn):
        raise NotToSee("工作台是重点办用的。您的项目和问题请从聊天里问“我的项目”“我的问题”。")
    return turn


def _gone(asked: Asked, name: str, there: set[str]) -> list[str]:
    """What was pressed or ticked and lies on the desk no more: somebody was there before."""
    wanted = [name] if name else [key.removeprefix("pick-") for key in asked if key.startswith("pick-")]
    return [one for one in wanted if one not in there]


def _page(desk: Desk, turn: Turn, visitor: Visitor, asked: Asked, *, wrong: str = "") -> Page:
    tabs = [{"key": key, "name": name, "count": len(desk.of(key))} for key, name in HEADINGS.items()]
    tabs.sort(key=lambda tab: not tab["count"])  # what is empty stands behind
    first = next((tab["key"] for tab in tabs if tab["count"]), VERIFY)
    section = asked.get("s") if asked.get("s") in HEADINGS else first
    entries = desk.of(str(section))
    values: Mapping[str, Any] = {
        "title": "工作台",
        "office": visitor.person.unit,
        "tabs": tabs,
        "section": section,
        "heading": HEADINGS[str(section)],
        "entries": entries[:_MOST],
        "rest": max(len(entries) - _MOST, 0),
        "taps": desk_forms.TAPS[str(section)],
        "may_wait": section not in desk_forms.CANT_WAIT,
        "later": desk_forms.LATER,
        "put_off": desk.put_off,
        "units": _units(entries, turn) if section in (VERIFY, DISPATCH) else [],
        "done": _done(turn, asked),
        "gone": asked.get("gone", ""),
        "wrong": wrong,
        "asked": asked,
        "once": secrets.token_urlsafe(12),
        "needs_reason": any(tap.needs_reason for tap in desk_forms.TAPS[str(section)]),
        "at": {
            "verify": section == VERIFY,
            "dispatch": section == DISPATCH,
            "release": section == RELEASE,
            "messages": section == MESSAGES,
        },
    }
    return Page("desk.html", values, 422 if wrong else 200)


def _units(entries: list[Entry], turn: Turn) -> list[str]:
    """Whom one may give something to: a county's office its county's units first."""
    area_id = desk_items.area_of(turn)
    units = sorted(turn.directory.units.values(), key=lambda one: (one.area_id != area_id, one.id))
    return [one.name for one in units if one.level != "enterprise"]


def _done(turn: Turn, asked: Asked) -> list[inbox.Answered]:
    """What was sent with the last press, each with its answer."""
    once = asked.get("done", "")
    if not once:
        return []
    account = turn.chat.account
    keys = [f"{account}:{once}:{place}" for place in range(_MOST_LINES)]
    return inbox.of_keys(turn.tx, PAGE, account, keys)
