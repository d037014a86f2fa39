"""The months' accounts by the clock: opened, checked halfway, handed over, chased, closed on the regime's day (P2).

Each reader gets one message for all his projects, each step of a month once; a step that was missed while
nothing ran is left out when the next one is due.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bot.calendar import add_months, at, day_of
from bot.mechanism.figures import Month, ProjectFigures, line_of
from bot.mechanism.model import Months
from bot.mechanism.months import days_of
from bot.wording import date_words, last_day, money
from jobs.projects_of import by_area, by_reader, each, names
from storage import accounts, figures, months, outbox
from storage.database import Tx
from storage.directory import Person, Project

if TYPE_CHECKING:
    from jobs.schedule import Office

KIND = "month"


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Open this month's accounts, and let each open month take the step that is due."""
    did = False
    rule = city.rules.regime.months
    today = day_of(now)
    this = (today.year, today.month)
    if rule is not None and today.year == city.directory.year:
        last = months.last_opened(tx)
        if last is None or last < this:
            did = _open(tx, now, city, rule, this)
    for head in accounts.unclosed(tx):
        did |= _step(tx, now, city, head)
    return did


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next step of an open month, or the first of the next month."""
    moments = []
    for head in accounts.unclosed(tx):
        steps = (
            (head.check_at, head.checked_at),
            (head.hand_over_at, head.asked_at),
            (head.due_at, head.chased_at),
            (head.closes_at, None),
        )
        reached = [done for due, done in steps if due <= now]
        waits = bool(reached) and reached[-1] is None  # of steps that were missed only the last is taken
        moments.append(now if waits else min(due for due, _ in steps if due > now))
    if city.rules.regime.months is not None:
        last, today = months.last_opened(tx), day_of(now)
        if today.year == city.directory.year and (last is None or last < (today.year, today.month)):
            moments.append(now)
        following = add_months(today.replace(day=1), 1)
        if following.year == city.directory.year:
            moments.append(at(following, datetime.min.time()))
    return max(min(moments), now) if moments else None


def _open(tx: Tx, now: datetime, city: "Office", rule: Months, month: Month) -> bool:
    days = days_of(rule, city.rules.calendar, *month)
    owed = [one for one in city.directory.ledger if one.annual_plan]
    if not accounts.open_month(tx, *month, days, [one.id for one in owed], city.rules.regime.sha256, now):
        return False
    today = day_of(now)
    found = figures.as_of(tx, *month, _line(city))
    due = date_words(last_day(days.due_at), today)
    notices = [
        _notice(
            f"open:{_key(month)}",
            reader,
            f"{month[1]}月账已建：{each(mine, lambda one: f'{one.short}{_plan(found[one.id], month)}')}。{due}前交账",
            answer="计划不对请告诉重点办；有进展照常报，算进本月账。",
            why=f"您是项目联络员（{rule.say}）",
        )
        for reader, mine in by_reader(city, owed)
    ]
    plan = sum(one.annual_plan for one in owed)
    notices += [
        _notice(
            f"open:{_key(month)}",
            reader,
            f"{month[1]}月账已建：{len(owed)}个项目，年计划{money(plan)}；{due}前交账，"
            f"{date_words(last_day(days.closes_at), today)}24时关账",
            answer=f"随时可问“{month[1]}月交账情况”。",
            why="您是重点办值守人员",
        )
        for reader in city.directory.office_people(None)
    ]
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)
    return True


def _step(tx: Tx, now: datetime, city: "Office", head: Any) -> bool:
    month = (head.year, head.month)
    if now >= head.closes_at:
        return _close(tx, now, city, head)
    if now >= head.due_at:
        return head.chased_at is None and _take(tx, now, city, month, "chased_at", _chase)
    if now >= head.hand_over_at:
        return head.asked_at is None and _take(tx, now, city, month, "asked_at", _ask)
    if now >= head.check_at:
        return head.checked_at is None and _take(tx, now, city, month, "checked_at", _check)
    return False


def _take(
    tx: Tx,
    now: datetime,
    city: "Office",
    month: Month,
    step: str,
    say: Callable[[Tx, datetime, "Office", months.MonthState], Iterable[outbox.Notice]],
) -> bool:
    known = months.month_state(tx, *month)
    new = [one.id for one in city.directory.ledger if one.annual_plan and one.id not in known.accounts]
    accounts.add_projects(tx, *month, new)
    state = months.month_state(tx, *month) if new else known
    outbox.add_in_hours(tx, list(say(tx, now, city, state)), now, city.directory, city.rules)
    accounts.mark(tx, *month, step, now)
    return True


def _check(tx: Tx, now: datetime, city: "Office", state: months.MonthState) -> Iterable[outbox.Notice]:
    """月中对账: each liaison reads what stands of his projects."""
    month = (state.year, state.month)
    found = figures.as_of(tx, *month, _line(city))
    for reader, mine in by_reader(city, _listed(city, state, state.accounts)):
        yield _notice(
            f"check:{_key(month)}",
            reader,
            f"{month[1]}月对账：{each(mine, lambda one: f'{one.short}{_stands(found[one.id], month)}')}",
            answer=f"对的回“{month[1]}月对账无误”；不对直接报对的数。",
            why=f"您是项目联络员（{_say(city)}）",
        )


def _ask(tx: Tx, now: datetime, city: "Office", state: months.MonthState) -> Iterable[outbox.Notice]:
    """月底交账: whose accounts are awaited."""
    month, today = (state.year, state.month), day_of(now)
    for reader, mine in by_reader(city, _listed(city, state, state.missing)):
        first = mine[0].short
        yield _notice(
            f"ask:{_key(month)}",
            reader,
            f"请交{month[1]}月账（{_by(state.due_at, today)}）：{names(mine)}",
            answer=f"这样写就行：“{first}{month[1]}月投资…万元，今年累计…亿元”；和已报的一样回“{month[1]}月数没有变化”。",
            why=f"您是项目联络员（{_say(city)}）；已交的请忽略",
        )


def _chase(tx: Tx, now: datetime, city: "Office", state: months.MonthState) -> Iterable[outbox.Notice]:
    """Time is up: liaisons once more, each county what it has to confirm, the city's office who is missing."""
    month, today = (state.year, state.month), day_of(now)
    missing = _listed(city, state, state.missing)
    closes = f"{_by(state.closes_at, today)}关账"
    for reader, mine in by_reader(city, missing):
        yield _notice(
            f"chase:{_key(month)}",
            reader,
            f"{month[1]}月账还没交：{names(mine)}。{closes}",
            answer=f"现在报还来得及：“{mine[0].short}{month[1]}月投资…万元，今年累计…亿元”。",
            why=f"您是项目联络员（{_say(city)}）；未交的已告诉重点办",
        )
    waits = _listed(city, state, state.unconfirmed)
    for area_id, name in [(None, "市直"), *((one.id, one.name) for one in city.directory.areas)]:
        mine = [one for one in waits if one.area_id == area_id]
        late = [one for one in missing if one.area_id == area_id]
        if not mine and not late:
            continue
        named = f"；未交{len(late)}个：{names(late)}" if late else ""
        for reader in city.directory.office_people(area_id):
            yield _notice(
                f"confirm:{_key(month)}:{area_id or 0}",
                reader,
                f"{month[1]}月账{name}已交{len(mine)}个等您确认{named}。{closes}",
                answer=f"看数请回“{month[1]}月交账情况”；对的回“{month[1]}月数全部确认”；"
                f"不对回“{month[1]}月{(mine or late)[0].short}不对，差…万”。",
                why=f"月账由您确认（{_say(city)}）",
            )
    if missing:
        for reader in city.directory.office_people(None):
            yield _notice(
                f"missing:{_key(month)}",
                reader,
                f"{month[1]}月账未交{len(missing)}个：{by_area(city, missing, named=True)}",
                answer=f"全部的请回“{month[1]}月谁还没交账”。",
                why=f"您是重点办值守人员（{_say(city)}）",
            )


def _close(tx: Tx, now: datetime, city: "Office", head: Any) -> bool:
    month = (head.year, head.month)
    state = months.month_state(tx, *month)
    if not accounts.close(tx, *month, figures.as_of(tx, *month, _line(city)), None, now):
        return False
    missing, waits = _listed(city, state, state.missing), _listed(city, state, state.unconfirmed)
    left = f"；未交{len(missing)}个：{by_area(city, missing, named=True)}" if missing else ""
    left += f"；未确认{len(waits)}个：{by_area(city, waits, named=True)}" if waits else ""
    listed = _listed(city, state, state.accounts)
    confirmed = sum(1 for one in listed if state.accounts[one.id].confirmed_at is not None)
    notices = [
        _notice(
            f"closed:{_key(month)}",
            reader,
            f"{month[1]}月已关账：{len(listed)}个项目，县里确认{confirmed}个{left}。未交、未确认的按已报的数算",
            answer=f"要改只能核增核减：“某某项目{month[1]}月核减200万，原因…”。",
            why="您是重点办值守人员",
        )
        for reader in city.directory.office_people(None)
    ]
    notices += [
        _notice(
            f"closed:{_key(month)}",
            reader,
            f"{month[1]}月已关账，{names(mine)}没有交账，按已报的数算",
            answer="之后报的数算以后月份；要改已关的月份请找重点办核增核减。",
            why=f"您是项目联络员（{_say(city)}）",
        )
        for reader, mine in by_reader(city, missing)
    ]
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)
    return True


# ---- in words -----------------------------------------------------------------------------------


def _notice(what: str, reader: Person, line: str, *, answer: str, why: str) -> outbox.Notice:
    return outbox.Notice(
        key=f"{KIND}:{what}:{reader.id}",
        kind=KIND,
        urgency="reminder",
        person_id=reader.id,
        line=line,
        answer=answer,
        why=why,
    )


def _listed(city: "Office", state: months.MonthState, ids: Iterable[int]) -> list[Project]:
    wanted = set(ids) & set(state.accounts)
    return [one for one in city.directory.ledger if one.id in wanted]


def _plan(one: ProjectFigures, month: Month) -> str:
    stands = f"，今年累计{money(one.invested)}" if one.invested is not None else ""
    return f"（年计划{money(one.plan)}，到{month[1]}月底应完成{money(one.planned)}{stands}）"


def _stands(one: ProjectFigures, month: Month) -> str:
    said = f"本月{money(one.in_month)}" if one.in_month is not None else f"{month[1]}月还没报过"
    year = f"，今年累计{money(one.invested)}" if one.invested is not None else ""
    return f"{said}{year}"


def _by(moment: datetime | None, today: date) -> str:
    return f"{date_words(last_day(moment), today)}24时前" if moment is not None else ""


def _line(city: "Office") -> Sequence[float]:
    return line_of(city.rules.regime)


def _say(city: "Office") -> str:
    rule = city.rules.regime.months
    return rule.say if rule is not None else "月账"


def _key(month: Month) -> str:
    return f"{month[0]}-{month[1]:02}"
