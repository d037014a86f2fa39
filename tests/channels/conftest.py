"""A demo city that stands on a fake platform."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select

from bot.app import City, demo_time
from bot.clock import MovableClock
from bot.config import Config
from storage import binding, directory, outbox
from storage.database import Tx
from storage.tables import account, inbox, message
from tests.channels.fake import FakeWecom
from tests.channels.wecom_kit import AES_KEY, AGENT, CORP, TOKEN, Call
from tests.conftest import START, Databases, demo_config, fill_demo


class Outside:
    """The city as a platform sees it."""

    def __init__(self, city: City, client: TestClient[Any, Any]) -> None:
        self.city = city
        self.client = client

    async def post(self, call: Call, **changes: Any) -> ClientResponse:
        """Let the platform call."""
        for name, value in changes.items():
            setattr(call, name, value)
        return await self.client.post(call.path, params=call.query, data=call.data, headers=call.headers)

    def kept(self) -> list[Any]:
        """The messages in the inbox."""
        return list(self.city.db.read_now(lambda tx: tx.execute(select(inbox).order_by(inbox.c.id)).all()))

    def messages(self) -> list[Any]:
        """The messages in the outbox."""
        return list(
            self.city.db.read_now(lambda tx: tx.execute(select(message).order_by(message.c.id)).all())
        )

    def say(self, text: str, *, channel: str = "wecom", **more: Any) -> int:
        """Put a message into the outbox; its id."""
        to = {"account": "liaison-21"} if "group" not in more and "account" not in more else {}
        values = {"urgency": "event", **to, **more}
        return self.city.db.write_now(
            lambda tx: outbox.put_message(tx, channel=channel, text=text, at=self.city.clock.now(), **values)
        )

    def soon(self) -> None:
        """What waits for another try may be tried at once."""
        self.city.db.write_now(lambda tx: tx.execute(message.update().values(retry_at=None)))

    async def send_all(self, rounds: int = 1) -> None:
        """Deliver, and again so many times without pause."""
        for _ in range(rounds):
            await self.city.delivery.drain()
            self.soon()

    def unsent(self) -> int:
        return self.city.db.read_now(
            lambda tx: tx.execute(select(func.count()).where(message.c.state == "waiting")).scalar_one()
        )


Open = Callable[..., Awaitable[Outside]]


def bind_all(tx: Tx) -> None:
    """Everybody of the demo has the same account on 企业微信 as on the console."""
    rows = tx.execute(
        select(account.c.person_id, account.c.account).where(account.c.channel == "console")
    ).all()
    for row in rows:
        binding.bind(tx, row.person_id, "wecom", row.account, demo_time(START))
    directory.touched(tx)


def wecom_tables(fake: FakeWecom, **more: Any) -> dict[str, Any]:
    """The config tables of 企业微信 over that fake."""
    seal = {"token": TOKEN, "aes_key": AES_KEY}
    return {
        "wecom": {
            "base_url": fake.url,
            "corp_id": CORP,
            "agent_id": AGENT,
            "secret": fake.secret,
            **seal,
            **more.pop("wecom", {}),
        },
        "wecom_bot": {**seal, **more.pop("wecom_bot", {})},
        "wecom_robot": {
            "webhook_url": f"{fake.url}/cgi-bin/webhook/send?key=hook-key",
            **seal,
            **more.pop("wecom_robot", {}),
        },
    }


@pytest.fixture
async def open_city(databases: Databases) -> AsyncIterator[Open]:
    """Opens the demo city with channel tables; `runs`: handles and delivers by itself."""
    opened: list[Outside] = []

    async def begin(tables: dict[str, Any], *, runs: bool = False, url: str = "") -> Outside:
        config = demo_config(url or databases.make("demo", fill_demo))
        values = config.model_dump() | {"channels": tables}
        city = City(Config.model_validate(values), clock=MovableClock(demo_time(START)))
        city.db.write_now(bind_all)
        app = city.web_app()
        if not runs:
            app.cleanup_ctx.clear()
        server = TestServer(app)
        await server.start_server(access_log=None)  # as bot/cli.py does
        client = TestClient(server)
        outside = Outside(city, client)
        opened.append(outside)
        if not runs:

            async def close(_app: Any = None) -> None:
                await city.platforms.close()
                city.close()

            outside.close = close  # type: ignore[attr-defined]
        return outside

    yield begin
    for one in opened:
        await one.client.close()
        if hasattr(one, "close"):
            await one.close()


@pytest.fixture
async def fake() -> AsyncIterator[FakeWecom]:
    """The fake 企业微信."""
    one = FakeWecom()
    async with one:
        yield one


@pytest.fixture
async def outside(open_city: Open, fake: FakeWecom) -> Outside:
    """The demo city on the fake 企业微信; nothing is handled or sent but what the test lets happen."""
    return await open_city(wecom_tables(fake))
