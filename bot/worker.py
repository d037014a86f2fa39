"""What a process does as long as it lives: look whether there is something to do, when woken or after a while."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

log = structlog.get_logger()

_PAUSE = 1.0  # seconds after a failure


async def keep_at(
    what: str, do_all: Callable[[], Awaitable[object]], wake: asyncio.Event, every: float
) -> None:
    """Do all there is to do when `wake` is set, and look unwoken `every` so many seconds: what failed before
    is due again after its pause. `what` names it in the log.
    """
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), timeout=every)
        wake.clear()
        try:
            await do_all()
        except Exception:  # the database may be away for a while: the loop must outlive that
            log.exception("work stopped; it goes on in a moment", what=what)
            await asyncio.sleep(_PAUSE)
