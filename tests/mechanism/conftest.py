"""The default regime and the State Council's calendar."""

import pytest

from bot.calendar import Calendar
from bot.mechanism.model import Regime
from bot.mechanism.regime import DEFAULT, load


@pytest.fixture(scope="session")
def regime() -> Regime:
    return load(DEFAULT)


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return Calendar()
