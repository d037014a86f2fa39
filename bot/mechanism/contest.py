"""From a month's snapshot to what counties and units are measured by, with the items behind each figure. Pure.

Own reading, where the notices are silent: the city's own projects are their units' and in no county; a county
answers for problems that its own units lead, a city unit for those it leads; a project without a plan for the
year counts in no investment rate; who reported no sum is counted with none.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from bot.mechanism.model import Measure
from bot.mechanism.ranking import Contestant, Figure, Item, rounded
from bot.mechanism.snapshot import Lapse, ProjectStand, Snapshot, TicketStand
from bot.wording import money


def counties(snapshot: Snapshot, areas: Sequence[str]) -> list[Contestant]:
    """Each county and zone with a project or a problem, in the official order."""
    found = []
    for area in areas:
        projects = [one for one in snapshot.projects if one.area == area]
        tickets = [one for one in snapshot.tickets if one.area == area]
        lapses = [one for one in snapshot.lapses if one.area == area]
        if projects or tickets:
            found.append(_contestant(area, projects, tickets, lapses))
    return found


def units(snapshot: Snapshot) -> list[Contestant]:
    """Each city unit that leads a problem or has one of the city's own projects, by name."""
    names = {one.unit for one in snapshot.tickets if one.unit and not one.area}
    names |= {one.unit for one in snapshot.projects if one.unit and not one.area}
    return [
        _contestant(
            name,
            [one for one in snapshot.projects if not one.area and one.unit == name],
            [one for one in snapshot.tickets if not one.area and one.unit == name],
            [one for one in snapshot.lapses if not one.area and one.unit == name],
        )
        for name in sorted(names)
    ]


def zero_plans(snapshot: Snapshot) -> list[ProjectStand]:
    """Projects that the year has no plan for: in no investment rate."""
    return [one for one in snapshot.projects if one.plan == 0]


def city_own(snapshot: Snapshot) -> list[ProjectStand]:
    """The city's own projects, which stand in no county."""
    return [one for one in snapshot.projects if not one.area]


def _contestant(
    name: str,
    projects: Sequence[ProjectStand],
    tickets: Sequence[TicketStand],
    lapses: Sequence[Lapse],
) -> Contestant:
    causes: dict[str, list[str]] = {}
    for one in lapses:
        causes.setdefault(one.cause, []).append(one.words)
    return Contestant(
        name,
        {
            Measure.INVESTMENT: investment(projects),
            Measure.RUNNING: _share(
                [one for one in projects if one.running_due],
                lambda one: one.running,
                "已开复工",
                "应开复工未开复工",
            ),
            Measure.STARTED: _share(
                [one for one in projects if one.nature == "new"], lambda one: one.running, "已开工", "未开工"
            ),
            Measure.PRODUCING: _share(
                [one for one in projects if one.completion_due], lambda one: one.producing, "已投产", "未投产"
            ),
            Measure.CAPACITY: _share(
                [one for one in projects if one.completion_due],
                lambda one: one.at_capacity,
                "已达产达效",
                "未达产达效",
            ),
            Measure.SOLVED: _tickets(tickets, lambda one: one.solved),
            Measure.IN_TIME: _tickets(tickets, lambda one: one.in_time),
            Measure.REPORTED: _share(projects, lambda one: one.reported, "本月已报", "本月未报"),
        },
        {cause: tuple(words) for cause, words in causes.items()},
    )


def investment(projects: Iterable[ProjectStand]) -> Figure:
    """Done of the plan fixed at the year's start; the project that lacks most comes first."""
    mine = [one for one in projects if one.plan > 0]
    items = [
        (one.plan - (one.invested or 0), Item(f"{one.name}{_of_plan(one)}", (one.invested or 0) >= one.plan))
        for one in mine
    ]
    items.sort(key=lambda pair: -pair[0])
    return Figure(
        sum(one.invested or 0 for one in mine),
        sum(one.plan for one in mine),
        len(mine),
        tuple(item for _, item in items),
    )


def _of_plan(one: ProjectStand) -> str:
    if one.invested is None:
        return f"未报，年计划{money(one.plan)}"
    percent = rounded(Fraction(one.invested * 100, one.plan), 1)
    return f"{money(one.invested)}/{money(one.plan)}（{percent}%）"


def _share(
    projects: Sequence[ProjectStand], done: Callable[[ProjectStand], bool], yes: str, no: str
) -> Figure:
    items = [Item(f"{one.name}{yes if done(one) else no}", done(one)) for one in projects]
    items.sort(key=lambda one: one.counts)
    return Figure(sum(one.counts for one in items), len(items), len(items), tuple(items))


def _tickets(tickets: Sequence[TicketStand], done: Callable[[TicketStand], bool]) -> Figure:
    mine = sorted(
        (one for one in tickets if one.due), key=lambda one: (done(one), -one.days_over, one.number)
    )
    items = tuple(Item(_ticket_words(one), done(one)) for one in mine)
    return Figure(sum(one.counts for one in items), len(items), len(items), items)


def _ticket_words(one: TicketStand) -> str:
    if one.solved:
        return f"{one.number}号{one.title}{'已销号' if one.in_time else '超期后销号'}"
    return f"{one.number}号{one.title}超期{one.days_over}天"
