"""“一二三”督促: projects without progress. What is due is looked at, what the regime says is done, all at once.

A project that can't be looked at is put off for an hour and named in the log; it stops nobody. Row P1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.calendar import day_of
from bot.mechanism.hours import Urgency, allowed, plus_working_hours
from bot.mechanism.model import MonthRung, Regime, Stalled, StandstillTier
from bot.mechanism.stalled import From, look, month_words, report_words, since_words
from bot.people import Rank
from bot.wording import date_words, due_words
from storage import outbox, stalled
from storage.database import Tx, all_or_nothing
from storage.directory import Directory, Person, Project
from storage.stalled import ENDED, KEY, Counted

if TYPE_CHECKING:
    from jobs.schedule import Office

log = structlog.get_logger()

_MOST = 500
_LATER = timedelta(hours=1)
_NOT_LISTED = timedelta(days=7)  # until a project that is in no ledger of the year is looked at again
_QUOTED = 80  # characters of a special report that leaders read
KIND = "stalled"


def run(tx: Tx, now: datetime, city: "Office", most: int = _MOST) -> bool:
    """Give each project the rung that it has reached."""
    rule = city.rules.regime.stalled
    ids = stalled.due_ids(tx, now, most) if rule is not None else []
    if rule is None or not ids:
        return False
    items = []
    for counted in stalled.read(tx, ids, city.directory.year):
        project = city.directory.projects.get(counted.project_id)
        if project is None or project.gone:
            stalled.has_left(tx, counted.project_id, now + _NOT_LISTED)
            continue
        try:
            item = _Item(now, city, project, counted, rule)
            item.take()
            items.append(item)
        except Exception:  # whatever its trouble is, the next project gets its turn
            log.exception("looking at a standstill failed", project=project.number)
            stalled.put_off(tx, project.id, now + _LATER)
    for failed in _written(tx, items, now):
        stalled.put_off(tx, failed, now + _LATER)
    return True


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next project is to be looked at."""
    return stalled.next_look(tx) if city.rules.regime.stalled is not None else None


def _written(tx: Tx, items: Sequence["_Item"], now: datetime) -> list[int]:
    """Write what was found, all at once or, if that fails, one by one; the projects that can't be written."""
    outcome = stalled.Outcome()
    for item in items:
        outcome.add(item.outcome)
    try:
        with all_or_nothing(tx):
            stalled.write(tx, outcome)
            outbox.add_all(tx, outcome.notices, now)
        return []
    except Exception:  # one of them is at fault: the others are written without it
        if len(items) == 1:
            log.exception("writing about a standstill failed", project=items[0].project.number)
            return [items[0].project.id]
    return [failed for item in items for failed in _written(tx, [item], now)]


@dataclass
class _Item:
    """One project in a sweep: its rung becomes a row, history and notices. Nothing is written yet."""

    now: datetime
    city: "Office"
    project: Project
    counted: Counted
    rule: Stalled
    outcome: stalled.Outcome = field(default_factory=stalled.Outcome)

    def __post_init__(self) -> None:
        self.regime: Regime = self.city.rules.regime
        self.standstill = self.counted.standstill
        self._morning = allowed(self.regime, self.city.rules.calendar, self.now, Urgency.REMINDER)

    def take(self) -> None:
        """Do what the count asks for."""
        seen = look(self.standstill, self.rule, self.regime, self.city.rules.calendar, self.now)
        told = self.counted.told
        if told is not None and not self.standstill.given:
            self._end(told)
            told = None
        told = next(
            reversed(list(self.standstill.given)), told
        )  # a report that was taken back: told as before
        if seen.rung is not None:
            self._give(seen.rung)
            told = seen.rung.name
        self.outcome.next_looks[self.project.id] = (seen.next_look, told)

    def _end(self, told: str) -> None:
        """The project moves again: who was to supervise hears it once the report can't be taken back."""
        self._history("standstill_over", told)
        rung = next((one for one in self.rule.ladder if one.name == told), None)
        since, today = self.standstill.since, day_of(self.now)
        by_report = self.standstill.begins is From.PROGRESS  # else a new year's ledger began
        if rung is None or not by_report or not self._told_office(rung):
            return
        for reader in self.city.directory.office_people(None):
            self._notice(
                f"{ENDED}:{since_key(since)}",
                reader,
                f"{self.project.short}（{date_words(day_of(since), today)}报了进展）",
                heading="已恢复进展，专项督办结束",
                why="您是重点办值守人员",
                not_before=max(since + timedelta(minutes=self.regime.undo_minutes), self._morning),
            )

    def _told_office(self, last: MonthRung) -> bool:
        until = [rung for rung in self.rule.ladder if rung.months <= last.months]
        return any(one.to is StandstillTier.OFFICE for rung in until for one in rung.tell)

    def _give(self, rung: MonthRung) -> None:
        since = self.standstill.since
        self.outcome.rungs.append(
            {"project_id": self.project.id, "since": since, "name": rung.name, "given_at": self.now}
        )
        self._history("standstill", rung.name)
        for one in rung.tell:
            match one.to:
                case StandstillTier.COUNTY:
                    self._tell_county(rung)
                case StandstillTier.OFFICE:
                    self._tell_office(rung)
                case StandstillTier.CITY_LEADERS:
                    self._draft(rung, leaders(self.city.directory, self.project), is_letter=False)
                case StandstillTier.INSPECTORATE:
                    people = self.city.directory.people.values()
                    self._draft(rung, [who for who in people if who.has("inspectorate")], is_letter=True)

    def _tell_county(self, rung: MonthRung) -> None:
        if rung.owes_report and self.standstill.reported_at is not None:
            return  # it has handed in what it would owe
        asks = rung.owes_report or self.standstill.reported_at is None
        answer = f"写好直接回“{self.project.short}专题报告：原因…，下步打算…”；" if asks else ""
        duty = f"请{rung.name}" if rung.owes_report else rung.name
        for reader in reporting(self.city.directory, self.project):
            office = reader.has("office")
            self._notice(
                f"{'owes' if rung.owes_report else 'county'}:{rung.months}:{since_key(self.standstill.since)}",
                reader,
                self._line(rung),
                heading=f"满{month_words(rung.months)}没有进展，{duty}",
                answer=f"{answer}有进展请直接报进展。",
                why=f"{'您是重点办值守人员' if office else '您负责报这个项目的进展'}（{self.rule.say}）；依据请回“为什么”。",
            )

    def _tell_office(self, rung: MonthRung) -> None:
        for reader in self.city.directory.office_people(None):
            self._notice(
                f"office:{rung.months}:{since_key(self.standstill.since)}",
                reader,
                self._line(rung),
                heading=f"满{month_words(rung.months)}没有进展，请{rung.name}",
                answer=f"可回“催办{self.project.short}”。",
                why=f"您是重点办值守人员（{self.rule.say}）；依据请回“为什么”。",
            )

    def _draft(self, rung: MonthRung, readers: list[Person], *, is_letter: bool) -> None:
        """What only the office may send: kept as a draft, the office is told that it waits."""
        if not readers:
            return
        regime, today = self.regime, day_of(self.now)
        release_at = (
            None
            if is_letter
            else plus_working_hours(regime, self.city.rules.calendar, self.now, regime.release_after)
        )
        what = "letter" if is_letter else "draft"
        for reader in readers:
            self.outcome.notices.append(
                outbox.Notice(
                    key=f"{KEY}:{self.project.id}:{what}:{rung.months}:{since_key(self.standstill.since)}:{reader.id}",
                    kind=what,
                    urgency="event",
                    person_id=reader.id,
                    project_id=self.project.id,
                    line=self._letter(rung, reader)
                    if is_letter
                    else f"{self._facts(rung)}专此报告，妥否，请示。",
                    why=""
                    if is_letter
                    else f"{month_words(rung.months)}没有进展的{rung.name}；依据请回“为什么”。",
                    not_before=self._morning,
                    draft=True,
                    release_at=release_at,
                )
            )
        if is_letter:
            then, line = "由您转交督查室，不自动发出", f"{self.project.short}致督查室的信"
        else:
            names = "、".join(reader.called for reader in readers)
            then = f"{due_words(release_at, today) if release_at else ''}前不处理将自动发出"
            line = f"{self.project.short}拟呈{names}"
        for one in self.city.directory.office_people(None):
            self._notice(
                f"{what}-waits:{rung.months}:{since_key(self.standstill.since)}",
                one,
                line,
                heading=f"满{month_words(rung.months)}没有进展，{then}",
                answer="看草稿请回“待发呈报”。",
                why="给市领导和督查室的都要先经重点办",
            )

    def _letter(self, rung: MonthRung, reader: Person) -> str:
        source = f"依照{self.regime.notice_of(self.rule.clause)}，" if self.rule.clause else ""
        return f"致{reader.unit}：{self._facts(rung)}{source}现将情况移送贵室，请予督查。{self.regime.office.name}"

    def _facts(self, rung: MonthRung) -> str:
        """What is known of the standstill, in sentences."""
        today, project = day_of(self.now), self.project
        where = f"（{project.area}）" if project.area else ""
        said = report_words(self.standstill, today)
        if self.counted.report:
            said += f"，称“{self.counted.report[:_QUOTED]}”"
        before = [
            f"{date_words(day_of(self.standstill.given[one.name]), today)}起{one.name}"
            for one in self.rule.ladder
            if one.name in self.standstill.given and any(t.to is StandstillTier.OFFICE for t in one.tell)
        ]
        done = f"{'，'.join(before)}。" if before else ""
        return (
            f"{project.short}{where}满{month_words(rung.months)}没有进展："
            f"{since_words(self.standstill, today)}。{said}。{done}"
        )

    def _line(self, rung: MonthRung) -> str:
        today = day_of(self.now)
        parts = [since_words(self.standstill, today)]
        if not rung.owes_report:
            parts.append(report_words(self.standstill, today))
        return f"{self.project.short}（{'；'.join(parts)}）"

    def _notice(
        self,
        what: str,
        reader: Person,
        line: str,
        *,
        heading: str,
        answer: str = "",
        why: str = "",
        not_before: datetime | None = None,
    ) -> None:
        self.outcome.notices.append(
            outbox.Notice(
                key=f"{KEY}:{self.project.id}:{what}:{reader.id}",
                kind=KIND,
                urgency="event",
                person_id=reader.id,
                project_id=self.project.id,
                heading=heading,
                line=line,
                answer=answer,
                why=why,
                not_before=not_before or self._morning,
            )
        )

    def _history(self, kind: str, words: str) -> None:
        self.outcome.steps.append(
            {
                "project_id": self.project.id,
                "at": self.now,
                "kind": kind,
                "words": words,
                "data": {"since": self.standstill.since.isoformat()},
            }
        )


def since_key(since: datetime) -> str:
    """A count in the key of a notice."""
    return f"{since.timestamp():.0f}"


def reporting(directory: Directory, project: Project) -> list[Person]:
    """Who owes the special report: the county's office and the liaisons; the city's office if there is nobody.

    Own rule for the city's own projects, which have no county: the liaisons and the contacts of their units.
    """
    liaisons = [directory.people[one] for one in project.liaisons if one in directory.people]
    if project.area_id is not None:
        found = [*directory.office_people(project.area_id), *liaisons]
    else:
        units = dict.fromkeys(one.unit_id for one in liaisons if one.unit_id is not None)
        found = [*liaisons, *(who for unit_id in units for who in directory.contacts(unit_id))]
    return _once(found) or directory.office_people(None)


def leaders(directory: Directory, project: Project) -> list[Person]:
    """市委、市政府 as people: the mayor, and the city's leaders who answer for the project (own reading)."""
    mayors = [who for who in directory.people.values() if who.rank == Rank.MAYOR]
    sponsors = [directory.people[one] for one in project.city_sponsors if one in directory.people]
    return _once([*mayors, *sponsors])


def _once(people: Iterable[Person]) -> list[Person]:
    return list({one.id: one for one in people}.values())
