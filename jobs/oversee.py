"""督促: the clocks of tickets. What is due is looked at, what the regime says is done, all at once.

A ticket whose rules fail is put off for an hour and named in the log; it stops nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog

from bot.calendar import day_of
from bot.channel import Button
from bot.mechanism.hours import Urgency, allowed, plus_working_hours
from bot.mechanism.look import Escalate, Look, Remind, Repeat, WatchedDeadline, look
from bot.mechanism.model import SOLVING, Kind, Regime, Rung, Tier
from bot.mechanism.states import WITH_UNIT, State
from bot.people import Rank
from bot.wording import date_words, day, due_words, last_day
from storage import outbox, pauses, tickets, watch
from storage.database import Tx, all_or_nothing
from storage.directory import Person
from storage.tickets import StepNote, Ticket

if TYPE_CHECKING:
    from jobs.schedule import Office

log = structlog.get_logger()

_MOST = 500
_LATER = timedelta(hours=1)


def run(tx: Tx, now: datetime, city: "Office", most: int = _MOST) -> bool:
    """Remind, repeat and escalate what is due now."""
    ids = watch.due_ids(tx, now, most)
    if not ids:
        return False
    failed: list[int] = []
    dues = _resumed(tx, watch.read(tx, ids), now, city, failed)
    items = []
    for due in dues:
        try:
            item = _Item(now, city, due.ticket, due.watched.deadlines)
            item.take(look(due.watched, item.regime, city.rules.calendar, now))
            items.append(item)
        except Exception:  # whatever its trouble is, the next ticket gets its turn
            log.exception("looking at a ticket failed", ticket=due.ticket.number)
            failed.append(due.ticket.id)
    failed += _written(tx, items, now)
    for one in failed:
        watch.put_off(tx, one, now + _LATER)
    return True


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next ticket is to be looked at."""
    return watch.next_look(tx)


def _resumed(
    tx: Tx, dues: list[watch.Due], now: datetime, city: "Office", failed: list[int]
) -> list[watch.Due]:
    """The tickets with those whose pause is over put back to work, their limits moved by the days paused."""
    over = [due.ticket for due in dues if due.ticket.paused_until and due.ticket.paused_until <= day_of(now)]
    if not over:
        return dues
    for ticket in over:
        try:
            with all_or_nothing(tx):
                _resume(tx, ticket, now, city)
        except Exception:  # whatever its trouble is, the sweep goes on without it
            log.exception("ending a pause failed", ticket=ticket.number)
            failed.append(ticket.id)
    return watch.read(tx, [due.ticket.id for due in dues if due.ticket.id not in failed])


def _resume(tx: Tx, ticket: Ticket, now: datetime, city: "Office") -> None:
    """Put it back to work, and tell the unit by when it is to be done now."""
    note = StepNote(now, None, "中止到期，恢复办理", way="clock")
    ticket = pauses.resume(tx, ticket, note, city.rules)
    running = [row for row in tickets.deadlines_of(tx, [ticket.id])[ticket.id] if row.runs]
    row = next((row for row in running if row.kind in SOLVING), None)
    if row is None or ticket.lead_id is None:
        return
    until = due_words(row.due, day_of(now))
    notices = [
        outbox.Notice(
            key=f"resumed:{row.id}:{reader.id}",
            kind="resumed",
            urgency="event",
            person_id=reader.id,
            ticket_id=ticket.id,
            line=f"{ticket.number}号 {ticket.title} 中止到期，恢复办理，{until}前{_DUTY[Kind(row.kind)]}（{row.say}）",
            answer=f"办好请回“{ticket.number}号已解决，申请销号”。",
            why="您是贵单位13710联系人",
            while_states=tuple(_WHILE),
        )
        for reader in city.directory.contacts(ticket.lead_id)
    ]
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)


def _written(tx: Tx, items: Sequence["_Item"], now: datetime) -> list[int]:
    """Write what was found, all at once or, if that fails, one by one; the tickets that can't be written."""
    try:
        with all_or_nothing(tx):
            _write(tx, items, now)
        return []
    except Exception:  # one of them is at fault: the others are written without it
        if len(items) == 1:
            log.exception("writing about a ticket failed", ticket=items[0].ticket.number)
            return [items[0].ticket.id]
    return [failed for item in items for failed in _written(tx, [item], now)]


def _write(tx: Tx, items: Sequence["_Item"], now: datetime) -> None:
    outcome = watch.Outcome()
    for item in items:
        outcome.add(item.outcome)
        for draft in item.drafts:
            rung_id = watch.give_draft(tx, draft.deadline_id, draft.rung, now)
            outcome.notices += [replace(one, rung_id=rung_id) for one in draft.notices]
    watch.write(tx, outcome, now)
    outbox.add_all(tx, outcome.notices, now)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A rung that waits for the office, with what would go out."""

    deadline_id: int
    rung: str
    notices: tuple[outbox.Notice, ...]


@dataclass
class _Item:
    """One ticket in a sweep: its steps become rungs, history and notices. Nothing is written yet."""

    now: datetime
    city: "Office"
    ticket: Ticket
    limits: Sequence[WatchedDeadline]
    outcome: watch.Outcome = field(default_factory=watch.Outcome)
    drafts: list[_Draft] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.regime: Regime = self.city.rules.of(self.ticket.regime_hash)
        self._morning = allowed(self.regime, self.city.rules.calendar, self.now, Urgency.REMINDER)

    def take(self, seen: Look) -> None:
        """Do what the ticket's limits ask for."""
        self.outcome.next_looks[self.ticket.id] = seen.next_look
        for step in seen.steps:
            self._step(step)

    def _step(self, step: Remind | Escalate | Repeat) -> None:
        limit = next(one for one in self.limits if one.id == step.deadline)
        if isinstance(step, Remind):
            keys = self.outcome.reminded.setdefault(limit.id, [])
            keys += [step.key, *step.skipped]
            self._remind(limit, step)
            self._history("remind", limit.say)
            return
        rung = step.rung
        readers = self._at(rung.to)
        if isinstance(step, Repeat):
            self.outcome.repeated.append({"of": limit.id, "called": rung.name, "times": step.number})
            self._tell(limit, rung.to, readers, f"overdue:{limit.id}:{rung.name}:{step.number}")
        elif rung.release == "auto" or not readers:
            # A rung at which nobody stands counts as told, or the ladder would end there.
            if rung.release != "auto":  # the look took it for a draft that waits
                self.outcome.next_looks[self.ticket.id] = self.now
            self.outcome.rungs.append(
                {
                    "deadline_id": limit.id,
                    "name": rung.name,
                    "given_at": self.now,
                    "sent_at": self._goes_at(self._pressing("event")),
                    "last_sent_at": self._goes_at(self._pressing("event")),
                    "repeats": 0,
                }
            )
            self._tell(limit, rung.to, readers, f"overdue:{limit.id}:{rung.name}")
        else:
            self._draft(limit, step, readers)
        self._history("escalate", rung.name)

    def _pressing(self, otherwise: str) -> str:
        """How pressing a notice to the unit is: obstruction waits for no morning."""
        return "urgent" if self.ticket.category == "obstruction" else otherwise

    def _goes_at(self, urgency: str) -> datetime:
        """When it may go out: bundled with the morning's reminders, so that nobody is told twice within an hour."""
        return self.now if urgency == "urgent" else self._morning

    def _history(self, kind: str, words: str) -> None:
        self.outcome.steps.append(
            {
                "ticket_id": self.ticket.id,
                "at": self.now,
                "on_behalf": "",
                "kind": kind,
                "way": "clock",
                "words": words,
                "before": {},
                "data": {},
            }
        )

    def _at(self, tier: Tier) -> list[Person]:
        """Who stands at that rung for this ticket."""
        directory, unit_id = self.city.directory, self.ticket.lead_id
        project = directory.projects[self.ticket.project_id]
        match tier:
            case Tier.OFFICE:
                return self._office()
            case Tier.PROJECT_LEADERS:
                # N4 (三): of both levels the county's sponsor is the main one, so he stands first.
                ids = (*project.county_sponsors, *project.city_sponsors)
                return [directory.people[one] for one in ids if one in directory.people]
            case Tier.INSPECTORATE:
                return [one for one in directory.people.values() if one.has("inspectorate")]
        if unit_id is None:
            return []
        if tier is Tier.CONTACT:
            return directory.contacts(unit_id)
        rank = Rank.DEPUTY_HEAD if tier is Tier.DEPUTY_HEAD else Rank.HEAD
        return directory.in_unit(unit_id, rank=rank)

    def _office(self) -> list[Person]:
        ticket, directory = self.ticket, self.city.directory
        project = directory.projects[ticket.project_id]
        return directory.office_of(project, ticket.level, ticket.unit_ids, ticket.asked_units)

    # ---- what they read ----

    def _remind(self, limit: WatchedDeadline, step: Remind) -> None:
        ticket, today = self.ticket, day_of(self.now)
        left = (last_day(limit.due) - today).days
        when = {0: "今天", 1: "明天", 2: "后天"}.get(left, f"{left}天后")
        what = _DUTY[limit.kind]
        to_office = self.regime.duty(limit.kind).owed_by == "office"
        readers = self._office() if to_office else self._at(Tier.CONTACT)
        line = f"{ticket.number}号 {ticket.title}（{self._since(limit)}）"
        for reader in readers:
            self._add(
                limit,
                f"remind:{limit.id}:{step.key}:{reader.id}",
                "remind",
                self._pressing("reminder"),
                reader,
                line,
                heading=f"{when}{what}",
                answer=self._answer(limit),
                why=f"您是{'重点办值守人员' if to_office else '贵单位13710联系人'}（{limit.say}）；依据请回“为什么”。",
                buttons=() if to_office else (Button(f"{ticket.number}号收到", f"{ticket.number}号收到"),),
            )

    def _since(self, limit: WatchedDeadline) -> str:
        today = day_of(self.now)
        start = day_of(limit.start)
        days = (today - start).days
        what = {Kind.DISPATCH: "列入台账", Kind.PROMISE: "定下", Kind.NODE: "报方案"}.get(limit.kind, "交办")
        return f"{day(start, today)}{what}，第{days}天" if days else f"今天{what}"

    def _answer(self, limit: WatchedDeadline) -> str:
        number = self.ticket.number
        solving = next((one for one in self.limits if one.kind in SOLVING), limit)
        by = date_words(last_day(solving.due), day_of(self.now)) if solving.due > self.now else "X日"
        match limit.kind:
            case Kind.DISPATCH:
                return f"回一句即可：“{number}号交办XX局”。"
            case Kind.ARRANGE:
                return f"回一句即可：“{number}号周工负责，{by}前办结”。"
            case Kind.FEEDBACK:
                return f"回一句即可：“{number}号已到现场，正在…”。"
        return f"办好请回“{number}号已解决，申请销号”；办不完请到期前回“{number}号申请延期到X日，原因…”。"

    def _tell(self, limit: WatchedDeadline, tier: Tier, readers: Iterable[Person], key: str) -> None:
        ticket, today = self.ticket, day_of(self.now)
        unit = self.city.directory.units.get(ticket.lead_id or 0)
        what = _DUTY[limit.kind]
        facts = f"{ticket.number}号 {ticket.title}，应于{due_words(limit.due, today)}前{what}（{limit.say}），至今未{what}"
        for reader in readers:
            if tier is Tier.CONTACT:
                line, answer, role = facts, self._answer(limit), "贵单位13710联系人"
            elif tier in (Tier.DEPUTY_HEAD, Tier.HEAD):
                role = "分管领导" if tier is Tier.DEPUTY_HEAD else "主要负责人"
                line = f"{reader.called}：{facts}。请您过问"
                answer = (
                    f"知悉请回“{ticket.number}号收到”；有安排可直接回“{ticket.number}号XX负责，X日前办结”。"
                )
                role = f"{unit.name if unit else ''}{role}"
            else:
                line = f"超期：{facts}（承办：{unit.name if unit else '未交办'}）"
                answer, role = f"可回“{ticket.number}号催办”“{ticket.number}号挂牌督办”。", "重点办值守人员"
                if limit.kind is Kind.DISPATCH:
                    answer = self._answer(limit)
            self._add(
                limit,
                f"{key}:{reader.id}",
                "overdue",
                self._pressing("event"),
                reader,
                line,
                heading="超期" if tier is Tier.CONTACT else "",
                answer=answer,
                why=f"您是{role}；依据请回“为什么”。",
            )

    def _draft(self, limit: WatchedDeadline, step: Escalate, readers: list[Person]) -> None:
        """What only the office may send: kept as a draft, the office is told that it waits."""
        ticket, regime, directory = self.ticket, self.regime, self.city.directory
        unit = directory.units.get(ticket.lead_id or 0)
        project = directory.projects[ticket.project_id]
        to_inspectorate = step.rung.release == "never"
        matter = ticket.title.partition("：")[2] or ticket.title
        release_at = (
            None
            if to_inspectorate
            else plus_working_hours(regime, self.city.rules.calendar, self.now, regime.release_after)
        )
        late = f"应于{due_words(limit.due, day_of(self.now))}办结（{limit.say}），{unit.name if unit else ''}尚未办结"
        kept = []
        for reader in readers:
            if to_inspectorate:
                line = (
                    f"致{reader.unit}：{project.short}“{ticket.title}”（{ticket.number}号）{late}，"
                    f"已依次告知{self._told_before(limit, step.rung)}。现移送贵室，请予督查。{regime.office.name}"
                )
            else:
                line = f"您包联的{project.short}有一事需您协调。{matter}（{ticket.number}号），{late}。我办拟召集有关单位会商。妥否，请示。"
            kept.append(
                self._notice(
                    limit,
                    f"draft:{limit.id}:{step.rung.name}:{reader.id}",
                    "letter" if to_inspectorate else "draft",
                    "event",
                    reader,
                    line,
                    answer=""
                    if to_inspectorate
                    else f"有批示直接回一句，如“{ticket.number}号请本周五前解决”。",
                    why="" if to_inspectorate else "您是项目包联领导；依据请回“为什么”。",
                    draft=True,
                    release_at=release_at,
                )
            )
        self.drafts.append(_Draft(limit.id, step.rung.name, tuple(kept)))
        names = "、".join(reader.called for reader in readers)
        after = (
            "，由您转交，不自动发出"
            if to_inspectorate
            else f"，{due_words(release_at, day_of(self.now))}前不处理将自动发出"
            if release_at
            else ""
        )
        for one in self._office():
            self._add(
                limit,
                f"draft-waits:{limit.id}:{step.rung.name}:{one.id}",
                "draft-waits",
                "event",
                one,
                f"拟呈{names}：{ticket.number}号 {ticket.title}（{late}）{after}",
                answer="看草稿请回“待发呈报”。",
                why="给市领导和督查室的都要先经重点办",
            )

    def _told_before(self, limit: WatchedDeadline, last: Rung) -> str:
        """Who was told at the rungs below that one: those to whom something went out."""
        ladder = self.regime.ladder(limit.kind)
        sent = {given.name for given in limit.rungs if given.sent_at is not None}
        below = [rung.to for rung in ladder[: ladder.index(last)] if rung.name in sent]
        return "、".join(_TIER[tier] for tier in below if tier in _TIER and self._is_reached(tier))

    def _is_reached(self, tier: Tier) -> bool:
        directory, today = self.city.directory, day_of(self.now)
        return any(directory.reached_by(one, today).accounts for one in self._at(tier))

    def _add(self, *what: Any, **more: Any) -> None:
        self.outcome.notices.append(self._notice(*what, **more))

    def _notice(
        self,
        limit: WatchedDeadline,
        key: str,
        kind: str,
        urgency: str,
        reader: Person,
        line: str,
        *,
        heading: str = "",
        answer: str = "",
        why: str = "",
        buttons: tuple[Button, ...] = (),
        draft: bool = False,
        release_at: datetime | None = None,
    ) -> outbox.Notice:
        return outbox.Notice(
            key=key,
            kind=kind,
            urgency=urgency,
            person_id=reader.id,
            ticket_id=self.ticket.id,
            deadline_id=limit.id,
            heading=heading,
            line=line,
            answer=answer,
            why=why,
            buttons=buttons,
            while_states=tuple(_WHILE),
            not_before=self._goes_at(urgency),
            draft=draft,
            release_at=release_at,
        )


_TIER = {
    Tier.CONTACT: "承办单位联系人",
    Tier.DEPUTY_HEAD: "分管领导",
    Tier.HEAD: "主要负责人",
    Tier.PROJECT_LEADERS: "项目包联领导",
}
_WHILE = (*sorted(WITH_UNIT), State.ENTERED)
_DUTY = {
    Kind.DISPATCH: "交办",
    Kind.ARRANGE: "定人",
    Kind.FEEDBACK: "反馈",
    Kind.OBSTRUCTION: "解除",
    Kind.ORDINARY: "办结",
    Kind.COMPLEX: "办结",
    Kind.NODE: "完成节点",
    Kind.PROMISE: "兑现",
}
