"""When the papers that come back are due (H2 to H6): rest days, short months, every other week, quarters."""

from typing import Any

import pytest

from bot.app import demo_time
from bot.calendar import CITY, Calendar
from bot.mechanism.model import Rhythm
from bot.mechanism.rhythms import following, latest


def rhythm(**other: Any) -> Rhythm:
    values = {"own": True, "id": "x", "name": "调度", "at": "09:00", "material": ["figures"], **other}
    return Rhythm.model_validate(values)


@pytest.mark.parametrize(
    ("rule", "now", "before", "after"),
    [
        ({"every": "week", "weekday": 1}, "2025-09-15 08:59:59", "2025-09-08 09:00", "2025-09-15 09:00"),
        ({"every": "week", "weekday": 1}, "2025-09-15 09:00", "2025-09-15 09:00", "2025-09-22 09:00"),
        # the week of the National Day: Wednesday 1 to 8 October are rest days
        ({"every": "week", "weekday": 5}, "2025-10-01 09:00", "2025-09-30 09:00", "2025-10-10 09:00"),
        ({"every": "week", "weekday": 5, "on_rest": "later"}, "2025-10-01 09:00", "2025-09-26 09:00", "2025-10-09 09:00"),
        # every other week, counted from a week
        (
            {"every": "two_weeks", "weekday": 4, "begins": "2025-09-01"},
            "2025-09-10 09:00", "2025-09-04 09:00", "2025-09-18 09:00",
        ),
        (
            {"every": "two_weeks", "weekday": 4, "begins": "2025-09-10"},
            "2025-09-10 09:00", "2025-08-28 09:00", "2025-09-11 09:00",
        ),
        ({"every": "month", "day": 31}, "2025-02-10 09:00", "2025-01-27 09:00", "2025-02-28 09:00"),
        ({"every": "month", "day": 26, "on_rest": "later"}, "2025-10-25 09:00", "2025-09-26 09:00", "2025-10-27 09:00"),
        ({"every": "quarter", "day": 31}, "2025-09-29 09:00", "2025-06-30 09:00", "2025-09-30 09:00"),
        ({"every": "quarter", "day": 25}, "2025-12-25 09:00", "2025-12-25 09:00", "2026-03-25 09:00"),
        ({"every": "year", "day": 20}, "2025-09-29 09:00", "2024-12-20 09:00", "2025-12-19 09:00"),
    ],
)  # fmt: skip
def test_H2_the_last_and_the_next_time(rule: dict[str, Any], now: str, before: str, after: str) -> None:
    one = rhythm(**rule)
    moment = demo_time(now).astimezone(CITY)
    assert latest(one, Calendar(), moment) == demo_time(before)
    assert following(one, Calendar(), moment) == demo_time(after)
