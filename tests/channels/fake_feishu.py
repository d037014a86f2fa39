"""The fake 飞书: tokens, messages with uuids, limits, uploads, resources, urgent pushes, a group's robot."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import defaultdict, deque
from typing import Any

from aiohttp import web

from tests.channels.fake import Fake
from tests.channels.feishu_kit import APP_ID, BOT

MESSAGES = "/pre/open-apis/im/v1/messages"
HOOK = "/pre/open-apis/bot/v2/hook/hook-key"


class FakeFeishu(Fake):
    """`delivered` has (receiver, body with its content opened). A fault {"code": …} is answered with HTTP 400."""

    def __init__(self) -> None:
        self.secret = "s3cret-of-the-app"
        self.hook_secret = "s3cret-of-the-robot"
        self.tokens: set[str] = set()
        self.token_lives = 7200
        self.asked_for_tokens = 0
        self.gone: dict[str, int] = {}  # receiver → code
        self.cards = True
        self.folded = 0
        self.too_fast = 0
        self.throttles_next = False
        self.uploads: dict[str, tuple[str, bytes]] = {}
        self.files: dict[tuple[str, str, str], tuple[bytes, str]] = {}
        self.pushed: list[tuple[str, list[str]]] = []
        self.push_code = 0
        self.mobiles: dict[str, str] = {}
        self.directory_code = 0
        self._names: dict[str, str] = {}  # uuid → message id
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        super().__init__()

    def routes(self) -> None:
        add = self.app.router
        add.add_post("/pre/open-apis/auth/v3/tenant_access_token/internal", self._token)
        add.add_get("/pre/open-apis/bot/v3/info", self._info)
        add.add_post(MESSAGES, self._send)
        add.add_patch(MESSAGES + "/{name}/urgent_app", self._push)
        add.add_get(MESSAGES + "/{name}/resources/{key}", self._resource)
        add.add_post("/pre/open-apis/im/v1/images", self._upload)
        add.add_post("/pre/open-apis/im/v1/files", self._upload)
        add.add_post(HOOK, self._hook)
        add.add_post("/pre/open-apis/contact/v3/users/batch_get_id", self._ids)
        self.sending = {MESSAGES, HOOK}

    def expire(self) -> None:
        """All tokens are no good any more, early."""
        self.tokens.clear()

    async def _token(self, request: web.Request) -> web.Response:
        await asyncio.sleep(0.02)
        self.asked_for_tokens += 1
        body = await request.json()
        if (body["app_id"], body["app_secret"]) != (APP_ID, self.secret):
            return _no(10014, f"app secret invalid {body['app_secret']}", 200)
        token = f"t-{self.asked_for_tokens}"
        self.tokens.add(token)
        return web.json_response(
            {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": self.token_lives}
        )

    async def _info(self, request: web.Request) -> web.Response:
        return self._refused(request) or web.json_response({"code": 0, "bot": {"open_id": BOT}})

    def _refused(self, request: web.Request) -> web.Response | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or token not in self.tokens:
            return _no(99991663, f"Invalid access token {token}")
        return None

    def _too_many(self, key: str, most: int, seconds: float) -> bool:
        recent, now = self._recent[key], time.monotonic()
        while recent and recent[0] < now - seconds:
            recent.popleft()
        recent.append(now)
        self.too_fast += len(recent) > most
        return len(recent) > most

    async def _send(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        raw = await request.read()
        body = json.loads(raw)
        to, content = body["receive_id"], json.loads(body["content"])
        assert request.query["receive_id_type"] == ("chat_id" if to.startswith("oc_") else "open_id")
        assert 0 < len(body["uuid"]) <= 50
        if to in self.gone:
            return _no(self.gone[to], f"no such receiver {to}")
        if body["msg_type"] == "interactive" and not self.cards:
            return _no(230099, "Failed to create card content")
        if len(raw) > (150_000 if body["msg_type"] == "text" else 30_000):
            return _no(230025, "too long")
        if self._too_many(to, 5, 1):
            return _no(230020, "frequency limit")
        if self._too_many("app", 50, 1) or self.throttles_next:
            self.throttles_next = False
            return web.json_response(
                {"code": 99991400, "msg": "limit"}, status=429, headers={"x-ogw-ratelimit-reset": "2"}
            )
        await asyncio.sleep(self.latency(to))
        if body["uuid"] in self._names:
            self.folded += 1
        else:
            self._names[body["uuid"]] = f"om_sent{len(self._names) + 1}"
            self.deliver(to, {**body, "content": content})
        return web.json_response(
            {"code": 0, "msg": "success", "data": {"message_id": self._names[body["uuid"]]}}
        )

    async def _push(self, request: web.Request) -> web.Response:
        if self.push_code:
            return _no(self.push_code, "Access denied. One of these scopes is required: [im:message.urgent]")
        self.pushed.append((request.match_info["name"], (await request.json())["user_id_list"]))
        return web.json_response({"code": 0, "data": {"invalid_user_id_list": []}})

    async def _ids(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        if self.directory_code:
            return _no(
                self.directory_code,
                "Access denied. One of the following scopes is required: [contact:user.id:readonly].",
            )
        assert request.query["user_id_type"] == "open_id"
        wanted = (await request.json())["mobiles"]
        ids = {one: {"user_id": self.mobiles[one]} for one in wanted if one in self.mobiles}
        return web.json_response(
            {"code": 0, "data": {"user_list": [{"mobile": one, **ids.get(one, {})} for one in wanted]}}
        )

    async def _upload(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        form: Any = await request.post()
        field = "image" if request.path.endswith("images") else "file"
        key = f"{field}_{len(self.uploads) + 1}"
        kind = form.get("file_type") or form["image_type"]
        self.uploads[key] = (f"{kind}:{form.get('file_name', '')}", form[field].file.read())
        return web.json_response({"code": 0, "data": {f"{field}_key": key}})

    async def _resource(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        if self.faults and isinstance(self.faults[0], tuple):
            status, body = self.faults.popleft()
            return web.json_response(body, status=status)
        place = (request.match_info["name"], request.match_info["key"], request.query["type"])
        found = self.files.get(place)
        if found is None:
            return _no(234003, "File not in msg.")
        return web.Response(body=found[0], content_type=found[1])

    async def _hook(self, request: web.Request) -> web.Response:
        raw = await request.read()
        body = json.loads(raw)
        if "hook" in self.gone:
            return _no(self.gone["hook"], f"param invalid: incoming webhook {request.path}", 200)
        key = f"{body.get('timestamp')}\n{self.hook_secret}".encode()
        wanted = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
        if body.get("sign") != wanted or abs(int(body["timestamp"]) - time.time()) > 3600:
            return _no(19021, "sign match fail or timestamp is not within one hour from current time", 200)
        if len(raw) > 20_000:
            return _no(9499, "Bad Request", 200)
        if self._too_many("hook", 100, 60) or self._too_many("hook second", 5, 1):
            return _no(9499, "too many request", 200)
        self.deliver("hook", body)
        return web.json_response({"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success"})


def _no(code: int, words: str, status: int = 400) -> web.Response:
    return web.json_response({"code": code, "msg": words, "error": {"log_id": "20261121"}}, status=status)
