"""详情: the line under a reply that leads to the page about the same thing, for who wrote alone."""

from bot.routing import Turn


def details_line(turn: Turn, address: str) -> str:
    """详情：https://…; empty in a group and where the bot is not reached from outside."""
    link = turn.link(address)
    return f"详情：{link}" if link else ""
