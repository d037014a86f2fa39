"""入库入统 and the same-year award: who is fit for it, and what is still missing. Pure. Rows P8, P12."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.mechanism.events import EVENT_NAMES, Event, ProjectEvents
from bot.mechanism.model.registration import Award, Registration


@dataclass(frozen=True, slots=True)
class Registering:
    """The projects started this year that are fit for the statistics: entered, missing, and not fit yet."""

    entered: tuple[ProjectEvents, ...]
    missing: tuple[ProjectEvents, ...]
    unfit: tuple[ProjectEvents, ...]


def registering(events: Iterable[ProjectEvents], rule: Registration) -> Registering:
    """Own reading: those that started in the ledger's year. What began before was entered, or not, in its time."""
    started = [
        one
        for one in events
        if one.started_on is not None
        and one.started_on.year == one.year
        and one.total_investment >= rule.least_total_wan * 10_000
    ]
    entered = tuple(one for one in started if Event.REGISTERED in one.dates)
    rest = [one for one in started if Event.REGISTERED not in one.dates]
    return Registering(
        entered,
        tuple(one for one in rest if Event.NOT_FIT not in one.dates),
        tuple(one for one in rest if Event.NOT_FIT in one.dates),
    )


def asked_on(one: ProjectEvents, rule: Registration, day: date) -> tuple[int, date] | None:
    """The last time up to that day that it is to be asked for: the count from 0 and the day; None before the first."""
    if one.started_on is None:
        return None
    first = one.started_on + timedelta(days=rule.after_days)
    if day < first:
        return None
    count = (day - first).days // rule.every_days
    return count, first + timedelta(days=count * rule.every_days)


_STEPS = (Event.STARTED, Event.COMPLETED, Event.IN_PRODUCTION, Event.ABOVE_SCALE)


def award(one: ProjectEvents, rule: Award) -> list[str] | None:
    """What the project still lacks for the award, in words; empty: it has all. None: it is not in the running.

    In the running is an industry project that started in the ledger's year and has begun to produce, or has
    been completed, in it.
    """
    if one.field not in rule.fields:
        return None
    days = {step: one.reached(step) for step in _STEPS}
    this_year = {step for step, day in days.items() if day is not None and day.year == one.year}
    if Event.STARTED not in this_year or not this_year & {Event.COMPLETED, Event.IN_PRODUCTION}:
        return None
    return [EVENT_NAMES[step] for step in _STEPS if step not in this_year]
