"""Where all meets: config, database, rules, handlers, routes, schedule. `City` is one city's bot, running."""

import asyncio
import contextlib
import gc
from collections import ChainMap
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from aiohttp import web

from bot import console, holidays
from bot.answering import Answering
from bot.calendar import CITY
from bot.channel import PAGE, Channel, NotEveryGroup
from bot.channels.page import PageChannel
from bot.clock import Clock, MovableClock, RealClock
from bot.config import Config
from bot.console.requests import Fault, Handler, dumps
from bot.intake import Intake
from bot.looks import look_of
from bot.mechanism import regime as regimes
from bot.mechanism.rules import Rules
from bot.platforms import Platforms
from bot.understanding import lexicon
from bot.web import Web
from handlers import router
from handlers.bind import meet_stranger
from jobs import bulletin_files, file_papers
from jobs.deliver import Delivery
from jobs.fetch import Fetching
from jobs.papers import MAKERS, Making
from jobs.schedule import Schedule
from storage import papers, sending, settings
from storage.database import Database, Tx
from storage.directory import DirectoryCache
from storage.links import Links
from storage.migrate import upgrade
from storage.regimes import keep_regime, kept_regimes

log = structlog.get_logger()

_PAGES = Path(__file__).resolve().parent.parent / "handlers" / "pages"
_CLOCK = "demo_clock"


class City:
    """One city's bot: its parts, opened and closed together.

    `clock` is the machine's, or one that stands and is moved (demo, stories). `db`: opened elsewhere (simulation).
    """

    def __init__(self, config: Config, *, clock: Clock | None = None, db: Database | None = None) -> None:
        self.config = config
        calendar = holidays.load(config.city.holidays)
        lexicon.extend(config.city.words)
        self.db = db or Database(config.storage.url)
        upgrade(self.db)
        self.clock = clock or RealClock()
        if isinstance(self.clock, MovableClock):
            stood = self.db.read_now(lambda tx: settings.get(tx, _CLOCK))
            if stood is not None:
                self.clock.move(max(self.clock.now(), datetime.fromisoformat(stood)))
        regime = regimes.load(config.city.regime)
        self.db.write_now(lambda tx: keep_regime(tx, regime, self.clock.now()))
        self.rules = Rules(regime, calendar, self.db.read_now(kept_regimes))
        self.directory = DirectoryCache(config.city.ledger_year)
        self.links = Links(
            config.server.public_url,
            timedelta(hours=config.web.link_hours),
            timedelta(hours=config.web.session_hours),
        )
        self.answering = Answering(router, self.directory, self.rules, meet_stranger, self.links)
        self.intake = Intake(self.db, self.clock, self.answering, config.classified.words)
        self.web = Web(
            self.db,
            self.clock,
            self.directory,
            self.rules,
            self.links,
            config.city.name,
            self.intake,
            config.web.max_file_mb * 1_048_576,
        )
        self.feed = console.Feed()
        self.platforms = Platforms(config.channels, self.db)
        self.channels: dict[str, Channel] = dict(self.platforms.channels)
        if config.channels.console.enabled:
            self.channels[console.NAME] = console.ConsoleChannel(self.db, self.clock, self.feed)
        self.answering.cant_write_to = self._cant_write_to
        # A view, not a copy: what is put into self.channels later (a simulation's) is delivered to as well.
        ways: ChainMap[str, Channel] = ChainMap(self.channels, {PAGE: PageChannel()})
        self.delivery = Delivery(self.db, self.clock, self.directory, self.rules, ways)
        self.fetching = Fetching(
            self.db,
            self.clock,
            self.platforms.fetchers,
            config.web.max_file_mb * 1_048_576,
            self.directory,
            self.rules,
        )
        look = look_of(config, self.rules.regime)
        makers = {**MAKERS, "bulletin": bulletin_files.maker(look), **file_papers.makers(look.fonts)}
        self.making = Making(self.db, self.clock, self.directory, self.rules, self.delivery.wake, makers)
        self.schedule = Schedule(self.db, self.clock, self.directory, self.rules, self.delivery.wake)
        self.intake.handled = self.delivery.wake
        self.mover = console.ClockMover(self.clock, self._move_clock, self.settle, self.next_due)

    def warm_up(self) -> None:
        """Load the dictionary before the first message, not with it."""
        self.db.read_now(lambda tx: self.answering.vocabulary.of(self.directory.get(tx)))
        gc.freeze()  # what is loaded now stays: the collector need not look through it again and again
        gc.enable()

    def has_ledger(self, tx: Tx) -> bool:
        """Whether the ledger of the year is there."""
        return bool(self.directory.get(tx).ledger)

    async def settle(self) -> None:
        """Handle what waits, do what is due, deliver; until nothing is left at this moment."""
        while True:
            handled = await self.intake.drain()
            ran = await self.schedule.run_due()
            made = await self.making.drain()
            sent = await self.delivery.drain()
            if not (handled or ran or made or sent):
                return

    async def next_due(self) -> datetime | None:
        """The next moment at which a job has something to do."""
        return await self.db.read(self.schedule.next_due)

    def _cant_write_to(self, channel: str, group: str) -> str:
        """Why that group can't be written to by that channel; empty if it can."""
        opened = self.channels.get(channel)
        return opened.cant_write_to(group) if isinstance(opened, NotEveryGroup) else ""

    async def _move_clock(self, to: datetime) -> None:
        if not isinstance(self.clock, MovableClock):
            raise ValueError("this clock is the machine's")
        self.clock.move(to)
        stands = self.clock.now().isoformat()
        await self.db.write(lambda tx: settings.put(tx, _CLOCK, stands))

    def web_app(self) -> web.Application:
        """The application with all routes."""
        app = web.Application(
            middlewares=[self._answer_errors],
            client_max_size=1_048_576 + self.config.web.max_file_mb * 1_048_576,
            # The door unpacks what platforms send, within its own limits; nobody else sends compressed bodies.
            handler_args={"auto_decompress": False},
        )
        app.router.add_get("/healthz", _healthy)
        app.router.add_get("/readyz", self._ready)
        app.router.add_routes(self.platforms.routes(self.intake, self.fetching.wake))
        app.router.add_routes(self.web.routes())
        if self.config.channels.console.enabled:
            page = console.Console(
                self.db,
                self.clock,
                self.intake,
                self.directory,
                self.feed,
                _PAGES,
                self.config.web.max_file_mb * 1_048_576,
                self.links,
                self.mover if isinstance(self.clock, MovableClock) else None,
            )
            app.router.add_routes(page.routes())
            app.router.add_get("/", _to_console)
        app.cleanup_ctx.append(self._running)
        app.on_shutdown.append(self._let_go)
        return app

    async def _running(self, _app: web.Application) -> AsyncIterator[None]:
        self.warm_up()
        if self.db.is_sqlite:  # a city on SQLite has one process
            await self.db.write(sending.free)
            await self.db.write(papers.free)
        workers = [self.intake.work(), self.delivery.work(), self.making.work(), self.platforms.work()]
        if self.platforms.fetchers:
            workers.append(self.fetching.work())
        tasks = [asyncio.create_task(worker) for worker in workers]
        self.schedule.start()
        yield
        self.schedule.stop()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.platforms.close()
        self.close()

    @web.middleware
    async def _answer_errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every error leaves with a reason in Chinese, as JSON or as a page; a bug is logged here and never shown."""
        try:
            return await handler(request)
        except Fault as fault:
            status, reason = fault.status, fault.reason
        except web.HTTPRequestEntityTooLarge:
            status, reason = 413, "内容太大"
        except web.HTTPNotFound:
            status, reason = 404, "没有这个地址"
        except web.HTTPMethodNotAllowed:
            status, reason = 405, "这个地址不支持这种请求"
        except web.HTTPException as error:
            if error.status < 400:
                raise
            status, reason = error.status, "请求有误"
        except (asyncio.CancelledError, ConnectionResetError):
            raise
        except Exception:  # a bug: the outside learns that it happened, the log what it was
            resource = request.match_info.route.resource  # its pattern: an address may hold somebody's token
            log.exception("request failed", path=resource.canonical if resource else "")
            status, reason = 500, "系统出错，已记录，请稍后再试"
        if "text/html" in request.headers.get("Accept", "") and "/api/" not in request.path:
            return await self.web.error(request, status, reason, "请从聊天里的链接打开；还不行请告诉重点办。")
        return _error(status, reason)

    async def _let_go(self, _app: web.Application) -> None:
        self.feed.close()

    async def _ready(self, _request: web.Request) -> web.Response:
        loaded = await self.db.read(self.has_ledger)
        return web.json_response({"ready": True, "ledger": loaded})

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()


def demo_time(text: str) -> datetime:
    """The demo's first moment from `2025-09-15 09:00` or RFC 3339. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=CITY)


async def _healthy(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def _to_console(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/console")


def _error(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status, dumps=dumps)
