"""What answers a person: one act, or a pair, a file. A new act is one module and one line here."""

from bot.routing import Router
from handlers import (
    bind,
    blocker,
    decide,
    dispatch,
    grade,
    instruct,
    pause,
    release,
    reopen,
    supervise,
    urge,
)
from handlers.bind import meet_stranger

__all__ = ["meet_stranger", "router"]

router = Router()
for module in (
    bind,
    blocker,
    decide,
    dispatch,
    grade,
    instruct,
    pause,
    release,
    reopen,
    supervise,
    urge,
):
    router.include(module.router)
