"""The fake platforms: an aiohttp server that enforces limits, lets tokens expire, and fails in each way asked for.

`Fake` has the faults; a subclass for each platform has its addresses. What arrived is in `delivered`.
"""

import asyncio
import json
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Fake:
    """Base: `faults` are taken one by one by the next calls that send something; then all is well.

    500, 502 … answer with that status and deliver nothing; html, not_json, list answer 200 with that;
    cut_before and cut_after drop the connection, after delivering or without; slow_after delivers and
    then answers too late, slow_before waits and then delivers; {"errcode": …} is answered as it is.
    """

    def __init__(self) -> None:
        self.faults: deque[Any] = deque()
        self.calls: Counter[str] = Counter()
        self.delivered: list[tuple[str, dict[str, Any]]] = []  # (to, body)
        self.arrived_at: list[float] = []
        self.slow = 5.0  # seconds
        self.latency: Callable[[str], float] = lambda _to: 0.0
        self.app = web.Application(middlewares=[self._faulty], client_max_size=64 * 1_048_576)
        self.server = TestServer(self.app)
        self.sending: set[str] = set()  # paths that take a fault
        self.routes()

    def routes(self) -> None:
        """Add the platform's addresses."""

    async def __aenter__(self) -> "Fake":
        await self.server.start_server(access_log=None)  # addresses carry secrets
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    @property
    def url(self) -> str:
        """Where it is, with a path prefix as private deployments have one."""
        return str(self.server.make_url("/pre"))

    def deliver(self, to: str, body: dict[str, Any]) -> None:
        """It arrived."""
        self.delivered.append((to, body))
        self.arrived_at.append(time.monotonic())

    def to(self, to: str) -> list[dict[str, Any]]:
        """What that account or group got."""
        return [body for one, body in self.delivered if one == to]

    @web.middleware
    async def _faulty(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.calls[request.path] += 1
        fault = self.faults.popleft() if self.faults and request.path in self.sending else None
        if fault is None:
            return await handler(request)
        if isinstance(fault, dict):
            return web.json_response(fault)
        if isinstance(fault, int):
            return web.Response(status=fault, text="<html>bad gateway</html>", content_type="text/html")
        if fault == "html":
            return web.Response(text="<html>请登录网关</html>", content_type="text/html")
        if fault == "not_json":
            return web.Response(text='{"errcode":0', content_type="application/json")
        if fault == "list":
            return web.json_response([0])
        if fault in ("cut_after", "slow_after"):
            await handler(request)
        if fault in ("slow_before", "slow_after"):
            await asyncio.sleep(self.slow)
            return await handler(request) if fault == "slow_before" else web.json_response({"errcode": 0})
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


class FakeWecom(Fake):
    """企业微信: gettoken, message/send, appchat/send, webhook/send, media, response_url."""

    def __init__(self) -> None:
        self.secret = "s3cret-of-the-app"
        self.corp = "wwcorp"
        self.tokens: set[str] = set()
        self.token_lives = 7200
        self.gone: set[str] = set()  # people who left
        self.cards = True
        self.mobiles: dict[str, str] = {}
        self.may_look_up = True
        self.folded = 0
        self.dropped = 0
        self.uploads: dict[str, bytes] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self._seen: set[str] = set()
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self.answered: set[str] = set()
        super().__init__()

    def routes(self) -> None:
        add = self.app.router
        add.add_get("/pre/cgi-bin/gettoken", self._gettoken)
        add.add_post("/pre/cgi-bin/message/send", self._send)
        add.add_post("/pre/cgi-bin/appchat/send", self._appchat)
        add.add_post("/pre/cgi-bin/user/getuserid", self._getuserid)
        add.add_post("/pre/cgi-bin/webhook/send", self._webhook)
        add.add_post("/pre/cgi-bin/media/upload", self._upload)
        add.add_post("/pre/cgi-bin/webhook/upload_media", self._upload)
        add.add_get("/pre/cgi-bin/media/get", self._media)
        add.add_post("/pre/cgi-bin/aibot/response", self._response)
        add.add_get("/pre/files/{name}", self._file)
        self.sending = {
            f"/pre/cgi-bin/{path}"
            for path in ("message/send", "appchat/send", "webhook/send", "aibot/response")
        }

    def expire(self) -> None:
        """All tokens are no good any more, early."""
        self.tokens.clear()

    def forget(self) -> None:
        """A minute went by."""
        self._recent.clear()

    @property
    def fetched_tokens(self) -> int:
        return self.calls["/pre/cgi-bin/gettoken"]

    async def _gettoken(self, request: web.Request) -> web.Response:
        await asyncio.sleep(0.02)
        if request.query.get("corpid") != self.corp:
            return web.json_response({"errcode": 40013, "errmsg": "invalid corpid"})
        if request.query.get("corpsecret") != self.secret:
            return web.json_response({"errcode": 40001, "errmsg": f"invalid credential {self.secret}"})
        token = f"token-{self.fetched_tokens}"
        self.tokens.add(token)
        return web.json_response(
            {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": self.token_lives}
        )

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.query.get("access_token") not in self.tokens:
            return web.json_response({"errcode": 42001, "errmsg": "access_token expired"})
        return None

    def _too_many(self, key: str, most: int) -> bool:
        recent, now = self._recent[key], time.monotonic()
        while recent and recent[0] < now - 60:
            recent.popleft()
        recent.append(now)
        return len(recent) > most

    async def _send(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        raw = await request.text()
        body = json.loads(raw)
        to = body["touser"]
        if to in self.gone:
            return web.json_response({"errcode": 0, "errmsg": "ok", "invaliduser": to.lower(), "msgid": "m"})
        if body["msgtype"] == "template_card" and not self.cards:
            return web.json_response({"errcode": 40008, "errmsg": "invalid message type"})
        await asyncio.sleep(self.latency(to))
        if len(body.get("text", {}).get("content", "").encode()) > 2048:
            body["text"]["content"] = body["text"]["content"].encode()[:2048].decode("utf-8", "ignore")
        if body.get("enable_duplicate_check") and raw in self._seen:
            self.folded += 1
        elif self._too_many(to, 30):
            self.dropped += 1
        else:
            self._seen.add(raw)
            self.deliver(to, body)
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": f"m{len(self.delivered)}"})

    async def _getuserid(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        mobile = (await request.json())["mobile"]
        if not self.may_look_up:
            return web.json_response({"errcode": 60011, "errmsg": f"no privilege to access {mobile}"})
        if mobile not in self.mobiles:
            return web.json_response({"errcode": 46004, "errmsg": f"user not exist {mobile}"})
        return web.json_response({"errcode": 0, "errmsg": "ok", "userid": self.mobiles[mobile]})

    async def _appchat(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        body = await request.json()
        await asyncio.sleep(self.latency(body["chatid"]))
        self.deliver(body["chatid"], body)
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _webhook(self, request: web.Request) -> web.Response:
        key, body = request.query.get("key", ""), await request.json()
        content = body.get("text", {}).get("content", "")
        if key in self.gone:
            return web.json_response({"errcode": 93000, "errmsg": f"invalid webhook url {request.url}"})
        if len(content.encode()) > 2048:
            return web.json_response({"errcode": 40058, "errmsg": "too long"})
        if self._too_many(key, 20):
            return web.json_response({"errcode": 45009, "errmsg": "reach max api daily quota limit"})
        await asyncio.sleep(self.latency(key))
        self.deliver(body.get("chatid") or key, body)
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _response(self, request: web.Request) -> web.Response:
        code = request.query["response_code"]
        if code in self.answered:
            return web.json_response({"errcode": 40001, "errmsg": "used"})
        self.answered.add(code)
        self.deliver(code, await request.json())
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _upload(self, request: web.Request) -> web.Response:
        if "access_token" in request.query and (refused := self._refused(request)):
            return refused
        form = await request.post()
        field: Any = form["media"]
        media_id = f"media-{len(self.uploads) + 1}"
        self.uploads[media_id] = field.file.read()
        return web.json_response({"errcode": 0, "type": request.query["type"], "media_id": media_id})

    async def _media(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        found = self.files.get(request.query["media_id"])
        if found is None:
            return web.json_response({"errcode": 40007, "errmsg": "invalid media_id"})
        return web.Response(body=found[0], content_type=found[1])

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = self.files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPFound("http://169.254.169.254/latest/meta-data")
        return web.Response(body=found[0], content_type=found[1])
