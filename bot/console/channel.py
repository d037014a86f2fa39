"""The console as a messaging platform: sending is showing a line."""

from dataclasses import dataclass

from bot.channel import Outgoing, Sent
from bot.clock import Clock
from storage import console_lines
from storage.database import Database

from .feed import Feed

NAME = "console"


@dataclass
class ConsoleChannel:
    """The console as deliver sees it: sending is showing a line."""

    db: Database
    clock: Clock
    feed: Feed
    name: str = NAME
    at_once: int = 50

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """A line is shown once, however often it is sent."""
        return True

    async def send(self, message: Outgoing) -> Sent:
        """Show the message to its account or group; once, however often it is sent."""
        seq = await self.db.write(
            lambda tx: console_lines.add(
                tx,
                account=message.account,
                group=message.group,
                sender="bot",
                text=message.text,
                at=self.clock.now(),
                uuid=message.uuid,
                buttons=[button.as_json() for button in message.buttons],
                attachments=message.attachments,
                about=message.about,
            )
        )
        if seq is not None:
            where = {"group": message.group} if message.group else {"account": message.account}
            self.feed.publish({**where, "seq": seq})
        return Sent()
