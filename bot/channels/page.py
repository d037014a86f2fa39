"""Pages of ours as a channel: what was sent from a page is answered there, so nothing leaves the house."""

from dataclasses import dataclass

from bot.channel import PAGE, Outgoing, Sent


@dataclass
class PageChannel:
    """An answer is sent as soon as it stands in the database: the page reads it there."""

    name: str = PAGE
    at_once: int = 50

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """An answer is one row, however often it is sent."""
        return True

    async def send(self, message: Outgoing) -> Sent:
        """Nothing is left to do."""
        return Sent()
