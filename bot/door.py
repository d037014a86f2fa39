"""The door for platforms: a callback's body is read within limits, verified, stored, and only then answered.

What a request says is never the cause of a 5xx: it is taken, or refused with 4xx and nothing stored.
"""

import asyncio
import uuid
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot import logs, marking
from bot.channel import Incoming
from bot.channels.common.callback import LARGEST_BODY, Accepted, Callback, Refused, Request
from bot.intake import Intake
from storage import media, read_receipts, reply_handles, sent_refs
from storage.database import Database, Tx

log = structlog.get_logger()

_LONGEST_NAME = 200  # characters
_SLOWEST = 10.0  # seconds in which a body must be here
_LONGEST_PAUSE, _LONGEST_END = 5.0, 30.0  # seconds of what we throw away: between two pieces, in all
_THROWN_AWAY = 64 * 1_048_576  # bytes behind what we read


class Door:
    """Lets the requests of one callback in. `arrived` is called when there is something to fetch."""

    def __init__(
        self,
        callback: Callback,
        db: Database,
        intake: Intake,
        arrived: Callable[[], None] = lambda: None,
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._callback = callback
        self._db = db
        self._intake = intake
        self._arrived = arrived
        self._real_now = real_now

    def routes(self) -> list[web.AbstractRouteDef]:
        """The route for each method that the platform uses."""
        return [web.route(method, self._callback.path, self.handle) for method in self._callback.methods]

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request."""
        try:
            accepted = self._open(request, await _body(request))
        except Refused as refused:
            log.info("callback refused", path=self._callback.path, status=refused.status, why=refused.reason)
            response = web.json_response({"error": "refused"}, status=refused.status)
            if not request.content.is_eof():
                # What is left of the body will not be read: nobody may use this connection again.
                response.force_close()
                request.content.feed_eof()
            return response
        for incoming in accepted.messages:
            await self._keep(incoming)
        if accepted.reads:
            await self._db.write(lambda tx: read_receipts.keep(tx, accepted.reads))
        return web.Response(body=accepted.answer, content_type=accepted.content_type, charset="utf-8")

    def _open(self, request: web.Request, body: bytes) -> Accepted:
        try:
            headers = {name.lower(): request.headers[name] for name in request.headers}
            query = {name: request.query[name] for name in request.query}
            accepted = self._callback.open(Request(request.method, body, headers, query, self._real_now()))
            for incoming in accepted.messages:
                _refuse_unwritable(incoming)
            return accepted
        except Refused:
            raise
        except (
            Exception
        ) as error:  # a request that we can't read is none that we can take; the log has the bug
            log.error("callback not read", path=self._callback.path, **logs.bug(error))
            raise Refused(400, "没有读懂") from None

    async def _keep(self, incoming: Incoming) -> None:
        incoming = await self._looked_up(incoming)
        names = [one.name for one in incoming.media if self._intake.is_marked(one.name)]
        if names:
            # A classified name refuses the whole message, as its text would.
            incoming = replace(incoming, text="\n".join([incoming.text, *names]))
        files = [(uuid.uuid4().hex, one) for one in incoming.media]
        incoming = replace(incoming, attachments=incoming.attachments + tuple(name for name, _ in files))

        def beside(tx: Tx, inbox_id: int, refused: bool) -> None:
            if incoming.reply is not None:
                reply_handles.keep(tx, inbox_id, incoming.reply)
            if files and not refused:
                media.expect(tx, incoming.channel, inbox_id, files, self._real_now())

        has_more = bool(files) or incoming.reply is not None
        await self._intake.accept(incoming, beside if has_more else None)
        if files:
            self._arrived()

    async def _looked_up(self, incoming: Incoming) -> Incoming:
        """With the text of the button, and what the quoted message is about."""
        if incoming.pressed:
            text, about = await self._db.read(lambda tx: sent_refs.pressed(tx, incoming))
            return replace(incoming, text=text, about=about)
        if incoming.quotes and incoming.about is None:
            about = await self._db.read(lambda tx: sent_refs.quoted(tx, incoming.channel, incoming.quotes))
            return replace(incoming, about=about)
        return incoming


def _refuse_unwritable(incoming: Incoming) -> None:
    """Refuse a name that no database takes: too long, or with a character in it that can't be stored."""
    kept = [incoming.account, incoming.group, *(one.name for one in incoming.media)]
    kept += [part for key in incoming.keys for part in (key.app, key.key)]
    asked = [incoming.pressed, incoming.quotes]
    if any(len(name) > _LONGEST_NAME for name in kept) or any(
        marking.writable(name) != name for name in kept + asked
    ):
        raise Refused(400, "编号里有不能用的字符，或太长")


async def _body(request: web.Request) -> bytes:
    """The body, unpacked, at most 1 MB of it. Raises Refused."""
    body = bytearray()
    try:
        async with asyncio.timeout(_SLOWEST):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > LARGEST_BODY:
                    await _let_it_finish(request)
                    raise Refused(413, "内容太大")
    except TimeoutError:
        raise Refused(408, "内容来得太慢") from None
    except (web.RequestPayloadError, HttpProcessingError, ValueError, OSError):
        raise Refused(400, "内容不完整") from None
    return unpacked(bytes(body), request.headers.get("Content-Encoding", ""))


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without its compression, never more than 1 MB of it unpacked. Raises Refused."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Refused(415, "不认识的压缩方式")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, by its head
    try:
        plain = unpacker.decompress(body, LARGEST_BODY + 1)
    except zlib.error:
        raise Refused(400, "压缩格式不对") from None
    if len(plain) > LARGEST_BODY:
        raise Refused(413, "内容太大")
    if not unpacker.eof or unpacker.unused_data:
        raise Refused(400, "压缩的内容不完整")
    return plain


async def _let_it_finish(request: web.Request) -> None:
    """Throw the rest away, within reason: who is still writing would not read our answer."""
    left, until = _THROWN_AWAY, asyncio.get_running_loop().time() + _LONGEST_END
    with suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST_PAUSE) as patience:
            async for chunk in request.content.iter_any():
                left -= len(chunk)
                now = asyncio.get_running_loop().time()
                if left < 0:
                    return
                patience.reschedule(min(now + _LONGEST_PAUSE, until))
