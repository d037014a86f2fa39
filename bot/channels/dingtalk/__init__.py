"""钉钉: the robot of an in-house app, events, card buttons; a group's own robot. README.md has the rules."""

from bot.channel import Channel
from bot.channels.common.callback import Accepted, Callback, Refused, Request, json_object
from bot.channels.common.platform import Platform, Ports
from bot.channels.common.web import Hosts
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.parse import APP, Ourselves, card_action, robot_message
from bot.channels.dingtalk.send import FileFetcher, RobotChannel
from bot.channels.dingtalk.sign import EventSeal, Headers, encrypted_in, frames, open_any
from bot.channels.dingtalk.webhook import WebhookChannel
from bot.config import Channels, Dingtalk

_REPLY_HOSTS = ("oapi.dingtalk.com", "api.dingtalk.com")
_FILE_HOSTS = (".dingtalk.com", ".aliyuncs.com")
_JSON = "application/json"


class RobotCallback:
    """Messages to the robot."""

    path = "/dingtalk/robot/callback"
    methods: tuple[str, ...] = ("POST",)

    def __init__(self, config: Dingtalk, us: Ourselves, hosts: Hosts) -> None:
        secret = config.app_secret.get_secret_value()
        self._seal = Headers(secret, config.fresh_seconds, stamp="timestamp", sign="sign", robot=True)
        self._us = us
        self._hosts = hosts
        self._only_encrypted = config.robot_aes_key is not None
        aes_key = config.robot_aes_key or config.aes_key
        receivers = config.robot_receivers or (us.app_key, us.robot_code, us.corp_id, "")
        self._frames = frames(aes_key.get_secret_value(), receivers) if aes_key is not None else ()

    def open(self, request: Request) -> Accepted:
        """Verify, then parse. Raises Refused."""
        self._seal.check(request)
        body = json_object(request.body)
        if "encrypt" in body:
            if not self._frames:
                raise Refused(400, "没有配置密钥，解不开")
            body = json_object(open_any(self._frames, encrypted_in(body))[0])
        elif self._only_encrypted:
            raise Refused(403, "配置了加密，不收明文")
        message = robot_message(body, self._us, self._hosts, request.now)
        return Accepted(() if message is None else (message,), b"{}", _JSON)


class EventCallback:
    """Events of the company: acknowledged, sealed as the platform wants it; none says anything to us."""

    path = "/dingtalk/event/callback"
    methods: tuple[str, ...] = ("POST",)

    def __init__(self, token: str, aes_key: str, us: Ourselves, fresh_seconds: int) -> None:
        receivers = [name for name in (us.app_key, us.corp_id) if name]
        self._seal = EventSeal(token, aes_key, receivers, fresh_seconds)

    def open(self, request: Request) -> Accepted:
        """Verify, then answer in a frame, check_url as any other event. Raises Refused."""
        text, frame = self._seal.open(request)
        if not isinstance(json_object(text).get("EventType"), str):
            raise Refused(400, "缺少事件类型")
        return Accepted((), self._seal.answer(frame, request), _JSON)


class CardCallback:
    """Presses of buttons on cards."""

    path = "/dingtalk/card/callback"
    methods: tuple[str, ...] = ("POST",)

    def __init__(self, secret: str, us: Ourselves, fresh_seconds: int) -> None:
        stamp, sign = "x-ddpaas-signature-timestamp", "x-ddpaas-signature"
        self._seal = Headers(secret, fresh_seconds, stamp=stamp, sign=sign, robot=False)
        self._us = us

    def open(self, request: Request) -> Accepted:
        """Verify, then parse. Raises Refused."""
        self._seal.check(request)
        message = card_action(json_object(request.body), self._us)
        return Accepted(() if message is None else (message,), b"{}", _JSON)


def open_platform(config: Channels, ports: Ports) -> Platform:
    """What the table dingtalk opens."""
    table = config.dingtalk
    if table is None:
        return Platform()
    us = Ourselves(table.app_key, table.robot_code or table.app_key, table.corp_id)
    bases = (table.api_url, table.oapi_url)
    callbacks: list[Callback] = [RobotCallback(table, us, Hosts((*_REPLY_HOSTS, *table.hosts), bases))]
    if table.token is not None and table.aes_key is not None:
        token, aes_key = table.token.get_secret_value(), table.aes_key.get_secret_value()
        callbacks.append(EventCallback(token, aes_key, us, table.fresh_seconds))
    if table.card_secret is not None:
        secret = table.card_secret.get_secret_value()
        callbacks.append(CardCallback(secret, us, table.fresh_seconds))
    api = Api(table, ports)
    channels: list[Channel] = [RobotChannel(table, us.robot_code, api, ports)]
    if table.webhook_url is not None:
        channels.append(WebhookChannel(table, ports))
    fetcher = FileFetcher(api, us.robot_code, ports, Hosts((*_FILE_HOSTS, *table.hosts), bases))
    return Platform(tuple(callbacks), tuple(channels), {APP: fetcher}, api.token.close)
