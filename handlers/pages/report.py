"""填报: one project's report form behind a personal link; what is sent goes the way of every message (feature 116)."""

import re
import secrets
from datetime import date, timedelta
from typing import Any

from bot.acts import Status, dump
from bot.channel import PAGE, Incoming, Key, page_account
from bot.documents.month_sheet import Standing
from bot.mechanism.figures import Month, line_of
from bot.visiting import Asked, GoTo, NotToSee, Page, PageRouter, Sends, Upload, Visitor
from bot.wording import STATUS
from handlers.month_report import Said, act_of, month_before, month_now, words_of
from handlers.month_words import standing
from storage import attachments, figures, inbox, questions
from storage.database import Tx
from storage.directory import Project
from storage.links import REPORT

router = PageRouter()

_PLACE = "/report/{project}/{behind}"
_SHOWN = 5  # messages of before
_MOST_PHOTOS = 3
_LONGEST = 500  # characters
_NUMBER = re.compile(r"^\d{1,9}(?:\.\d{1,4})?$")
_MOST_WAN = 10_000_000
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif"}
_GONE = (
    "这个填报链接不是给这个项目的，或者已经换了新的。请用最近收到的那条链接打开，或找联络员、重点办再要一个。"
)


@router.get(_PLACE, purposes=(REPORT,))
def show(tx: Tx, visitor: Visitor, asked: Asked) -> Page:
    """What stands, what was answered, and the form."""
    return _page(tx, visitor, _project(visitor, asked), asked)


@router.post(_PLACE, purposes=(REPORT,))
def send(tx: Tx, visitor: Visitor, asked: Asked) -> Sends | GoTo | Page:
    """The form, an answer to what was asked, or a button under it."""
    project = _project(visitor, asked)
    account, once = _account(visitor, project), asked.get("once", "")
    if not once or inbox.of_keys(tx, PAGE, account, [f"{account}:{once}:{part}" for part in "arb"]):
        return GoTo(visitor.target)  # sent twice, or reloaded: what came of it stands there
    try:
        messages = _messages(tx, visitor, project, asked)
    except _Wrong as wrong:
        return _page(tx, visitor, project, asked, str(wrong))
    return Sends(messages, f"{visitor.target}?sent=1#last")


class _Wrong(Exception):
    """Something can't be what was meant; the text says what."""


def _project(visitor: Visitor, asked: Asked) -> Project:
    project = visitor.directory.projects.get(int(asked["project"])) if asked["project"].isdecimal() else None
    if project is None or project.gone or visitor.target != f"/report/{asked['project']}/{asked['behind']}":
        raise NotToSee(_GONE)
    return project


def _account(visitor: Visitor, project: Project) -> str:
    return page_account(visitor.person.id, f"report-{project.id}")


def _messages(tx: Tx, visitor: Visitor, project: Project, asked: Asked) -> tuple[Incoming, ...]:
    account, once = _account(visitor, project), asked["once"]
    behind = int(asked["behind"])
    about: dict[str, Any] = {} if behind == visitor.person.id else {"for": behind}

    def message(
        part: str, text: str, acts: list[dict[str, Any]] | None, files: tuple[str, ...] = ()
    ) -> Incoming:
        with_acts = about | ({"acts": acts} if acts else {})
        return Incoming(
            PAGE, account, text, (Key(PAGE, f"{account}:{once}:{part}"),), "", files, with_acts or None
        )

    answer = asked.get("say", "").strip()[:_LONGEST] or asked.get("answer", "").strip()[:_LONGEST]
    if "say" in asked or "answer" in asked:
        if not answer:
            raise _Wrong("请写上要回的话。")
        return (message("a", answer, None),)
    said, trouble = _said(visitor, asked), asked.get("trouble", "").strip()[:_LONGEST]
    photos = _photos(visitor.uploads)
    if said.is_empty and not trouble and not photos:
        raise _Wrong("还什么都没有填。没有变化就写“0”，或写上问题、附上照片。")
    kept = tuple(
        attachments.keep(tx, name=one.name or "照片", media_type=kind, body=one.body, at=visitor.now)
        for one, kind in photos
    )
    sent = []
    if not said.is_empty or not trouble:
        words = words_of(project, said, visitor.today)
        sent.append(message("r", words, [dump(act_of(project, said))], kept))
        kept = ()
    if trouble:
        sent.append(message("b", trouble, [{"act": "trouble", "project": project.number}], kept))
    return tuple(sent)


def _said(visitor: Visitor, asked: Asked) -> Said:
    month = _month(visitor, asked)
    status = asked.get("status", "")
    if status and status not in set(Status):
        raise _Wrong("状态请从列表里选。")
    day = asked.get("day", "")
    try:
        status_day = date.fromisoformat(day) if day and status else None
    except ValueError:
        raise _Wrong("日期不对，请重选。") from None
    percent = _number(asked, "percent", "形象进度")
    if percent is not None and percent > 100:
        raise _Wrong(f"形象进度{percent:g}%超过100%，请核对。")
    return Said(
        month,
        Standing(
            _yuan(asked, "month", f"{month[1]}月投资"),
            _yuan(asked, "year", "今年累计"),
            percent,
            Status(status) if status else None,
        ),
        status_day,
    )


def _month(visitor: Visitor, asked: Asked) -> Month:
    """This month or the one before, as chosen."""
    now = (visitor.today.year, visitor.today.month)
    chosen = asked.get("of", "")
    return next(
        (one for one in (now, month_before(now)) if f"{one[0]}-{one[1]}" == chosen), month_now(visitor.today)
    )


def _yuan(asked: Asked, name: str, called: str) -> int | None:
    wan = _number(asked, name, called)
    if wan is not None and wan > _MOST_WAN:
        raise _Wrong(f"{called}{wan:g}万元太大，单位是万元，请核对。")
    return None if wan is None else round(wan * 10_000)


def _number(asked: Asked, name: str, called: str) -> float | None:
    said = (
        asked.get(name, "").strip().replace(",", "").replace("，", "").removesuffix("%").removesuffix("万元")
    )
    said = said.removesuffix("万").strip()
    if not said:
        return None
    if not _NUMBER.match(said):
        raise _Wrong(f"{called}：“{asked[name].strip()[:20]}”不是数，请写数字，如 1800。")
    return float(said)


def _photos(uploads: tuple[Upload, ...]) -> list[tuple[Upload, str]]:
    """The pictures with their types, as their first bytes say."""
    if len(uploads) > _MOST_PHOTOS:
        raise _Wrong(f"照片一次最多{_MOST_PHOTOS}张。")
    found = []
    for one in uploads:
        kind = next((kind for head, kind in _PICTURES.items() if one.body.startswith(head)), "")
        if one.body[:4] == b"RIFF" and one.body[8:12] == b"WEBP":
            kind = "image/webp"
        if not kind:
            raise _Wrong(f"“{one.name[:30]}”不是照片，只收 JPG、PNG 图片。")
        found.append((one, kind))
    return found


def _page(tx: Tx, visitor: Visitor, project: Project, asked: Asked, wrong: str = "") -> Page:
    account = _account(visitor, project)
    this = (visitor.today.year, visitor.today.month)
    before = month_before(this)
    line = line_of(visitor.rules.regime)
    stood = {one: figures.as_of(tx, *one, line).get(project.id) for one in (before, this)}
    of, last, so_far = before, stood[before], stood[this]
    was = last.invested if last is not None else None
    if so_far is not None and (so_far.in_month is not None or so_far.invested != was):
        of, last = this, so_far  # this month was reported on already
    question = questions.open_for(tx, PAGE, account, "")
    talk = inbox.lately(tx, PAGE, account, _SHOWN)
    buttons = talk[-1].answers[-1].buttons if talk and talk[-1].answers else []
    behind = visitor.directory.people.get(int(asked["behind"]))
    return Page(
        "report.html",
        {
            "title": f"{project.short}填报",
            "project": project,
            "behind": behind if behind and behind.id != visitor.person.id else None,
            "last_month": of[1],
            "last_words": standing(last) if last is not None and last.invested is not None else "",
            "last_percent": last.percent if last is not None else None,
            "months": [f"{one[0]}-{one[1]}" for one in (this, before)],
            "chosen": asked.get("of", "-".join(map(str, month_now(visitor.today)))),
            "statuses": [(str(one), words) for one, words in STATUS.items()],
            "talk": talk,
            "buttons": buttons if question is not None else [],
            "is_asked": question is not None,
            "wrong": wrong,
            "asked": asked if wrong else {},
            "once": secrets.token_urlsafe(12),
            "target": visitor.target,
            "latest": visitor.today + timedelta(days=366),
            "most_photos": _MOST_PHOTOS,
        },
        422 if wrong else 200,
    )
