"""企业微信 and 政务微信: the self-built app, the 智能机器人, the 群机器人. README.md has the rules."""

from collections.abc import Callable
from datetime import datetime
from xml.etree.ElementTree import Element

from bot.channel import Channel, Fetcher, Incoming
from bot.channels.common.callback import (
    Accepted,
    Callback,
    Refused,
    Request,
    json_object,
    text_of,
    xml_element,
)
from bot.channels.common.platform import Platform, Ports
from bot.channels.common.web import Hosts
from bot.channels.wecom.media import AppFetcher, BotFetcher
from bot.channels.wecom.parse import APP, BOT, ROBOT, app_message, bot_message, robot_message
from bot.channels.wecom.send import AppChannel, BotChannel, RobotChannel
from bot.channels.wecom.sign import Seal
from bot.config import Channels, Wecom, WecomBot, WecomRobot

_MEDIA_HOSTS = ("qyapi.weixin.qq.com", "ww-aibot-img-1258476243.cos.ap-guangzhou.myqcloud.com", ".qpic.cn")
_LONGEST_CIPHER = 1_048_576


class WecomCallback:
    """One address: GET is the handshake, POST a message. `read` parses what was in the frame."""

    methods: tuple[str, ...] = ("GET", "POST")

    def __init__(
        self, path: str, seal: Seal, read: Callable[[str, datetime], Incoming | None], corp_id: str = ""
    ) -> None:
        self.path = path
        self._seal = seal
        self._read = read
        self._corp_id = corp_id

    def open(self, request: Request) -> Accepted:
        """Verify, then parse. Raises Refused."""
        if request.method != "POST":
            return Accepted(answer=self._seal.echo(request))
        message = self._read(self._seal.open(request, self._encrypted(request)), request.now)
        return Accepted(() if message is None else (message,))

    def _encrypted(self, request: Request) -> str:
        """The frame in the envelope, which is JSON for a 智能机器人 and may be for a 群机器人."""
        if request.body.lstrip()[:1] == b"{":
            return text_of(json_object(request.body).get("encrypt"), _LONGEST_CIPHER)
        envelope = xml_element(request.body)
        if self._corp_id and _of(envelope, "ToUserName") not in ("", self._corp_id):
            raise Refused(403, "不是发给本企业的")
        return _of(envelope, "Encrypt")


def open_platform(config: Channels, ports: Ports) -> Platform:
    """What the tables wecom, wecom_bot and wecom_robot open."""
    callbacks: list[Callback] = []
    channels: list[Channel] = []
    fetchers: dict[str, Fetcher] = {}
    app: AppChannel | None = None
    robot: RobotChannel | None = None
    wecom = config.wecom if config.wecom is not None and config.wecom.enabled else None
    if wecom is not None:
        app = AppChannel(wecom, ports)
        callbacks.append(_app_callback(wecom))
        channels.append(app)
        fetchers[APP] = AppFetcher(app.api)
    of_robot = config.wecom_robot
    if of_robot is not None and of_robot.enabled:
        robot = RobotChannel(of_robot, ports)
        channels.append(robot)
        if of_robot.token is not None and of_robot.aes_key is not None:
            hosts = _hosts(config, of_robot)
            callbacks.append(_robot_callback(of_robot, hosts))
            fetchers[ROBOT] = BotFetcher(ports, hosts, "")
    of_bot = config.wecom_bot
    if of_bot is not None and of_bot.enabled:
        hosts = _hosts(config, of_bot)
        callbacks.append(_bot_callback(of_bot, hosts))
        takes_chatid = of_robot is not None and of_robot.chatid
        channels.append(BotChannel(ports, app, robot if takes_chatid else None))
        fetchers[BOT] = BotFetcher(ports, hosts, of_bot.aes_key.get_secret_value())
    close = app.api.token.close if app is not None else None
    return Platform(tuple(callbacks), tuple(channels), fetchers, close)


def _app_callback(config: Wecom) -> Callback:
    seal = Seal(
        config.token.get_secret_value(),
        config.aes_key.get_secret_value(),
        config.corp_id,
        config.fresh_seconds,
    )
    return WecomCallback(
        "/wecom/callback",
        seal,
        lambda text, _now: app_message(text, config.corp_id, config.agent_id),
        config.corp_id,
    )


def _bot_callback(config: WecomBot, hosts: Hosts) -> Callback:
    seal = Seal(config.token.get_secret_value(), config.aes_key.get_secret_value(), "", config.fresh_seconds)
    return WecomCallback("/wecom/bot/callback", seal, lambda text, now: bot_message(text, hosts, now))


def _robot_callback(config: WecomRobot, hosts: Hosts) -> Callback:
    assert config.token is not None and config.aes_key is not None  # checked where it is opened
    seal = Seal(config.token.get_secret_value(), config.aes_key.get_secret_value(), "", config.fresh_seconds)
    return WecomCallback("/wecom/robot/callback", seal, lambda text, now: robot_message(text, hosts, now))


def _hosts(config: Channels, table: WecomBot | WecomRobot) -> Hosts:
    """The platform's own hosts, those of the config, and wherever the configured addresses point."""
    bases = [config.wecom.base_url] if config.wecom is not None else []
    if config.wecom_robot is not None and config.wecom_robot.webhook_url is not None:
        bases.append(config.wecom_robot.webhook_url.get_secret_value())
    return Hosts((*_MEDIA_HOSTS, *table.hosts), tuple(bases))


def _of(root: Element, name: str) -> str:
    return (root.findtext(name) or "").strip()
