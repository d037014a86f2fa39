"""What answers a person: one act, or a pair, a file. A new act is one module and one line here."""

from bot.routing import Router
from handlers import (
    acknowledge,
    bind,
    blocker,
    correct,
    decide,
    details,
    dispatch,
    extend,
    feedback,
    grade,
    instruct,
    pause,
    photos,
    plan,
    progress,
    proof,
    query,
    release,
    reopen,
    resolve,
    returning,
    supervise,
    supplement,
    told,
    undo,
    urge,
    why,
)
from handlers.bind import meet_stranger

__all__ = ["meet_stranger", "router"]

router = Router()
for module in (
    acknowledge,
    bind,
    blocker,
    correct,
    decide,
    details,
    dispatch,
    extend,
    feedback,
    grade,
    instruct,
    pause,
    photos,
    plan,
    progress,
    proof,
    query,
    release,
    reopen,
    resolve,
    returning,
    supervise,
    supplement,
    told,
    undo,
    urge,
    why,
):
    router.include(module.router)
