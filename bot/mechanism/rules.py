"""What a city goes by today: its regime, its calendar, and the regimes that older tickets began under."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.calendar import Calendar
from bot.mechanism.model import Regime


@dataclass(frozen=True, slots=True)
class Rules:
    """`older` are regimes by their hash, the one in force among them."""

    regime: Regime
    calendar: Calendar
    older: Mapping[str, Regime] = field(default_factory=dict)

    def of(self, regime_hash: str) -> Regime:
        """The regime under which something began; it ends under it."""
        return self.older.get(regime_hash, self.regime)
