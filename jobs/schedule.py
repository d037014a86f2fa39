"""When the jobs look. A job only looks at what the tables say is due at the city's time, so a tick that
was missed, a moved clock or a restart loses nothing; APScheduler merely wakes them."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.mechanism.rules import Rules
from jobs import (
    above,
    batches,
    brief,
    comments,
    control,
    counted,
    digest,
    holidays,
    instructions,
    lapse,
    listing,
    look_through,
    milestones,
    month_end,
    months,
    nudge,
    oversee,
    put_off,
    registration,
    release,
    reserve,
    rhythms,
    rounds,
    stalled,
    starts,
    summary,
    supervision_orders,
    upward,
    validity,
    waiting,
)
from storage.database import Database, Tx
from storage.directory import Directory, DirectoryCache

log = structlog.get_logger()

_EVERY = 20  # seconds of real time between two looks
_TICK = "tick"


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
    ("stalled", stalled),
    ("starts", starts),
    ("registration", registration),
    ("batches", batches),
    ("reserve", reserve),
    ("release", release),
    ("lapse", lapse),
    ("months", months),
    ("control", control),
    ("brief", brief),
    ("instructions", instructions),
    ("digest", digest),
    ("rounds", rounds),
    ("counted", counted),
    ("nudge", nudge),
    ("waiting", waiting),
    ("put_off", put_off),
    ("summary", summary),
    ("listing", listing),
    ("comments", comments),
    ("milestones", milestones),
    ("rhythms", rhythms),
    ("month_end", month_end),
    ("validity", validity),
    ("above", above),
    ("supervision-orders", supervision_orders),
    ("look-through", look_through),
    ("upward", upward),
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
        self.scheduler = AsyncIOScheduler(timezone="Asia/Shanghai")
        self._watching: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Wake every few seconds, as long as the process lives."""
        self.scheduler.add_job(
            self.run_due,
            "interval",
            seconds=_EVERY,
            id=_TICK,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self.scheduler.start()
        self._watch()

    def stop(self) -> None:
        """No more waking."""
        if self._watching is not None:
            self._watching.cancel()
            self.scheduler.shutdown(wait=False)

    def look_at_the_clock(self) -> None:
        """APScheduler waits for a time of day: if the machine's clock was set back, that is too far ahead."""
        now = datetime.now(UTC)
        if self.scheduler.get_job(_TICK).next_run_time > now + timedelta(seconds=2 * _EVERY):
            self.scheduler.modify_job(_TICK, next_run_time=now)

    def _watch(self) -> None:
        self.look_at_the_clock()
        self._watching = asyncio.get_running_loop().call_later(_EVERY, self._watch)

    async def run_due(self, names: Collection[str] | None = None) -> bool:
        """Let each job (of those names) do what is due now, in transactions of their own; whether anything was."""
        did = False
        for name, job in JOBS:
            if names is not None and name not in names:
                continue
            try:
                did |= await self._db.write(lambda tx, job=job: self._run(tx, job))  # type: ignore[misc]
            except Exception:  # one job's trouble must not keep the others from their turn
                log.exception("job failed", job=name)
        if did:
            self._after()
        return did

    def next_due(self, tx: Tx) -> datetime | None:
        """The next moment at which some job, or the delivery, has something to do."""
        return min(self.dues(tx).values(), default=None)

    def dues(self, tx: Tx) -> dict[str, datetime]:
        """When each job that has anything in sight has something to do next."""
        city, now = self._city(tx), self._clock.now()
        moments = ((name, job.next_due(tx, now, city)) for name, job in JOBS)
        return {name: moment for name, moment in moments if moment is not None}

    def _run(self, tx: Tx, job: Job) -> bool:
        return job.run(tx, self._clock.now(), self._city(tx))

    def _city(self, tx: Tx) -> Office:
        return Office(self._rules, self._directory.get(tx))
