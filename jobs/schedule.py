"""When the jobs look. A job only looks at what the tables say is due at the city's time, so a tick that
was missed, a moved clock or a restart loses nothing; APScheduler merely wakes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.mechanism.rules import Rules
from jobs import holidays, lapse, listing, nudge, oversee, release, summary
from storage.database import Database, Tx
from storage.directory import Directory, DirectoryCache

log = structlog.get_logger()

_EVERY = 20  # seconds of real time between two looks


@dataclass(frozen=True, slots=True)
class Office:
    """What a job goes by: the rules and the directory as they stand in its transaction."""

    rules: Rules
    directory: Directory


class Job(Protocol):
    """One duty of the clock, a module of its own."""

    def run(self, tx: Tx, now: datetime, city: Office) -> bool:
        """Do what is due; whether anything was. Run again at once, it does nothing twice."""
        ...

    def next_due(self, tx: Tx, now: datetime, city: Office) -> datetime | None:
        """When there will be something to do; None if nothing is in sight."""
        ...


JOBS: Sequence[tuple[str, Job]] = (
    ("oversee", oversee),
    ("release", release),
    ("lapse", lapse),
    ("nudge", nudge),
    ("summary", summary),
    ("listing", listing),
    ("holidays", holidays),
)


class Schedule:
    """The jobs of a city. `after` is called when a run did something: there may be messages to send."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        directory: DirectoryCache,
        rules: Rules,
        after: Callable[[], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory
        self._rules = rules
        self._after = after
        self._scheduler: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Wake every few seconds, as long as the process lives."""
        self._scheduler = AsyncIOScheduler(timezone="Asia/Shanghai")
        self._scheduler.add_job(
            self.run_due, "interval", seconds=_EVERY, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self._scheduler.start()

    def stop(self) -> None:
        """No more waking."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)

    async def run_due(self) -> bool:
        """Let each job do what is due now, in transactions of their own; whether anything was."""
        did = False
        for name, job in JOBS:
            try:
                did |= await self._db.write(lambda tx, job=job: self._run(tx, job))  # type: ignore[misc]
            except Exception:  # one job's trouble must not keep the others from their turn
                log.exception("job failed", job=name)
        if did:
            self._after()
        return did

    def next_due(self, tx: Tx) -> datetime | None:
        """The next moment at which some job, or the delivery, has something to do."""
        city, now = self._city(tx), self._clock.now()
        moments = [job.next_due(tx, now, city) for _, job in JOBS]
        return min((moment for moment in moments if moment is not None), default=None)

    def _run(self, tx: Tx, job: Job) -> bool:
        return job.run(tx, self._clock.now(), self._city(tx))

    def _city(self, tx: Tx) -> Office:
        return Office(self._rules, self._directory.get(tx))
