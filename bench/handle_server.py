"""Two servers to be measured against each other: `ours` carries each message to the end, `naive` stores a
row. Run as a process: prints its port; GET /idle answers when nothing waits any more."""

import asyncio
import sys
from pathlib import Path

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench import city as cities
from bot.channel import Incoming, Key
from storage import inbox


class Base(DeclarativeBase):
    """Of the naive server's one table."""


class Row(Base):
    """A message, kept."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    text: Mapped[str]


async def naive(folder: Path) -> web.Application:
    """What one writes first: a session and a commit for each request."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'naive.db'}")

    @sa.event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine)

    async def say(request: web.Request) -> web.Response:
        body = await request.json()
        async with sessions() as session:
            session.add(Row(account=body["from"], text=body["text"]))
            await session.commit()
        return web.json_response({"id": body["id"]}, status=202)

    async def idle(_request: web.Request) -> web.Response:
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/messages", say)
    app.router.add_get("/idle", idle)
    return app


async def ours(folder: Path) -> web.Application:
    """Kept, understood, handled; the replies wait to be sent."""
    city = cities.make(folder)
    city.warm_up()

    async def say(request: web.Request) -> web.Response:
        body = await request.json()
        key = Key("bench", body["id"], "")
        await city.intake.accept(Incoming("console", body["from"], body["text"], (key,), body["group"]))
        return web.json_response({"id": body["id"]}, status=202)

    async def idle(_request: web.Request) -> web.Response:
        while await city.db.read(inbox.waiting):
            await city.intake.drain()
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/messages", say)
    app.router.add_get("/idle", idle)
    working = asyncio.create_task(city.intake.work())
    app["working"] = working
    return app


async def main() -> None:
    """Serve until the process is ended."""
    kind, folder = sys.argv[1], Path(sys.argv[2])
    runner = web.AppRunner(await (ours if kind == "ours" else naive)(folder))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
