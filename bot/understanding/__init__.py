"""What a message means: text → acts. Pure: no database, no network, no clock of its own."""

from .understanding import Message, Understanding

__all__ = ["Message", "Understanding"]
