"""Two servers of callbacks to be measured against each other: `ours` is the whole way in, and handles what it
has taken; `floor` verifies and decrypts, and keeps one row of what came together in one commit, by the driver
alone. Run as a process: prints its port; GET /idle answers when nothing waits any more.

    python -m bench.accept_server ours|floor FOLDER [POSTGRES-URL]
"""

import asyncio
import queue
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import psycopg
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.engine import make_url

from bench import city as cities
from bench.callbacks import AES_KEY, AGENT, CORP, TOKEN
from bot.channels.common.callback import xml_element
from bot.channels.common.frame import Frame, signature
from bot.clock import RealClock
from bot.config import Channels, Wecom
from storage import binding, inbox
from storage.database import Tx
from storage.tables import account

_TOGETHER = 64
Row = tuple[str, str, str]  # id, account, text


async def ours(folder: Path, url: str | None) -> web.Application:
    """Verified, stored, answered; understood and handled meanwhile. The replies wait to be sent."""
    wecom = Wecom(
        base_url="http://127.0.0.1:9",
        corp_id=CORP,
        agent_id=AGENT,
        secret=SecretStr("none"),
        token=SecretStr(TOKEN),
        aes_key=SecretStr(AES_KEY),
        fresh_seconds=3600,
    )
    city = cities.make(folder, channels=Channels(wecom=wecom), url=url)
    city.db.write_now(_same_accounts)
    city.warm_up()
    app = city.web_app()
    app.cleanup_ctx.clear()  # nothing is sent, no clock ticks: what is measured is the way in

    async def idle(_request: web.Request) -> web.Response:
        while await city.db.read(inbox.waiting):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        return web.json_response({})

    app.router.add_get("/idle", idle)
    app["working"] = asyncio.create_task(city.intake.work())
    return app


def _same_accounts(tx: Tx) -> None:
    """Everybody's account on 企业微信 is that of the console."""
    for row in tx.execute(select(account).where(account.c.channel == "console")).all():
        binding.bind(tx, row.person_id, "wecom", row.account, RealClock().now())


async def floor(folder: Path, url: str | None) -> web.Application:
    """As little as can be: what waits is one statement and one commit, on the driver alone."""
    frame = Frame(AES_KEY, CORP)
    jobs: queue.SimpleQueue[tuple[Row, asyncio.Future[None]]] = queue.SimpleQueue()
    keep = _postgres(url) if url else _sqlite(folder)
    threading.Thread(target=_write, args=(jobs, keep, asyncio.get_running_loop()), daemon=True).start()

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        query = {name: values[0] for name, values in parse_qs(request.query_string).items()}
        encrypted = xml_element(body).findtext("Encrypt") or ""
        if signature(TOKEN, query["timestamp"], query["nonce"], encrypted) != query["msg_signature"]:
            return web.Response(status=403)
        message = xml_element(frame.open(encrypted))
        row = tuple(message.findtext(name) or "" for name in ("MsgId", "FromUserName", "Content"))
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        jobs.put((row, kept))  # type: ignore[arg-type]
        await kept
        return web.Response()

    async def idle(_request: web.Request) -> web.Response:
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/wecom/callback", take)
    app.router.add_get("/idle", idle)
    return app


def _sqlite(folder: Path) -> Callable[[list[Row]], None]:
    connection = sqlite3.connect(folder / "floor.db", check_same_thread=False, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE message (id TEXT PRIMARY KEY, account TEXT, text TEXT)")

    def keep(rows: list[Row]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO message VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")

    return keep


def _postgres(url: str) -> Callable[[list[Row]], None]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(plain)
    connection.execute("CREATE TABLE message (id TEXT PRIMARY KEY, account TEXT, text TEXT)")
    connection.commit()
    statement = "INSERT INTO message SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])"

    def keep(rows: list[Row]) -> None:
        connection.execute(statement, [list(column) for column in zip(*rows, strict=True)], prepare=True)
        connection.commit()

    return keep


def _write(
    jobs: "queue.SimpleQueue[tuple[Row, asyncio.Future[None]]]",
    keep: Callable[[list[Row]], None],
    loop: asyncio.AbstractEventLoop,
) -> None:
    def answer(done: list[asyncio.Future[None]]) -> None:
        for one in done:
            one.set_result(None)

    while True:
        together = [jobs.get()]
        while len(together) < _TOGETHER and not jobs.empty():
            together.append(jobs.get())
        keep([row for row, _ in together])
        loop.call_soon_threadsafe(answer, [kept for _, kept in together])


async def main() -> None:
    """Serve until the process is ended."""
    kind, folder, url = sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None
    runner = web.AppRunner(await (ours if kind == "ours" else floor)(folder, url), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
