"""What answers a person: one act, or a pair, a file. A new act is one module and one line here."""

from bot.routing import Router
from handlers import (
    bind,
    blocker,
    correct,
    decide,
    dispatch,
    grade,
    instruct,
    pause,
    progress,
    release,
    reopen,
    supervise,
    undo,
    urge,
)
from handlers.bind import meet_stranger

__all__ = ["meet_stranger", "router"]

router = Router()
for module in (
    bind,
    blocker,
    correct,
    decide,
    dispatch,
    grade,
    instruct,
    pause,
    progress,
    release,
    reopen,
    supervise,
    undo,
    urge,
):
    router.include(module.router)
