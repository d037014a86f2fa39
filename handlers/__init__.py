"""What answers a person: one act, or a pair, a file. A new act is one module and one line here."""

from bot.routing import Router
from handlers import (
    blocker,
    decide,
    dispatch,
    release,
    supervise,
    urge,
    instruct,
    grade,
    pause,
    reopen,
)

router = Router()
for module in (
    blocker,
    decide,
    dispatch,
    release,
    supervise,
    urge,
    instruct,
    reopen,
    pause,
    grade,
):
    router.include(module.router)
