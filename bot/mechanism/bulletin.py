"""月度通报: what one says, from the frozen figures, and how it goes from draft to signature. Pure. Row A2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from bot.calendar import Calendar, add_months, at, day_of, end_of_day, last_of_month
from bot.mechanism.contest import counties, investment, units, zero_plans
from bot.mechanism.figures import EVEN, share_by
from bot.mechanism.model import Regime
from bot.mechanism.ranking import Placed, Series, exact, of_regime, rounded
from bot.mechanism.snapshot import Change, ProjectStand, Snapshot
from bot.wording import date_words, money

_MOST_NAMES = 6
_YI = 100_000_000


class State(StrEnum):
    """Where a month's bulletin stands."""

    DRAFT = "draft"
    COMMENTING = "commenting"
    SIGNED = "signed"

    @property
    def words(self) -> str:
        """As people say it."""
        return {"draft": "草稿", "commenting": "征求意见", "signed": "已签发"}[self.value]


class Section(StrEnum):
    """The parts of the text that the office may put in its own words."""

    OVERALL = "总体情况"
    PROBLEMS = "存在问题"
    DEMANDS = "下步要求"


@dataclass(frozen=True, slots=True)
class Issue:
    """A month's bulletin: the frozen figures, the rules they are read by, what the office added."""

    regime: Regime
    calendar: Calendar
    snapshot: Snapshot
    areas: tuple[str, ...]
    state: State = State.DRAFT
    number: int | None = None
    signer: str = ""
    signed_on: date | None = None
    checked: str = ""  # what became of the comments: “28日各县核对无异议”
    changes: tuple[Change, ...] = ()
    edits: Mapping[str, str] = field(default_factory=dict)

    def series(self) -> tuple[Series, Series]:
        """Counties and units; empty where the regime ranks nobody."""
        rule = self.regime.ranking
        if rule is None:
            return Series((), ()), Series((), ())
        return of_regime(rule, counties(self.snapshot, self.areas), units(self.snapshot))

    @property
    def today(self) -> date:
        """The day on which it speaks: of the signature, else of its figures."""
        return self.signed_on or day_of(self.snapshot.as_of)

    @property
    def span(self) -> str:
        """1—9月."""
        return "1月" if self.snapshot.month == 1 else f"1—{self.snapshot.month}月"

    @property
    def explain_by(self) -> date | None:
        """By when the last ones say why: so many workdays after the signature."""
        rule = self.regime.bulletin
        if rule is None or not rule.explain_workdays:
            return None
        return self.calendar.add_workdays(self.today, rule.explain_workdays)


# ---- the months' days ------------------------------------------------------------------------------


def as_of(regime: Regime, year: int, month: int, now: datetime) -> datetime:
    """The moment of that month's figures: 24:00 of the regime's day (the month's last, if it is shorter).

    While that is still ahead, now.
    """
    return min(end_of_day(_day_of_figures(regime, year, month)), now)


def since(regime: Regime, year: int, month: int) -> datetime:
    """From when on reports and problems are of that month: where the figures of the month before end, so that
    what comes after its day is of the next month and nothing is of none."""
    return end_of_day(_day_of_figures(regime, *month_before(year, month)))


def newest_month(regime: Regime, today: date) -> tuple[int, int]:
    """The last month whose day of figures has come: what is analysed today is measured by its end."""
    is_there = today >= _day_of_figures(regime, today.year, today.month)
    return (today.year, today.month) if is_there else month_before(today.year, today.month)


def _day_of_figures(regime: Regime, year: int, month: int) -> date:
    last = last_of_month(date(year, month, 1))
    return last if regime.bulletin is None else last.replace(day=min(regime.bulletin.as_of_day, last.day))


def comments_until(regime: Regime, calendar: Calendar, now: datetime) -> datetime:
    """The end of office hours so many workdays from now."""
    days = regime.bulletin.objection_workdays if regime.bulletin else 0
    return at(calendar.add_workdays(calendar.next_workday(day_of(now)), days), regime.hours.close)


def month_of(now: datetime, said_month: int | None) -> tuple[int, int]:
    """The year and month meant by “9月通报”: the last such month that has begun; none said: the current one."""
    today = day_of(now)
    if said_month is None:
        return today.year, today.month
    return (today.year if said_month <= today.month else today.year - 1), said_month


def month_before(year: int, month: int) -> tuple[int, int]:
    """The month before."""
    before = add_months(date(year, month, 1), -1)
    return before.year, before.month


# ---- what it says ----------------------------------------------------------------------------------


def overall(issue: Issue, *, names: bool = True) -> str:
    """How much is done, how that stands to the days gone by, what has started."""
    snapshot = issue.snapshot
    figure = investment(snapshot.projects)
    count = len(snapshot.projects)
    text = f"{count}个项目完成{_yi(figure.done)}亿元"
    if figure.base:
        share = Fraction(figure.done * 100, figure.base)
        text += f"，占年计划{_yi(figure.base)}亿元的{rounded(share, 1)}%，{pace(share, issue)}"
    text += "。"
    silent = [one for one in snapshot.projects if one.invested is None and one.plan > 0]
    if silent:
        text += f"{len(silent)}个项目没有报送投资，按零计。"
    new = [one for one in snapshot.projects if one.nature == "new"]
    if new:
        waiting = [one for one in new if not one.running]
        text += f"新建{len(new)}个，已开工{len(new) - len(waiting)}个"
        text += f"；{_not_started(waiting, snapshot)}。" if waiting and names else "。"
    going = [one for one in snapshot.projects if one.nature == "continuing"]
    if going:
        resumed = sum(one.running for one in going)
        text += f"续建{len(going)}个，已复工{resumed}个。"
    return text


def due_share(issue: Issue) -> Fraction:
    """Percent of the year's plan that should be done by the month's end (序时)."""
    plans = issue.regime.plans
    return exact(share_by(issue.snapshot.month, plans.pace.quarters if plans else EVEN))


def pace(share: Fraction, issue: Issue) -> str:
    """How that share, in percent, stands to what should be done by the month's end."""
    gap = rounded(share - due_share(issue), 1)
    if gap == 0:
        return "与序时持平"
    return f"{'高于' if gap > 0 else '低于'}序时{abs(gap)}个百分点"


def _not_started(waiting: Sequence[ProjectStand], snapshot: Snapshot) -> str:
    ahead = [one for one in waiting if one.planned_start > f"{snapshot.year}-{snapshot.month:02}"]
    late = [one for one in waiting if one not in ahead]
    parts = []
    if late:
        parts.append(f"应开工未开工的有{_named(late)}")
    months = sorted({one.planned_start for one in ahead})
    for month in months[:2]:
        year = "" if month[:4] == str(snapshot.year) else f"{month[:4]}年"
        mine = [one for one in ahead if one.planned_start == month]
        parts.append(f"{_named(mine)}计划{year}{int(month[5:])}月开工")
    return "，".join(parts) or f"未开工的有{_named(waiting)}"


def _named(projects: Sequence[ProjectStand]) -> str:
    names = "、".join(one.name for one in projects[:_MOST_NAMES])
    return f"{names}等{len(projects)}个" if len(projects) > _MOST_NAMES else names


def problems(issue: Issue) -> str:
    """What is behind: problems over their limit, projects that should have begun, those that said nothing."""
    snapshot = issue.snapshot
    over = [one for one in snapshot.tickets if not one.solved and one.days_over > 0]
    late = [one for one in snapshot.projects if one.running_due and not one.running]
    silent = [one for one in snapshot.projects if not one.reported]
    parts = []
    if over:
        worst = sorted(over, key=lambda one: -one.days_over)[:_MOST_NAMES]
        named = "；".join(
            f"{one.number}号{one.title}（{one.unit or '未交办'}，超期{one.days_over}天）" for one in worst
        )
        parts.append(f"超期未办结问题{len(over)}件：{named}。")
    if late:
        parts.append(f"应开复工未开复工项目{len(late)}个：{_named(late)}。")
    if silent:
        parts.append(f"本月没有报送进展的项目{len(silent)}个：{_named(silent)}。")
    return "".join(parts) or "没有超期未办结的问题，应开复工的项目均已开复工。"


def demands(issue: Issue) -> str:
    """What is asked of the last ones, and of all."""
    counties_series, _ = issue.series()
    show = issue.regime.ranking.show if issue.regime.ranking else 0
    last = counties_series.last(show)
    text = "各县（市、区）、开发区和市直有关单位要对照目标任务，抓紧解决问题，加快项目进度，按时据实报送。"
    if 0 < len(last) <= 2 * show and issue.explain_by is not None:
        names = "、".join(one.name for one in last)
        text += f"{names}请于{_day(issue.explain_by, issue.today)}前向{issue.regime.office.short}报送原因和追赶计划。"
    return text


def section(issue: Issue, part: Section) -> str:
    """A part of the text: the office's words where it wrote some."""
    made = {Section.OVERALL: overall, Section.PROBLEMS: problems, Section.DEMANDS: demands}
    return issue.edits.get(part) or made[part](issue)


def footnotes(issue: Issue) -> list[str]:
    """Where the figures come from and who is not in the ranking."""
    snapshot = issue.snapshot
    checked = f"，{issue.checked}" if issue.checked else ""
    notes = [
        f"口径：单位填报、县级审核，截至{date_words(_last(issue), issue.today)}{checked}；与统计部门固投口径不同。"
    ]
    if any(not one.area for one in snapshot.projects):
        notes.append("市直单列。")
    if zero := zero_plans(snapshot):
        named = "、".join(
            f"{one.name}（{'前期，' if one.nature == 'preliminary' else ''}无年计划）" for one in zero[:3]
        )
        notes.append(f"{named}{f'等{len(zero)}个' if len(zero) > 3 else ''}不计。")
    left_out = issue.series()[0].left_out
    if left_out:
        notes.append(f"{'、'.join(left_out)}没有可比的指标，不排名。")
    if issue.changes:
        notes.append(f"数据截止后核增核减{len(issue.changes)}项，见附表。")
    return notes


def _last(issue: Issue) -> date:
    """The last day that the figures hold."""
    moment = issue.snapshot.as_of
    day = day_of(moment)
    return (
        add_months(day, 0) if moment != at(day, moment.min.time()) else day.fromordinal(day.toordinal() - 1)
    )


def message(issue: Issue, naming: str = "projects") -> str:
    """What goes with the picture: on one screen. `naming` as a group's: projects, units, counts."""
    number = f"第{issue.number}期" if issue.number else "草稿"
    signed = f"，{date_words(issue.signed_on, issue.signed_on)}签发" if issue.signed_on else ""
    lines = [
        f"【通报{number}】{issue.span}重点项目{signed}",
        overall(issue, names=naming == "projects")
        if Section.OVERALL not in issue.edits
        else issue.edits[Section.OVERALL],
    ]
    if naming != "counts":
        lines += _first_and_last(issue)
    lines.append("".join(footnotes(issue)))
    return "\n".join(lines)


def _first_and_last(issue: Issue) -> list[str]:
    series, _ = issue.series()
    if not series.placed or issue.regime.ranking is None:
        return []
    show = issue.regime.ranking.show
    first, last = series.first(show), series.last(show)
    lines = [f"县（市、区）、开发区前{count_words(show)}：{_names_of(first, first[-1], show)}"]
    if len(first) > 2 * show and first[0].score == first[-1].score:
        lines = [f"县（市、区）、开发区得分最高的{len(first)}个并列{first[0].score}分。"]
    if any(one not in first for one in last):
        by = f"，请于{_day(issue.explain_by, issue.today)}前报原因和追赶计划" if issue.explain_by else ""
        by = by if len(last) <= 2 * show else ""
        lines.append(f"后{count_words(show)}：{_names_of(last, last[0], show)}{by}。")
    return lines


def _names_of(found: Sequence[Placed], edge: Placed, show: int) -> str:
    """Their names and scores; many that tie at the edge of the places shown are counted, not named."""
    if len(found) <= 2 * show:
        return "、".join(scored(one) for one in found)
    named = [scored(one) for one in found if one.score != edge.score]
    tied = f"{len(found) - len(named)}个并列{edge.score}分"
    return "、".join([*named, tied] if edge is found[-1] else [tied, *named])


def scored(one: Placed) -> str:
    """新绛县96.0分."""
    return f"{one.name}{one.score}分"


def place_words(one: Placed) -> str:
    """第3名, 并列第3名."""
    return f"{'并列' if one.shared else ''}第{one.place}名"


def count_words(count: int) -> str:
    """三."""
    return "零一二三四五六七八九十"[count] if count <= 10 else str(count)


def _day(day: date | None, today: date) -> str:
    return date_words(day, today) if day else ""


def _yi(yuan: int) -> str:
    return str(rounded(Fraction(yuan, _YI), 2))


def change_words(one: Change) -> str:
    """国道342：2.1亿元 → 1.9亿元（核减2000万元）."""
    before = money(one.before) if one.before is not None else "未报"
    after = money(one.after) if one.after is not None else "撤回"
    gap = (one.after or 0) - (one.before or 0)
    return f"{one.name}：{before} → {after}（{'核增' if gap > 0 else '核减'}{money(abs(gap))}）"
