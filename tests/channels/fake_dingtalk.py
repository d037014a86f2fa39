"""The fake 钉钉: token, robot messages, cards, media, sessionWebhook, a group's own robot; and 专有钉钉's gateway."""

import asyncio
import json
import time
from collections import defaultdict, deque
from typing import Any

from aiohttp import ClientResponse, web
from sqlalchemy import select

from bot.app import demo_time
from storage import binding, directory
from storage.database import Tx
from storage.tables import account
from tests.channels.conftest import Open, Outside
from tests.channels.dingtalk_kit import (
    APP_KEY,
    APP_SECRET,
    CARD_SECRET,
    CORP,
    EVENT_TOKEN,
    ROBOT_CODE,
    Ding,
    mac,
)
from tests.channels.fake import Fake
from tests.channels.wecom_kit import AES_KEY
from tests.conftest import START

CARD_PARAM_BYTES, MSG_PARAM_BYTES, BODY_BYTES = 1024, 15_000, 20_000
SECRET = "SECwebhook-secret"


class FakeDingtalk(Fake):
    """钉钉 with its limits: 20 calls a second and API, 20 messages a minute and robot, calls a month."""

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.token_lives = 7200
        self.gone: set[str] = set()
        self.flow_controlled: set[str] = set()
        self.month = 5000
        self.used = 0
        self.cards = True
        self.card_carrier = ""
        self.routes_known: dict[str, dict[str, Any]] = {}
        self.uploads: dict[str, bytes] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.download_url = ""
        self.mobiles: dict[str, str] = {}
        self.may_look_up = True
        self.sessions_closed = False
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        super().__init__()

    def routes(self) -> None:
        add = self.app.router
        add.add_post("/pre/v1.0/oauth2/accessToken", self._token)
        add.add_post("/pre/v1.0/robot/oToMessages/batchSend", self._to_people)
        add.add_post("/pre/v1.0/robot/groupMessages/send", self._to_group)
        add.add_post("/pre/v1.0/robot/messageFiles/download", self._download)
        add.add_post("/pre/v1.0/card/callbacks/register", self._register)
        add.add_post("/pre/v1.0/card/instances/createAndDeliver", self._card)
        add.add_post("/pre/topapi/v2/user/getbymobile", self._mobile)
        add.add_post("/pre/media/upload", self._upload)
        add.add_post("/pre/robot/sendBySession", self._session)
        add.add_post("/pre/robot/send", self._webhook)
        add.add_get("/pre/files/{name}", self._file)
        self.sending = {
            "/pre/v1.0/robot/oToMessages/batchSend",
            "/pre/v1.0/robot/groupMessages/send",
            "/pre/v1.0/card/instances/createAndDeliver",
            "/pre/robot/sendBySession",
            "/pre/robot/send",
        }

    @property
    def fetched_tokens(self) -> int:
        return self.calls["/pre/v1.0/oauth2/accessToken"]

    @property
    def session(self) -> str:
        return f"{self.url}/robot/sendBySession?session=S1-secret"

    def texts(self, to: str) -> list[str]:
        """The words of what that account or group got."""
        return [words(body) for body in self.to(to)]

    def _refuse(self, status: int, code: str) -> web.Response:
        body = {"code": code, "message": f"no: {APP_SECRET} {sorted(self.tokens)}", "requestid": "R"}
        return web.json_response(body, status=status)

    def _too_many(self, key: str, most: int, seconds: float) -> bool:
        recent, now = self._recent[key], time.monotonic()
        while recent and recent[0] < now - seconds:
            recent.popleft()
        recent.append(now)
        return len(recent) > most

    def _not_let_in(self, request: web.Request) -> web.Response | None:
        self.used += 1
        token = request.headers.get("x-acs-dingtalk-access-token") or request.query.get("access_token")
        if token not in self.tokens:
            return self._refuse(401, "InvalidAuthentication")
        if self.used > self.month:
            return self._refuse(403, "Forbidden.AccessDenied.ApiCountLimitForOrg")
        if self._too_many(request.path, 20, 1.0):
            return self._refuse(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
        return None

    async def _token(self, request: web.Request) -> web.Response:
        await asyncio.sleep(0.02)
        body = await request.json()
        if (body["appKey"], body["appSecret"]) != (APP_KEY, APP_SECRET):
            return self._refuse(400, "invalidClientIdOrSecret")
        token = f"acs-token-{self.fetched_tokens}"
        self.tokens.add(token)
        return web.json_response({"accessToken": token, "expireIn": self.token_lives})

    async def _to_people(self, request: web.Request) -> web.Response:
        if refused := self._not_let_in(request):
            return refused
        body = await request.json()
        param = _param(body)
        if len(body["userIds"]) > 20 or param is None or body["robotCode"] != ROBOT_CODE:
            return self._refuse(400, "invalidParameter")
        invalid = [one for one in body["userIds"] if one in self.gone]
        controlled = [one for one in body["userIds"] if one in self.flow_controlled]
        for to in body["userIds"]:
            await asyncio.sleep(self.latency(to))
            if to not in invalid + controlled:
                self.deliver(to, {"msgKey": body["msgKey"], "param": param})
        return web.json_response(
            {
                "processQueryKey": f"pqk-{len(self.delivered)}",
                "invalidStaffIdList": invalid,
                "flowControlledStaffIdList": controlled,
            }
        )

    async def _to_group(self, request: web.Request) -> web.Response:
        if refused := self._not_let_in(request):
            return refused
        body = await request.json()
        param, to = _param(body), body["openConversationId"]
        if param is None or body["robotCode"] != ROBOT_CODE:
            return self._refuse(400, "invalidParameter")
        if to in self.gone:
            return self._refuse(404, "resource.not.found")
        if self._too_many(f"robot {to}", 20, 60):
            return self._refuse(400, "130101")
        await asyncio.sleep(self.latency(to))
        self.deliver(to, {"msgKey": body["msgKey"], "param": param})
        return web.json_response({"processQueryKey": f"pqk-{len(self.delivered)}"})

    async def _register(self, request: web.Request) -> web.Response:
        if refused := self._not_let_in(request):
            return refused
        body = await request.json()
        self.routes_known[body["callbackRouteKey"]] = body
        return web.json_response({"success": True, "result": {}})

    async def _card(self, request: web.Request) -> web.Response:
        if refused := self._not_let_in(request):
            return refused
        body = await request.json()
        values = body["cardData"]["cardParamMap"]
        too_long = any(len(value.encode()) > CARD_PARAM_BYTES for value in values.values())
        if not self.cards or too_long or body["callbackRouteKey"] not in self.routes_known:
            return self._refuse(400, "param.error")
        to = body["openSpaceId"].partition(".card//")[2].partition(".")[2]
        self.deliver(to, {"card": values, "outTrackId": body["outTrackId"], "callback": body["callbackType"]})
        result = {"success": True, "carrierId": self.card_carrier}
        return web.json_response(
            {"success": True, "result": {"outTrackId": body["outTrackId"], "deliverResults": [result]}}
        )

    async def _upload(self, request: web.Request) -> web.Response:
        if refused := self._not_let_in(request):
            return refused
        form = await request.post()
        field: Any = form["media"]
        media_id = f"@media{len(self.uploads) + 1}"
        self.uploads[media_id] = field.file.read()
        return web.json_response({"errcode": 0, "type": request.query["type"], "media_id": media_id})

    async def _mobile(self, request: web.Request) -> web.Response:
        if refused := self._not_let_in(request):
            return refused
        if not self.may_look_up:
            return web.json_response({"errcode": 88, "sub_code": "60011", "sub_msg": "no permission"})
        found = self.mobiles.get((await request.json())["mobile"])
        if found is None:
            return web.json_response({"errcode": 60121, "errmsg": "找不到该用户"})
        return web.json_response({"errcode": 0, "errmsg": "ok", "result": {"userid": found}})

    async def _download(self, request: web.Request) -> web.Response:
        if refused := self._not_let_in(request):
            return refused
        body = await request.json()
        if body["robotCode"] != ROBOT_CODE or body["downloadCode"] not in self.files:
            return self._refuse(400, "invalid.downloadCode")
        return web.json_response(
            {"downloadUrl": self.download_url or f"{self.url}/files/{body['downloadCode']}"}
        )

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = self.files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPFound("http://169.254.169.254/latest/meta-data")
        return web.Response(body=found[0], content_type=found[1])

    async def _session(self, request: web.Request) -> web.Response:
        if self.sessions_closed:
            return web.json_response({"errcode": 300001, "errmsg": f"expired {request.url}"})
        if self._too_many("session", 20, 60):
            return web.json_response({"errcode": 130101, "errmsg": "too fast"})
        self.deliver("session", await request.json())
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _webhook(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if request.query.get("access_token") != "T1-secret" or "hook" in self.gone:
            return web.json_response({"errcode": 300005, "errmsg": f"token is not exist {request.url}"})
        stamp = request.query.get("timestamp", "")
        if request.query.get("sign") != mac(SECRET, f"{stamp}\n{SECRET}"):
            return web.json_response({"errcode": 310000, "errmsg": "sign not match"})
        if abs(time.time() * 1000 - int(stamp)) > 3_600_000:
            return web.json_response({"errcode": 310000, "errmsg": "invalid timestamp"})
        if request.content_type != "application/json" or len(raw) > BODY_BYTES:
            return web.json_response({"errcode": 43004, "errmsg": "bad"})
        if self._too_many("hook", 20, 60):
            return web.json_response({"errcode": 130101, "errmsg": "send too fast"})
        self.deliver("hook", json.loads(raw))
        return web.json_response({"errcode": 0, "errmsg": "ok"})


class FakeZwdd(Fake):
    """专有钉钉's gateway: checks the signature on every call, and folds a bizMsgId that it has seen."""

    def __init__(self) -> None:
        self.secret = "s3cret-of-zwdd"
        self.nonces: set[str] = set()
        self.seen: set[str] = set()
        self.headers: list[dict[str, str]] = []
        self.content_as_text = False
        super().__init__()

    def routes(self) -> None:
        self.app.router.add_post("/pre/message/workNotification", self._send)
        self.sending = {"/pre/message/workNotification"}

    async def _send(self, request: web.Request) -> web.Response:
        head = request.headers
        form = {name: str(value) for name, value in (await request.post()).items()}
        params = "&".join(f"{name}={form[name]}" for name in sorted(form, key=str.lower) if form[name])
        stamp, nonce = head["X-Hmac-Auth-Timestamp"], head["X-Hmac-Auth-Nonce"]
        text = "\n".join(["POST", stamp, nonce, "/message/workNotification", params])
        self.headers.append(dict(head))
        if head["X-Hmac-Auth-Signature"] != mac(self.secret, text) or nonce in self.nonces:
            bad = {"success": False, "errorCode": "OPF-B001-05-16-0009", "errorMsg": "SignatureDoesNotMatch"}
            return web.json_response(bad)
        self.nonces.add(nonce)
        content: Any
        if form["bizMsgId"] in self.seen:
            content = {"success": False, "errorMsg": "bizMsgId 重复"}
        elif len(form["msg"].encode()) > 2048:
            content = {"success": False, "errorCode": "400100", "errorMsg": "too long"}
        else:
            self.seen.add(form["bizMsgId"])
            self.deliver(form["receiverIds"], {**form, "msg": json.loads(form["msg"])})
            content = {"success": True, "data": {"msgId": f"z{len(self.delivered)}"}}
        if self.content_as_text:
            content = json.dumps(content)
        return web.json_response({"success": True, "content": content})


def words(body: dict[str, Any]) -> str:
    """All that somebody reads in it."""
    if "card" in body:
        return "\n".join(body["card"].values())
    param = body.get("param") or body.get(body.get("msgtype", ""), {})
    return str(param.get("content") or param.get("text") or "")


def dingtalk_tables(fake: FakeDingtalk, **more: Any) -> dict[str, Any]:
    """The config tables of 钉钉 over that fake."""
    return {
        "dingtalk": {
            "api_url": fake.url,
            "oapi_url": fake.url,
            "app_key": APP_KEY,
            "app_secret": APP_SECRET,
            "robot_code": ROBOT_CODE,
            "token": EVENT_TOKEN,
            "aes_key": AES_KEY,
            "corp_id": CORP,
            "card_secret": CARD_SECRET,
            **more,
        }
    }


def _param(body: dict[str, Any]) -> dict[str, Any] | None:
    text = body["msgParam"]
    if not isinstance(text, str) or len(text.encode()) > MSG_PARAM_BYTES:
        return None
    value = json.loads(text)
    return value if all(isinstance(one, str) for one in value.values()) else None


async def opened_city(open_city: Open, ding: FakeDingtalk, **more: Any) -> Outside:
    outside = await open_city(dingtalk_tables(ding, **more))
    outside.city.db.write_now(bind_all)
    return outside


def bind_all(tx: Tx) -> None:
    rows = tx.execute(
        select(account.c.person_id, account.c.account).where(account.c.channel == "console")
    ).all()
    for row in rows:
        binding.bind(tx, row.person_id, "dingtalk", row.account, demo_time(START))
    directory.touched(tx)


async def post(outside: Outside, call: Ding, **changes: Any) -> ClientResponse:
    for name, value in changes.items():
        setattr(call, name, value)
    return await outside.client.post(call.path, params=call.query, data=call.data, headers=call.all_headers)
