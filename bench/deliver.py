"""Messages of the outbox sent a second to a platform that answers in 50 ms, beside bare aiohttp that has as many
posts under way. Each message to another account, as after a sweep."""

import asyncio
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
from pydantic import SecretStr
from sqlalchemy import func, select

from bench import city as cities
from bench.callbacks import AES_KEY, AGENT, CORP, TOKEN
from bench.line import Line
from bot.app import City
from bot.config import Channels, Wecom
from storage import outbox
from storage.database import Tx
from storage.tables import message

_MESSAGES, _ROUNDS = 2000, 5
_TEXT = "【市水务局】交办17号 342改线第3段供水管迁改。今天定人、18日反馈、22日办结。回一句谁办、哪天办结，如“17号周工负责，9月22日前办完”。"
_OFTEN = 10_000_000  # what is measured is the way out, not our own limits


def measure() -> Line:
    """All messages wait, then they are sent; and the same bodies by hand."""
    platform = subprocess.Popen(
        [sys.executable, "-m", "bench.platform_server"], stdout=subprocess.PIPE, text=True
    )
    assert platform.stdout is not None
    try:
        url = f"http://127.0.0.1:{int(platform.stdout.readline())}"
        with tempfile.TemporaryDirectory() as folder:
            city = cities.make(Path(folder), channels=Channels(wecom=_wecom(url)), with_tickets=False)
            value, floor = asyncio.run(_in_turn(city, url))
            city.close()
    finally:
        platform.terminate()
        platform.wait()
    return Line("deliver", value, "messages/s", floor, "≥ 0.7, aim 0.9")


def _wecom(url: str) -> Wecom:
    return Wecom(
        base_url=url,
        corp_id=CORP,
        agent_id=AGENT,
        secret=SecretStr("none"),
        token=SecretStr(TOKEN),
        aes_key=SecretStr(AES_KEY),
        per_app_minute=_OFTEN,
        per_app_day=_OFTEN,
    )


async def _in_turn(city: City, url: str) -> tuple[float, float]:
    at_once = city.channels["wecom"].at_once
    noting = asyncio.create_task(city.platforms.work())  # what the limits count is noted meanwhile
    rates = [(await _ours(city, n), await _bare(url, at_once)) for n in range(_ROUNDS)]
    noting.cancel()
    await city.platforms.close()
    return statistics.median(one[0] for one in rates), statistics.median(one[1] for one in rates)


async def _ours(city: City, place: int) -> float:
    def write(tx: Tx) -> None:
        for n in range(_MESSAGES):
            outbox.put_message(
                tx,
                channel="wecom",
                account=f"r{place}-{n}",
                text=_TEXT,
                urgency="event",
                at=city.clock.now(),
            )

    await city.db.write(write)
    begun = time.perf_counter()
    await city.delivery.drain()
    taken = time.perf_counter() - begun
    sent = select(func.count()).where(message.c.state == outbox.SENT)
    assert await city.db.read(lambda tx: tx.execute(sent).scalar()) == (place + 1) * _MESSAGES
    return _MESSAGES / taken


async def _bare(url: str, at_once: int) -> float:
    waiting = itertools.count()
    connector = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(connector=connector) as http:

        async def send() -> None:
            while (n := next(waiting)) < _MESSAGES:
                body = {"touser": f"b-{n}", "agentid": AGENT, "msgtype": "text", "text": {"content": _TEXT}}
                data = json.dumps(body, ensure_ascii=False).encode()
                async with http.post(
                    f"{url}/cgi-bin/message/send?access_token=token",
                    data=data,
                    headers={"Content-Type": "application/json"},
                ) as response:
                    assert (await response.json())["errcode"] == 0

        begun = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(at_once)))
        return _MESSAGES / (time.perf_counter() - begun)
