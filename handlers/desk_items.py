"""The office's day, as it is now: what waits to be verified, dispatched, answered, confirmed, released, who is
unknown, what was not understood. Only reading; what is done about it goes the way of every message.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot import lamps
from bot.acts import load
from bot.mechanism.figures import line_of
from bot.mechanism.states import State
from bot.routing import Refusal, Turn
from bot.wording import date_words, due_words, moment
from handlers import accounts, release, rights, routes
from handlers.bind import key_of, known_as, may_settle
from handlers.month_words import called, standing
from handlers.strike_off import must_confirm
from storage import attachments, binding, desk, drafts, figures, inbox, months, outbox, questions, tickets
from storage.desk import DRAFT, MESSAGE, PERSON, TICKET, Item, Laid
from storage.directory import Person, Project
from storage.tickets import Ticket

VERIFY, DISPATCH, ANSWER, CONFIRM = "verify", "dispatch", "answer", "confirm"
RELEASE, ACCOUNTS, FIGURES, PEOPLE, MESSAGES = "release", "accounts", "figures", "people", "messages"
HEADINGS = {
    VERIFY: "待核实",
    DISPATCH: "待交办",
    ANSWER: "待答复",
    CONFIRM: "待销号",
    RELEASE: "待发呈报",
    ACCOUNTS: "月账确认",
    FIGURES: "数据核对",
    PEOPLE: "新账号",
    MESSAGES: "没读懂",
}
_MISSED_FOR = timedelta(days=31)
ACCOUNT = "account"  # the kind of item that is a project with its month
FIGURE = "figure"  # the kind of question that shows back what can't be right


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the desk. `name` is what it is called in the chat (17号, 呈报3); `seen` how it stood."""

    section: str
    item: Item
    name: str
    title: str
    facts: tuple[str, ...] = ()
    words: str = ""
    files: tuple[str, ...] = ()
    seen: str = ""
    elsewhere: str = ""  # the office that carries it, if that is not this one
    ticket: Ticket | None = None
    wants: str = ""  # what is asked: 延期, 退回
    key: str = ""  # of a new account: how it is confirmed
    writer: str = ""  # of a message: for whom the office may report
    held: bool = False
    letter: bool = False
    late: bool = False
    project: int = 0
    lead: str = ""  # the unit that is proposed, those beside it, and why
    assisting: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on it, by section, and what was put off until later."""

    entries: tuple[Entry, ...]
    put_off: tuple[tuple[Entry, Laid], ...]

    def of(self, section: str) -> list[Entry]:
        """What lies there, one's own first."""
        return sorted(
            (one for one in self.entries if one.section == section), key=lambda one: bool(one.elsewhere)
        )


def has_desk(turn: Turn) -> bool:
    """Staff of an office, and who heads it."""
    return release.is_office(turn)


def area_of(turn: Turn) -> int | None:
    """Whose desk it is: a county's, or the city's (None)."""
    return turn.directory.area_of(turn.sender)


def read(turn: Turn) -> Desk:
    """The desk of the sender's office."""
    found = [
        *_tickets(turn),
        *_drafts(turn),
        *_accounts(turn),
        *_figures(turn),
        *_people(turn),
        *_missed(turn),
    ]
    laid = desk.laid(turn.tx, area_of(turn), turn.now)
    lying = [one for one in found if one.item not in laid]
    away = [(one, laid[one.item]) for one in found if one.item in laid and laid[one.item].until is not None]
    return Desk(tuple(lying), tuple(sorted(away, key=lambda pair: (pair[1].until or turn.now, pair[1].id))))


def waits(turn: Turn, item: Item) -> bool:
    """Whether that still waits for the office."""
    return any(one.item == item for one in read(turn).entries)


# ---- tickets ------------------------------------------------------------------------------------


def _tickets(turn: Turn) -> list[Entry]:
    mine = [one for one in tickets.waiting_for_office(turn.tx) if rights.decides(turn, one)]
    limits = tickets.deadlines_of(turn.tx, [one.id for one in mine])
    files = attachments.of_messages(turn.tx, [one.inbox_id for one in mine if one.inbox_id is not None])
    return [
        _entry(one, section, lamps.next_limit(one, limits[one.id]), files, turn)
        for one in mine
        if (section := _section(one, turn))
    ]


def _section(ticket: Ticket, turn: Turn) -> str:
    if ticket.state is State.REPORTED:
        return "" if ticket.sent_back else VERIFY
    if ticket.state is State.ENTERED:
        return DISPATCH
    if ticket.state is State.RESOLVED:
        return CONFIRM if _may(lambda: must_confirm(turn, ticket)) else ""
    return ANSWER if _may(lambda: rights.must_set_limits(turn, ticket.number)) else ""


def _may(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Refusal:
        return False
    return True


def _entry(
    ticket: Ticket,
    section: str,
    limit: tickets.DeadlineRow | None,
    files: Mapping[int, Sequence[str]],
    turn: Turn,
) -> Entry:
    project = turn.directory.projects[ticket.project_id]
    asks = ticket.asks or {}
    proposed = routes.proposal_for(turn, ticket) if section in (VERIFY, DISPATCH) else None
    wants = {"extension": "延期", "return": "退回"}.get(asks.get("what", ""), "")
    return Entry(
        section,
        (TICKET, ticket.number),
        f"{ticket.number}号",
        ticket.title,
        tuple(
            part
            for part in (
                *_origin(ticket, project, turn),
                *_wish(ticket, turn),
                lamps.lamp(ticket, limit, turn.now),
            )
            if part
        ),
        ticket.words,
        tuple(files.get(ticket.inbox_id or 0, ())),
        ticket.stands,
        _elsewhere(ticket, turn),
        ticket,
        wants,
        late=lamps.is_over(limit, turn.now),
        project=project.number,
        lead=proposed.lead if proposed else "",
        assisting=proposed.assisting if proposed else (),
        why=proposed.why if proposed else "",
    )


def _origin(ticket: Ticket, project: Project, turn: Turn) -> Iterable[str]:
    reporter = turn.directory.people.get(ticket.reporter_id)
    who = ticket.on_behalf or (reporter.signed if reporter else "")
    yield project.area or "市直"
    yield f"{who} {moment(ticket.reported_at)}报"
    if ticket.wanted_by is not None:
        yield f"希望{date_words(ticket.wanted_by, turn.today)}前解决"
    lead = lamps.holder(turn.directory, ticket)
    if lead:
        yield f"{lead}承办"


def _wish(ticket: Ticket, turn: Turn) -> Iterable[str]:
    """What the unit asks for, and why."""
    asks = ticket.asks or {}
    if asks.get("what") == "extension":
        yield f"申请延期到{date_words(date.fromisoformat(asks['until']), turn.today)}：{asks.get('reason') or '没有写原因'}"
    if asks.get("what") == "return":
        unit = f"，应由{asks['unit']}办" if asks.get("unit") else ""
        yield f"申请退回{unit}：{asks.get('reason') or '没有写原因'}"


def _elsewhere(ticket: Ticket, turn: Turn) -> str:
    """The other office that carries the ticket; empty if it is the sender's own."""
    project = turn.directory.projects[ticket.project_id]
    carriers = turn.directory.office_of(project, ticket.level, ticket.unit_ids, ticket.asked_units)
    area_id = turn.directory.area_of(carriers[0]) if carriers else None
    if not carriers or area_id == area_of(turn):
        return ""
    return f"{project.area}重点办在办" if area_id is not None else f"{turn.rules.regime.office.short}在办"


# ---- the rest -----------------------------------------------------------------------------------


def _drafts(turn: Turn) -> list[Entry]:
    found = []
    for one in drafts.waiting(turn.tx):
        if not release.is_mine(one, turn):
            continue
        until = f"{due_words(one.release_at, turn.today)}前不处理将自动发出" if one.release_at else ""
        held = one.state == outbox.HELD
        found.append(
            Entry(
                RELEASE,
                (DRAFT, one.number),
                f"呈报{one.number}",
                release.to_words(one, turn),
                tuple(part for part in ("已暂缓" if held else until,) if part),
                one.line,
                held=held,
                letter=one.kind == drafts.LETTER,
            )
        )
    return found


def _accounts(turn: Turn) -> list[Entry]:
    """The month's figures that were handed over and wait for the sender's office to confirm them."""
    month = months.last_opened(turn.tx)
    if month is None or turn.rules.regime.months is None:
        return []
    state = months.month_state(turn.tx, *month)
    mine = [one for one in accounts.confirms(turn) if one.id in state.unconfirmed]
    if state.is_closed or not mine:
        return []
    found = figures.as_of(turn.tx, *month, line_of(turn.rules.regime))
    return [
        Entry(
            ACCOUNTS,
            (ACCOUNT, one.id),
            f"{one.short}{called(month, turn)}数",
            standing(found[one.id]),
            (one.area or "市直",),
            project=one.number,
        )
        for one in mine
    ]


def _figures(turn: Turn) -> list[Entry]:
    """Figures that can't be right, which their reporter was asked about and has not confirmed yet."""
    found = []
    for question in questions.open_of(turn.tx, FIGURE):
        who = turn.directory.person_of(question.channel, question.account)
        projects = [
            project
            for item in question.data["items"]
            if (number := getattr(load(item["act"]), "project", None))
            and (project := turn.directory.project_numbered(number)) is not None
        ]
        if who is None or not projects or not all(_answers_for(one, turn) for one in projects):
            continue
        found.append(
            Entry(
                FIGURES,
                (FIGURE, question.id),
                f"数据{question.id}",
                "、".join(dict.fromkeys(one.short for one in projects)),
                (
                    f"{who.signed}报的，还等他本人核对，没有记账",
                    f"{moment(question.asked_at)}问的，{due_words(question.lapses_at, turn.today)}放下",
                ),
                str(question.data.get("text", "")),
                project=projects[0].number,
            )
        )
    return found


def _answers_for(project: Project, turn: Turn) -> bool:
    return rights.is_office_for(turn.directory, turn.sender, project) or rights.heads_office(
        turn.directory, turn.sender, project
    )


def _people(turn: Turn) -> list[Entry]:
    found = []
    for one in binding.waiting(turn.tx):
        if not may_settle(one, turn):
            continue
        known = turn.directory.people.get(one.person_id or 0)
        found.append(
            Entry(
                PEOPLE,
                (PERSON, one.id),
                f"新账号{one.id}",
                key_of(one, turn),
                (known_as(known),),
                one.words,
                key=key_of(one, turn),
            )
        )
    return found


def _missed(turn: Turn) -> list[Entry]:
    """For the city's office alone, as in the chat."""
    if not (
        rights.is_city_office(turn.directory, turn.sender)
        or rights.heads_city_office(turn.directory, turn.sender)
    ):
        return []
    until = turn.now + timedelta(microseconds=1)
    return [
        Entry(
            MESSAGES,
            (MESSAGE, row.id),
            f"消息{row.id}",
            _writer(turn.directory.person_of(row.channel, row.account)),
            (moment(row.at), "群里说的") if row.group_key else (moment(row.at),),
            row.text,
            writer=_name(turn.directory.person_of(row.channel, row.account)),
        )
        for row in inbox.missed_since(turn.tx, turn.now - _MISSED_FOR, until)
    ]


def _writer(who: Person | None) -> str:
    return who.signed if who else "名录里没有的账号"


def _name(who: Person | None) -> str:
    return who.name if who else ""
