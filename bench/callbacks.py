"""Encrypted callbacks of 企业微信, and a client that costs next to nothing: bytes made beforehand, 32
connections kept open, each with one request under way."""

import asyncio
import hashlib
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bench import texts
from bot.channels.common.frame import Frame

CORP, AGENT, TOKEN = "wwbench", 1000002, "t0ken-of-the-callback"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CONNECTIONS = 32


def requests(written: Sequence[texts.Written], count: int) -> list[bytes]:
    """So many requests, each another message: the texts one after the other, again and again."""
    frame, stamp = Frame(AES_KEY, CORP), str(int(time.time()))
    return [
        _request(frame, stamp, n, one)
        for n, one in enumerate(itertools.islice(itertools.cycle(written), count))
    ]


def _request(frame: Frame, stamp: str, n: int, one: texts.Written) -> bytes:
    encrypted = frame.close(
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{one.account}]]></FromUserName>"
        f"<CreateTime>{stamp}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{one.text}]]></Content><MsgId>{7_000_000_000 + n}</MsgId><AgentID>{AGENT}</AgentID></xml>"
    )
    body = (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[{AGENT}]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    ).encode()
    signature = hashlib.sha1("".join(sorted([TOKEN, stamp, str(n), encrypted])).encode()).hexdigest()
    query = urlencode({"msg_signature": signature, "timestamp": stamp, "nonce": n})
    head = (
        f"POST /wecom/callback?{query} HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True, slots=True)
class Answered:
    """How it went: seconds until all were answered, and how long the hundredth slowest waited."""

    seconds: float
    p99: float


async def send(port: int, waiting: Iterator[bytes]) -> Answered:
    """Send all; every one must be answered with 200."""
    loop = asyncio.get_running_loop()
    times: list[float] = []
    clients = [_Client(waiting, times, loop.create_future()) for _ in range(CONNECTIONS)]
    begun = time.perf_counter()
    for client in clients:
        await loop.create_connection(lambda one=client: one, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*(client.done for client in clients))
    taken = time.perf_counter() - begun
    times.sort()
    return Answered(taken, times[len(times) * 99 // 100])


class _Client(asyncio.Protocol):
    """One connection: the next request goes out when the last is answered."""

    def __init__(self, waiting: Iterator[bytes], times: list[float], done: "asyncio.Future[None]") -> None:
        self._waiting = waiting
        self._times = times
        self.done = done
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self._transport.close()
            self.done.set_result(None)
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found:
            return
        length = next(
            int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        if len(body) < length:
            return
        self._got = b""
        if not head.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(head.decode("latin-1")))
            self._transport.close()
            return
        self._times.append(time.perf_counter() - self._sent_at)
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError("the server hung up"))
