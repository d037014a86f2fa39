"""飞书: a self-built app with a robot, and the custom robot of a group. README.md has the rules."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from bot.channel import Channel
from bot.channels.common.callback import Accepted, Refused, Request, id_of, same, text_of
from bot.channels.common.platform import Finding, Platform, Ports
from bot.channels.feishu.api import Api, AppFetcher
from bot.channels.feishu.parse import APP, Names, message_of, press_of, read_of
from bot.channels.feishu.send import AppChannel, RobotChannel
from bot.channels.feishu.sign import HANDSHAKE, Opened, Seal
from bot.config import Channels, Feishu

_PRESS_FRESH = 300  # seconds: a press is pushed once, never again
_JSON = "application/json"
_NOTED = Accepted(answer=b"{}", content_type=_JSON)
_PRESSED = json.dumps({"toast": {"type": "info", "content": "已收到，正在办理"}}, ensure_ascii=False).encode()


class FeishuCallback:
    """The one address for events and for presses of buttons."""

    path = "/feishu/callback"
    methods: tuple[str, ...] = ("POST",)

    def __init__(self, config: Feishu, api: Api) -> None:
        self._config = config
        self._api = api
        key = config.encrypt_key
        self._seal = Seal(key.get_secret_value() if key is not None else "", config.fresh_seconds)
        # The name in which ids of events are unique; it has 60 characters at most.
        self._app = f"{APP}:{sha256(config.app_id.encode()).hexdigest()[:32]}"

    def open(self, request: Request) -> Accepted:
        """Verify, then parse. Raises Refused."""
        opened = self._seal.open(request)
        body = opened.body
        if body.get("type") == HANDSHAKE:
            return self._shake_hands(body)
        if body.get("schema") == "2.0":
            return self._event(opened, request)
        if body.get("type") == "event_callback":  # the first version of events: only old apps have them
            self._check_token(body)
            return _NOTED
        raise Refused(400, "不是飞书的事件")

    def _shake_hands(self, body: Mapping[str, Any]) -> Accepted:
        self._check_token(body)
        challenge = text_of(body.get("challenge"), 1000)
        if not challenge:
            raise Refused(400, "缺少 challenge")
        return Accepted(answer=json.dumps({"challenge": challenge}).encode(), content_type=_JSON)

    def _event(self, opened: Opened, request: Request) -> Accepted:
        header, event = opened.body.get("header"), opened.body.get("event")
        if not isinstance(header, dict):
            raise Refused(400, "没有事件头")
        self._check_token(header)
        if not same(self._config.app_id, text_of(header.get("app_id"), 200)):
            raise Refused(403, "不是发给本应用的")
        self._check_tenant(header)
        event_id, kind = id_of(header.get("event_id")), text_of(header.get("event_type"), 200)
        if not event_id or not kind or not isinstance(event, dict):
            raise Refused(400, "缺少事件编号、类型或内容")
        names = Names(self._app, self._api.bot)
        if kind == "im.message.receive_v1":
            self._check_tenant(event.get("sender"), or_none=True)
            message = message_of(event, event_id, names)
            return Accepted((message,), b"{}", _JSON) if message is not None else _NOTED
        if kind == "card.action.trigger":
            if opened.age > _PRESS_FRESH:
                raise Refused(403, "请求已过时效")
            self._check_tenant(event.get("operator"), or_none=True)
            return Accepted((press_of(event, event_id, names),), _PRESSED, _JSON)
        if kind == "im.message.message_read_v1":
            return Accepted((), b"{}", _JSON, (read_of(event, request.now),))
        return _NOTED

    def _check_token(self, place: Mapping[str, Any]) -> None:
        ours = self._config.verification_token.get_secret_value()
        if not same(ours, text_of(place.get("token"), 1000)):
            raise Refused(403, "Verification Token 不对")

    def _check_tenant(self, place: Any, *, or_none: bool = False) -> None:
        """Refuse what is another tenant's; `or_none`: a place that need not name one."""
        theirs = text_of(place.get("tenant_key"), 200) if isinstance(place, dict) else ""
        ours = self._config.tenant_key
        if ours and theirs != ours and (theirs or not or_none):
            raise Refused(403, "不是本企业的")


def open_platform(config: Channels, ports: Ports) -> Platform:
    """What the table feishu opens."""
    feishu = config.feishu
    if feishu is None or not feishu.enabled:
        return Platform()
    api = Api(feishu, ports)
    channels: list[Channel] = [AppChannel(feishu, ports, api)]
    if feishu.webhook_url is not None and feishu.webhook_url.get_secret_value():
        channels.append(RobotChannel(feishu, ports))
    return Platform((FeishuCallback(feishu, api),), tuple(channels), {APP: AppFetcher(api)}, api.close)


async def check(config: Channels, ports: Ports) -> Sequence[Finding]:
    """What `xiaohao doctor` tells of the table feishu. Raises ChannelError."""
    feishu = config.feishu
    assert feishu is not None  # asked only of what is switched on
    api = Api(feishu, ports)
    try:
        knows_the_bot = await api.prove()
    finally:
        await api.close()
    found = [Finding("good", "令牌取得到：app_id 和 app_secret 是对的")]
    if knows_the_bot:
        found.append(Finding("good", "机器人能力已启用"))
    else:
        todo = "开发者后台 → 添加应用能力 → 机器人，再发布版本（私有部署的旧版可能没有这个接口，不算错）"
        found.append(Finding("hint", "读不到机器人的信息", todo))
    if feishu.encrypt_key is None:
        todo = "开发者后台 → 事件与回调 → 加密策略 → 生成 Encrypt Key，写进 encrypt_key"
        found.append(Finding("fault", "没有设 encrypt_key：平台不签名，谁拿到令牌都能冒充", todo))
    if not feishu.tenant_key:
        todo = "填上后别的租户的请求一律拒收，办法见 docs/platforms/feishu.md"
        found.append(Finding("hint", "没有填 tenant_key", todo))
    return found
