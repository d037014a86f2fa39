"""What somebody asks for and the regime in force does not have: said so, and never taken for something else."""

from bot.routing import Reply


def not_in_regime(what: str, instead: str = "") -> Reply:
    """现行机制没有月账这一项；…."""
    return Reply(f"现行机制没有{what}这一项{f'；{instead}' if instead else ''}。")
