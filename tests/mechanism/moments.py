"""Moments and regimes for tests, written as people write them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from importlib import resources

from bot.calendar import CITY
from bot.mechanism import look
from bot.mechanism.look import Step, Watched
from bot.mechanism.model import Regime
from bot.mechanism.regime import DEFAULT, parse


def moment(text: str) -> datetime:
    """“2025-09-15 09:00” or with seconds, in the city."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def default_text() -> str:
    """The default regime's file."""
    return (resources.files("bot.mechanism") / "regimes" / f"{DEFAULT}.toml").read_text("utf-8")


def carried_out(watched: Watched, steps: Sequence[Step], now: datetime) -> Watched:
    """The ticket with the steps recorded at `now`, as a sweep records them."""
    limits = (
        look.carried_out(limit, [step for step in steps if step.deadline == limit.id], now)
        for limit in watched.deadlines
    )
    return replace(watched, deadlines=tuple(limits))


def changed(*changes: tuple[str, str]) -> Regime:
    """The default regime with some of its lines written otherwise; each must be there."""
    text = default_text()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return parse(text, "changed.toml")
