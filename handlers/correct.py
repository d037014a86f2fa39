"""更正: the right figures for what the sender last reported, as a new report in the old one's place.

改成1900万 replaces the one figure of that size; where several could be meant it is asked. History stands:
the corrected report is kept, and what others reported since is not touched.
"""

import re
from dataclasses import replace

from bot.acts import Correct, Money, Scope, dump, load
from bot.calendar import day_of
from bot.channel import Button
from bot.questions import chosen
from bot.routing import Asked, Refusal, Reply, Router, Turn
from bot.wording import SCOPE, date_words, money, yuan
from handlers import rights
from handlers.figures import Figures, doubts, recorded, remark, said, span
from handlers.month_notes import of_report
from handlers.progress import ask_if_right, how_to_put_right, keep
from storage import reports
from storage.directory import Project
from storage.questions import Question
from storage.reports import Report

router = Router()

_SIZE = 3  # a figure is of another's size if it is at most so many times more or less


@router.on(Correct)
def correct_report(act: Correct, turn: Turn) -> Reply:
    """Put right what the sender last reported (of that project, if he names one)."""
    project_id = None if act.project is None else rights.must_report_on(turn, act.project).id
    last = reports.last_by(turn.tx, turn.writer.id, project_id)
    if last is None and turn.sender.id != turn.writer.id:
        last = reports.last_by(turn.tx, turn.sender.id, project_id)
    if last is None or last.project_id not in turn.directory.projects:
        raise Refusal("没有找到您报过的进展，没有可更正的。请直接报：“342改线本月完成1900万元”。")
    project = turn.directory.projects[last.project_id]
    if not (act.invested or act.percent is not None or act.status or act.date):
        raise Refusal(f"请写明{project.short}改成多少，如“改成1900万”；整条不要了回“撤销”。")
    for item in act.invested:
        if item.scope is None and _meant(item, last) is None:
            return _ask_which(act, item, last, project, turn)
    return _replace(act, last, project, turn, turn.text)


@router.phrase(r"(?:请)?(?:改成|更正为|应该?是)(?P<number>\d+(?:\.\d+)?)[。]?")
def without_a_unit(match: re.Match[str], turn: Turn) -> Reply | None:
    """改成500: of what is asked, for 500元 and 500亿元 are not the same."""
    if reports.last_by(turn.tx, turn.writer.id, None) is None:
        return None
    number = match["number"]
    percent = f"或“改成{number}%”" if float(number) <= 100 else ""
    return Reply(f"“{number}”后面请写单位，如“改成{number}万”{percent}；还没有改。")


def _meant(item: Money, last: Report) -> str | None:
    """The scope of the figure that a bare amount replaces; None if several could be meant."""
    if not last.invested:
        return ""
    near = [
        scope
        for scope, stood in last.invested.items()
        if stood and yuan(item) and 1 / _SIZE <= yuan(item) / stood <= _SIZE
    ]
    fits = near if len(near) == 1 else list(last.invested)
    return fits[0] if len(fits) == 1 else None


def _replace(act: Correct, last: Report, project: Project, turn: Turn, text: str) -> Reply:
    old = recorded(last)
    figures = _over(act, last, old)
    words = f"{text}（更正“{last.words}”）"
    if figures == old:
        raise Refusal(
            f"{project.short}原来记的就是{'，'.join(said(old, project, last.words, turn.today))}，没有变。"
        )
    doubtful = doubts(turn.tx, figures, project, words, turn.now, without=last)
    if doubtful:
        return ask_if_right(_as_act(figures, project), project, doubtful, turn, words, last)
    report_id = keep(project, figures, turn, words, last)
    changes = _changes(old, figures, project, words, turn)
    return Reply(
        f"已更正：{project.short}（{date_words(day_of(last.at), turn.today)}报），{changes}。{remark(figures, project)}"
        f"{of_report(project, report_id, turn)}"
        f"原来的一条保留在记录里。{how_to_put_right(figures)}"
    )


def _over(act: Correct, last: Report, old: Figures) -> Figures:
    """The old figures with the right ones in their places; what was not named stays."""
    invested = dict(old.invested)
    for item in act.invested:
        if item.scope is None:
            invested[_meant(item, last) or ""] = yuan(item)
            continue
        if item.scope not in invested and list(invested) == [""]:
            del invested[""]  # he says now what span it was
        invested[str(item.scope)] = yuan(item)
    status = act.status or old.status
    day = act.date if act.status or act.date else old.status_day
    return Figures(invested, old.percent if act.percent is None else act.percent, status, day)


def _as_act(figures: Figures, project: Project) -> Correct:
    sums = tuple(
        Money(yuans / 10_000, Scope(scope) if scope else None) for scope, yuans in figures.invested.items()
    )
    return Correct(project.number, sums, figures.percent, figures.status, figures.status_day)


def _changes(old: Figures, new: Figures, project: Project, words: str, turn: Turn) -> str:
    parts = []
    for scope, invested in new.invested.items():
        stood = old.invested.get(scope)
        if stood != invested:
            before = "" if stood is None else f"{money(stood)}改为"
            parts.append(f"{span(scope, words, turn.today)}{before}{money(invested)}")
    rest = replace(new, invested={})
    if rest != replace(old, invested={}):
        parts += said(rest, project, words, turn.today)
    return "，".join(parts)


def _ask_which(act: Correct, item: Money, last: Report, project: Project, turn: Turn) -> Reply:
    scopes = list(last.invested)
    names = [f"{span(scope, last.words, turn.today)}{money(last.invested[scope])}" for scope in scopes]
    shown = "；".join(f"第{place}个 {name}" for place, name in enumerate(names, 1))
    return Reply(
        f"{project.short}上次报了{len(names)}个数：{shown}。哪一个改成{money(yuan(item))}？回“第一个”就行。",
        tuple(Button(name, f"第{place}个") for place, name in enumerate(names, 1)),
        asks=Asked(
            "figure-of",
            {"act": dump(act), "report": last.id, "scopes": scopes, "text": turn.text},
        ),
    )


@router.answer("figure-of")
def settle_which(question: Question, turn: Turn) -> Reply | None:
    """第一个, or the span by its word (本月, 今年累计)."""
    scopes: list[str] = question.data["scopes"]
    last = reports.one(turn.tx, question.data["report"])
    act = load(question.data["act"])
    place = chosen(turn.text, range(1, len(scopes) + 1))
    if place is None:
        named = [number for number, scope in enumerate(scopes, 1) if _names(turn.text, scope, last, turn)]
        place = named[0] if len(named) == 1 else None
    if place is None or last is None or not isinstance(act, Correct):
        return None
    scope = scopes[place - 1]
    meant = tuple(
        replace(item, scope=Scope(scope)) if item.scope is None and scope else item for item in act.invested
    )
    project = turn.directory.projects[last.project_id]
    return _replace(replace(act, invested=meant), last, project, turn, question.data["text"])


def _names(text: str, scope: str, last: Report | None, turn: Turn) -> bool:
    if not scope or last is None:
        return False
    plain = text.strip(" 。.!！的那个是投资")
    return len(plain) >= 1 and plain in (
        SCOPE[Scope(scope)],
        span(scope, last.words, turn.today).removesuffix("投资"),
    )
