"""The notes on a message as reasons: one for each that led to an act, and one for all that counted for nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date

from bot.acts import Act, Ask, Blocker, Plan, Query

from .reading import Reading, Spanned
from .requests import LEVELS
from .trace import Note, Reason, Rule

_DATES = ("date", "wanted_by", "planned", "until", "due")


def reasons(reading: Reading, written: str, acts: Sequence[Act], ask: Ask | None) -> tuple[Reason, ...]:
    """Why these acts, in their order, and then what was discarded. The reading has a trace; `written` is its text
    before slips were put right."""
    assert reading.trace is not None
    found: list[Reason] = []
    for note in reading.trace.notes:
        found += _of_note(reading, acts, note)
    for place, act in enumerate(acts):
        found += [Reason(place, rule, words) for rule, words in _slots(reading, act, ask)]
    if ask is not None and not acts:
        found += [Reason(None, *_open(reading, ask.about))]
    found += _unused(reading, found)
    kept = [
        replace(one, words=tuple(_as_written(reading.text, written, word) for word in one.words))
        for one in dict.fromkeys(found)
    ]
    return tuple(sorted(kept, key=lambda one: len(acts) if one.act is None else one.act))


def _as_written(text: str, written: str, word: str) -> str:
    """供电公司 as the 供店公司 that was written."""
    at = text.find(word)
    return written[at : at + len(word)] if at >= 0 and len(text) == len(written) else word


def _of_note(reading: Reading, acts: Sequence[Act], note: Note) -> Iterator[Reason]:
    assert reading.trace is not None
    if note.discarded:
        yield Reason(None, note.rule, note.words, note.discarded)
        return
    made = [note.act] if note.act is not None else reading.trace.acts_of.get(note.key, [])
    for act in made:
        place = _place(acts, act)
        if place is not None:
            yield Reason(place, note.rule, note.words)
        elif note.words and acts and all(isinstance(one, Query) for one in acts):
            yield Reason(None, note.rule, note.words, "这句话是在问")


def _place(acts: Sequence[Act], act: Act) -> int | None:
    """Where the act stands; one to which a limit or a name was added later is still that act."""
    if act in acts:
        return acts.index(act)
    same = [
        place
        for place, one in enumerate(acts)
        if type(one) is type(act)
        and all(getattr(one, name) == value for name, value in _said(act) if name != "project")
    ]
    return same[0] if same else None


def _said(act: Act) -> list[tuple[str, object]]:
    values = [(one.name, getattr(act, one.name)) for one in fields(act)]  # type: ignore[arg-type]
    return [(name, value) for name, value in values if value not in (None, ())]


def _slots(reading: Reading, act: Act, ask: Ask | None) -> Iterator[tuple[Rule, tuple[str, ...]]]:
    """Which words named what stands in the act."""
    values = dict(_said(act))
    takes = {one.name for one in fields(act)}  # type: ignore[arg-type]
    if isinstance(number := values.get("ticket"), int):
        yield _ticket(reading, number)
    elif isinstance(number := values.get("project"), int):
        yield _project(reading, number)
    elif ask is not None and ask.about in takes:
        yield _open(reading, ask.about)
    units = values.get("units") or tuple(filter(None, (values.get("unit"),)))
    assert isinstance(units, tuple)
    for name in units:
        if words := _texts(reading, [unit for unit in reading.units if unit.name == name]):
            yield Rule.UNIT, words
    if isinstance(act, Blocker) and act.level is not None:
        bureaus = _texts(reading, [unit for unit in reading.units if unit.level == act.level])
        said = next(words.search(reading.text) for level, words in LEVELS if level is act.level)
        yield Rule.LEVEL, bureaus or ((said[0],) if said else ())
    days = [value for name in _DATES if isinstance(value := values.get(name), date)]
    days += [node.date for node in act.nodes] if isinstance(act, Plan) else []
    for day in days:
        spans = [one for one in reading.days if day in (one.ahead, one.behind)]
        if spans:
            yield Rule.DATE, _texts(reading, spans)
    for name in ("assignee", "person"):
        if isinstance(person := values.get(name), str) and person in reading.text:
            yield Rule.PERSON, (person,)
    if isinstance(area := values.get("area"), str):
        yield Rule.AREA, tuple(said for said in (area, area[:-1]) if said in reading.text)[:1]


def _ticket(reading: Reading, number: int) -> tuple[Rule, tuple[str, ...]]:
    if words := _texts(reading, [ref for ref in reading.refs if number in ref.numbers]):
        return Rule.TICKET_NUMBER, words
    ticket = next((one for one in reading.tickets if one.number == number), None)
    words = _shared(ticket.title, reading.text) if ticket else ()
    named = [one for one in reading.projects if ticket and ticket.project in one.numbers]
    if len(reading.tickets) == 1 and not words and not named:
        return Rule.TICKET_ONLY, ()
    return Rule.TICKET_MATTER, (*_texts(reading, named), *words)


def _project(reading: Reading, number: int) -> tuple[Rule, tuple[str, ...]]:
    named = [one for one in reading.projects if number in one.numbers]
    words = _texts(reading, named)
    if not words:
        return Rule.PROJECT_OWN, ()
    alone = any(len(one.numbers) == 1 for one in named)
    return (
        Rule.PROJECT_NAME if alone or number not in reading.sender.projects else Rule.PROJECT_OF_OWN
    ), words


def _open(reading: Reading, about: str) -> tuple[Rule, tuple[str, ...]]:
    words = _texts(reading, reading.named)
    return (Rule.TICKET_OPEN if about == "ticket" else Rule.PROJECT_OPEN), words


def _shared(title: str, text: str) -> tuple[str, ...]:
    """The longest pieces of the title, of two characters or more, that the text has."""
    found: list[str] = []
    at = 0
    while at < len(title) - 1:
        end = next((end for end in range(len(title), at + 1, -1) if title[at:end] in text), at + 1)
        if end > at + 1:
            found.append(title[at:end])
        at = max(end, at + 1)
    return tuple(found)


def _unused(reading: Reading, found: Sequence[Reason]) -> list[Reason]:
    """Units, days, sums and shares in the text that no reason speaks of."""
    told = {word for reason in found for word in reason.words}
    left: list[tuple[Rule, Sequence[Spanned], str]] = [
        (
            Rule.UNIT,
            [
                unit
                for unit in reading.units
                if not unit.bare
                and not unit.place
                and not any(one.start <= unit.start < one.end for one in reading.projects)
            ],
            "只是提到，没有请它办",
        ),
        (Rule.DATE, reading.days, "不是要记的日子"),
        (Rule.INVESTED, reading.amounts, "不是报投资"),
        (Rule.PERCENT, reading.shares, "不是报形象进度"),
    ]
    return [
        Reason(None, rule, (word,), why)
        for rule, spans, why in left
        for word in _texts(reading, spans)
        if not any(word in one or one in word for one in told)
    ]


def _texts(reading: Reading, spans: Sequence[Spanned]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading.text[one.start : one.end].strip(" ,") for one in spans))
