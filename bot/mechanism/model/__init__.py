"""What a regime holds: the shape of regimes/*.toml. Values only; every title is what people read.

Days are days of the city; hours of ladders are working hours (hours.py). A rule that no notice
contains is marked `own = true`; every other names its notice and part, as “N4 (十四)”.
"""

from bot.mechanism.model.city import Days, Holidays, Hours, Notice, Office
from bot.mechanism.model.parts import Count, Hour, Part, Rule, SomeWorkingHours, Text, WorkingHours
from bot.mechanism.model.projects import MonthRung, Stalled, StandstillTier, StandstillTold
from bot.mechanism.model.rates import DayOfYear, Share, Starts, StartTarget
from bot.mechanism.model.regime import Regime
from bot.mechanism.model.rhythm import Summary, Waiting
from bot.mechanism.model.tickets import (
    SOLVING,
    TIER_NAMES,
    Duty,
    Extensions,
    Importance,
    Kind,
    Layer,
    Limit,
    Limits,
    Listing,
    NamedDay,
    Near,
    Pause,
    Rung,
    Screening,
    Shift,
    Tier,
    Urgency,
)

__all__ = [
    "SOLVING",
    "TIER_NAMES",
    "Count",
    "DayOfYear",
    "Days",
    "Duty",
    "Extensions",
    "Holidays",
    "Hour",
    "Hours",
    "Importance",
    "Kind",
    "Layer",
    "Limit",
    "Limits",
    "Listing",
    "MonthRung",
    "NamedDay",
    "Near",
    "Notice",
    "Office",
    "Part",
    "Pause",
    "Regime",
    "Rule",
    "Rung",
    "Screening",
    "Share",
    "Shift",
    "SomeWorkingHours",
    "Stalled",
    "StandstillTier",
    "StandstillTold",
    "StartTarget",
    "Starts",
    "Summary",
    "Text",
    "Tier",
    "Urgency",
    "Waiting",
    "WorkingHours",
]
