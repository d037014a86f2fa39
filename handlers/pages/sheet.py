"""填报表 on a page: taken down, sent back, looked at and confirmed, for whom a chat can't carry files."""

import re
import secrets

from bot.channel import PAGE, Incoming, Key, page_account
from bot.documents.month_sheet import file_name, month_sheet_xlsx, month_words
from bot.mechanism.figures import line_of
from bot.visiting import Asked, File, GoTo, NotToSee, Page, PageRouter, Sends, Visitor
from handlers.month_sheets import projects_of
from storage import attachments, inbox, questions
from storage.database import Tx
from storage.links import DESK, VIEW
from storage.month_sheets import is_sheet, rows_of

router = PageRouter()

_WHO = (VIEW, DESK)
_SHOWN = 4
_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")


@router.get("/sheet/{month}", purposes=_WHO)
def show(tx: Tx, visitor: Visitor, asked: Asked) -> Page:
    """The sheet to take down, the one to send back, and what was answered."""
    return _page(tx, visitor, asked)


@router.get("/sheet/{month}/file", purposes=_WHO)
def take_down(tx: Tx, visitor: Visitor, asked: Asked) -> File:
    """The sheet of his projects with what stands now."""
    month = _month(asked)
    mine, whose = projects_of(visitor.directory, visitor.person)
    if not mine:
        raise NotToSee("您没有要填报的项目。")
    year, number = map(int, month.split("-"))
    ids = [one.id for one in mine]
    rows = rows_of(tx, visitor.directory, ids, (year, number), line_of(visitor.rules.regime))
    return File(month_sheet_xlsx(rows, month, whose), "application/octet-stream", file_name(month, whose))


@router.post("/sheet/{month}", purposes=_WHO)
def send(tx: Tx, visitor: Visitor, asked: Asked) -> Sends | GoTo | Page:
    """A filled sheet, or an answer to what it would record."""
    address = f"/sheet/{_month(asked)}"
    account, once = page_account(visitor.person.id, "sheet"), asked.get("once", "")
    key = Key(PAGE, f"{account}:{once}:s")
    if not once or inbox.of_keys(tx, PAGE, account, [key.key]):
        return GoTo(f"{address}#last")
    text = (asked.get("say") or asked.get("answer") or "").strip()[:500]
    if text:
        return Sends((Incoming(PAGE, account, text, (key,)),), f"{address}?sent=1#last")
    if len(visitor.uploads) != 1 or not is_sheet(visitor.uploads[0].name):
        return _page(tx, visitor, asked, "请选填好的那份表（xlsx 文件），再按“上传”。")
    file = visitor.uploads[0]
    kept = attachments.keep(tx, name=file.name, media_type=file.media_type, body=file.body, at=visitor.now)
    return Sends((Incoming(PAGE, account, "", (key,), "", (kept,)),), f"{address}?sent=1#last")


def _month(asked: Asked) -> str:
    if not _MONTH.fullmatch(asked["month"]):
        raise NotToSee("没有这个月的填报表。请从聊天里问“9月填报表”。")
    return asked["month"]


def _page(tx: Tx, visitor: Visitor, asked: Asked, wrong: str = "") -> Page:
    month, account = _month(asked), page_account(visitor.person.id, "sheet")
    talk = inbox.lately(tx, PAGE, account, _SHOWN)
    question = questions.open_for(tx, PAGE, account, "")
    return Page(
        "sheet.html",
        {
            "title": f"{month_words(month)}填报表",
            "month": month,
            "number": int(month[5:]),
            "talk": talk,
            "buttons": talk[-1].answers[-1].buttons if question and talk and talk[-1].answers else [],
            "is_asked": question is not None,
            "wrong": wrong,
            "once": secrets.token_urlsafe(12),
            "target": f"/sheet/{month}",
        },
        422 if wrong else 200,
    )
