"""The demo's chat interface over HTTP: anyone speaks as anyone, and the clock can be moved.

It is a messaging platform to the bot: what each account sees is kept in console_line, a send is made
idempotent by its uuid. The interface is that of docs/console.md.
"""

from .channel import NAME, ConsoleChannel
from .feed import Feed
from .mover import ClockMover
from .routes import Console

__all__ = ["NAME", "ClockMover", "Console", "ConsoleChannel", "Feed"]
