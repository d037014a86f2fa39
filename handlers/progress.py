"""进展: what a liaison reports of his project is recorded at once and said back.

What can't be right (figures.py) is shown back first and counts only when it is confirmed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.acts import Correct, Money, Progress, dump, load
from bot.channel import Button
from bot.questions import projects_named, rather, yes_or_no
from bot.routing import Asked, Reply, Router, Turn, joined
from bot.wording import number, yuan
from handlers import rights
from handlers.claims import proof_asked
from handlers.figures import Figures, doubts, figures_of, remark, said
from handlers.month_notes import of_report
from handlers.telling import tell
from storage import attachments, reports
from storage.directory import Project
from storage.questions import Question
from storage.reports import Report

router = Router()

_LONGEST_STEP = 40
_DROP = ("不记", "不记了", "先不记", "撤销", "作废")


@router.on(Progress)
def report_progress(act: Progress, turn: Turn) -> Reply:
    """Record progress, with or without figures."""
    project = rights.must_report_on(turn, act.project)
    figures = figures_of(act)
    doubtful = doubts(turn.tx, figures, project, turn.text, turn.now)
    if doubtful:
        return ask_if_right(act, project, doubtful, turn, turn.text)
    return record(project, figures, turn, turn.text)


def record(
    project: Project, figures: Figures, turn: Turn, words: str, *, asked_by: int | None = None
) -> Reply:
    """Keep a report that counts and say it back; `asked_by` is the message behind the question it answers."""
    report_id = keep(project, figures, turn, words)
    pictures = _joined(turn, asked_by)
    facts = said(figures, project, words, turn.today)
    told = "，".join([project.short, *facts]) if facts else f"{project.short}进展“{words[:_LONGEST_STEP]}”"
    tell_liaison(project, told, turn)
    parts = [f"记下了：{told}。", remark(figures, project)]
    if "" in figures.invested:
        amount = number(figures.invested[""] / 10_000)
        parts.append(f"没写是本月还是今年累计，补一句“改成本月{amount}万”就行。")
    if pictures:
        parts.append(f"附件{pictures}个。")
    parts.append(of_report(project, report_id, turn))
    parts.append(proof_asked(turn, figures.status, turn.inbox_id))
    parts.append(how_to_put_right(figures))
    return Reply("".join(parts))


def keep(project: Project, figures: Figures, turn: Turn, words: str, corrects: Report | None = None) -> int:
    """A report that counts from now on; its id."""
    return reports.add(
        turn.tx,
        project_id=project.id,
        reporter_id=turn.writer.id,
        on_behalf=turn.on_behalf,
        inbox_id=turn.inbox_id,
        at=turn.now,
        invested=figures.invested,
        percent=figures.percent,
        status=figures.status,
        status_day=figures.status_day,
        words=words,
        corrects=corrects,
    )


def how_to_put_right(figures: Figures) -> str:
    """The short message that puts a figure right, with one that is near what was said."""
    if figures.invested:
        wan = next(iter(figures.invested.values())) / 10_000
        return f"写错了回“改成{_amount(_near(wan))}”或“撤销”；现场照片直接发来。"
    if figures.percent is not None:
        return f"写错了回“改成{number(min(figures.percent + 1, 100))}%”或“撤销”；现场照片直接发来。"
    return "写错了回“撤销”；现场照片直接发来。"


def _near(wan: float) -> float:
    """Another sum of that size."""
    return wan + float(10 ** max(len(str(int(wan))) - 2, 0))


def _amount(wan: float) -> str:
    return f"{number(wan / 10_000, 4)}亿" if wan >= 10_000 else f"{number(wan)}万"


def ask_if_right(
    act: Progress | Correct,
    project: Project,
    doubtful: Sequence[str],
    turn: Turn,
    words: str,
    corrects: Report | None = None,
) -> Reply:
    """Show back what can't be right; nothing counts until it is confirmed or replaced."""
    item = {
        "act": dump(replace(act, project=project.number)),
        "text": words,
        "corrects": corrects.id if corrects else None,
        "inbox": turn.inbox_id,
    }
    if act.invested:
        wan = act.invested[0].wan
        example = f"改成{_amount(wan / 10 if any('超过' in one or '倍' in one for one in doubtful) else _near(wan))}"
    elif act.percent is not None:
        example = f"改成{number(min(act.percent, 100))}%"
    else:
        example = "改成9月20日开工"
    return Reply(
        f"{project.short}先核对一下，还没有记：{'；'.join(doubtful)}。属实回“是”；写错了回对的数（如“{example}”）；不记回“不记”。",
        (Button("属实，记下", "是"), Button("不记", "不记")),
        asks=Asked("figure", {"items": [item], "text": words}),
    )


@router.answer("figure")
def settle_figure(question: Question, turn: Turn) -> Reply | None:
    """是 counts it, 不记 drops it, another figure takes its place and is looked at again."""
    items = question.data["items"]
    acts = [load(item["act"]) for item in items]
    waiting = [
        (act, item) for act, item in zip(acts, items, strict=True) if isinstance(act, (Progress, Correct))
    ]
    plain = turn.text.strip(" 。.!！")
    right = False if plain in _DROP else yes_or_no(turn.text)
    if right is False:
        names = "、".join(rights.must_report_on(turn, act.project).short for act, _ in waiting)
        return Reply(f"好，{names}这一条没有记。对的数请直接再报一遍。")
    if right:
        return joined([_confirmed(act, f"{item['text']}（已核对属实）", item, turn) for act, item in waiting])
    if len(waiting) == 1 and (number := _other_project(waiting[0][0], turn)) is not None:
        act, item = waiting[0]
        words = f"{turn.text}（更正“{item['text']}”）"
        return _checked_again(replace(act, project=number), words, item, turn)
    replaced = [
        (other, item) for act, item in waiting if (other := _in_place_of(act, turn, only=len(waiting) == 1))
    ]
    if len(replaced) != 1:
        return None
    act, item = replaced[0]
    rest = [one for one in items if one is not item]
    reply = _checked_again(act, f"{turn.text}（更正“{item['text']}”）", item, turn)
    if not rest:
        return reply
    still = "、".join(rights.must_report_on(turn, load(one["act"]).project).short for one in rest)  # type: ignore[attr-defined]
    again = [*reply.asks.data["items"], *rest] if reply.asks else rest
    return Reply(
        f"{reply.text}\n{still}还等您核对：属实回“是”，不记回“不记”。",
        asks=Asked("figure", {"items": again, "text": item["text"]}),
    )


def _other_project(act: Progress | Correct, turn: Turn) -> int | None:
    """不是342的，是八达的: the one other project that the answer names for what waits."""
    meant = rather(turn.text)
    if meant is None or (meant.wrong and act.project not in projects_named(meant.wrong, turn)):
        return None
    fits = set(projects_named(meant.right, turn)) - {act.project}
    fits = fits & set(turn.directory.reports_on(turn.sender)) or fits
    return fits.pop() if len(fits) == 1 else None


def _checked_again(act: Progress | Correct, words: str, item: Mapping[str, Any], turn: Turn) -> Reply:
    project, corrects = rights.must_report_on(turn, act.project), _corrected(item, turn)
    doubtful = doubts(turn.tx, figures_of(act), project, words, turn.now, without=corrects)
    if doubtful:
        return ask_if_right(act, project, doubtful, turn, words, corrects)
    return _confirmed(act, words, item, turn)


def _confirmed(act: Progress | Correct, words: str, item: Mapping[str, Any], turn: Turn) -> Reply:
    project, figures, corrects = (
        rights.must_report_on(turn, act.project),
        figures_of(act),
        _corrected(item, turn),
    )
    if corrects is None:
        return record(project, figures, turn, words, asked_by=item["inbox"])
    keep(project, figures, turn, words, corrects)
    facts = "，".join(said(figures, project, words, turn.today))
    return Reply(f"已更正：{project.short}，{facts}。原来的一条保留在记录里。{how_to_put_right(figures)}")


def _corrected(item: Mapping[str, Any], turn: Turn) -> Report | None:
    return None if item["corrects"] is None else reports.one(turn.tx, item["corrects"])


def _in_place_of(act: Progress | Correct, turn: Turn, *, only: bool) -> Progress | Correct | None:
    """The waiting act with the figures that the answer names instead; None if it names none for it.

    `only`: nothing else waits, so the project need not be named.
    """
    found = turn.understand(turn, turn.text).acts
    if len(found) != 1 or not isinstance(found[0], (Progress, Correct)):
        return None
    new = found[0]
    if new.project != act.project and not (only and new.project is None):
        return None
    if not (new.invested or new.percent is not None or new.status):
        return None
    for item in new.invested:
        act = _with_sum(act, item, turn)
    if new.percent is not None:
        act = replace(act, percent=new.percent)
    if new.status is not None:
        act = replace(act, status=new.status, date=new.date)
    return act


def _with_sum(act: Progress | Correct, item: Money, turn: Turn) -> Progress | Correct:
    """The act with this sum in the place of its span's; without a span, where it leaves the least doubt."""
    places = [place for place, one in enumerate(act.invested) if item.scope in (None, one.scope)]
    if not places:
        return replace(act, invested=(*act.invested, item))
    project = rights.must_report_on(turn, act.project)

    def at(place: int) -> Progress | Correct:
        sums = list(act.invested)
        sums[place] = replace(item, scope=sums[place].scope)
        return replace(act, invested=tuple(sums))

    def fit(place: int) -> tuple[int, int]:
        left = doubts(turn.tx, figures_of(at(place)), project, turn.text, turn.now)
        return len(left), abs(yuan(act.invested[place]) - yuan(item))

    return at(min(places, key=fit))


def _joined(turn: Turn, asked_by: int | None) -> int:
    """Pictures that he sent without words just before join the report; how many it has now."""
    adopted = attachments.adopt(
        turn.tx,
        turn.chat.channel,
        turn.chat.account,
        since=turn.now - timedelta(minutes=turn.rules.regime.together_minutes),
        inbox_id=turn.inbox_id,
        also=asked_by,
    )
    return adopted + len(turn.attachments)


def tell_liaison(project: Project, told: str, turn: Turn) -> None:
    """The liaison hears what the office reported in his place."""
    if turn.sender.id in project.liaisons:
        return
    liaisons = [turn.directory.people[one] for one in project.liaisons[:1] if one in turn.directory.people]
    tell(
        turn,
        liaisons,
        "reported-for-you",
        f"{turn.writer.signed}代您报了：{told}。不对请回“改成…”或找重点办",
        project=project,
    )
