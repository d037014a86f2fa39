"""Moments and regimes for tests, written as people write them."""

from datetime import datetime
from importlib import resources

from bot.calendar import CITY
from bot.mechanism.model import Regime
from bot.mechanism.regime import DEFAULT, parse


def moment(text: str) -> datetime:
    """“2025-09-15 09:00” or with seconds, in the city."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def default_text() -> str:
    """The default regime's file."""
    return (resources.files("bot.mechanism") / "regimes" / f"{DEFAULT}.toml").read_text("utf-8")


def changed(*changes: tuple[str, str]) -> Regime:
    """The default regime with some of its lines written otherwise; each must be there."""
    text = default_text()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return parse(text, "changed.toml")
