"""A group's own robot (自定义机器人) of 钉钉: its webhook, signed; texts only, no way in."""

import hashlib
import time

from bot.channel import ChannelError, Outgoing, Sent
from bot.channels.common.limits import Limit
from bot.channels.common.parts import cut, in_words, send_parts
from bot.channels.common.platform import Ports
from bot.channels.dingtalk.api import EXPLAINED, ROBOT_LIMITED, ROBOT_RESTS, Denied, check
from bot.channels.dingtalk.sign import robot_signature
from bot.config import Dingtalk

WEBHOOK = "dingtalk_robot"
_WHAT = "钉钉群机器人"
TEXT_BYTES = 15_000  # of the 20,000 that a body may have


class WebhookChannel:
    """Writes to the one group that the webhook belongs to."""

    name = WEBHOOK
    at_once = 5
    no_files = "钉钉的群自定义机器人不能发文件"

    def __init__(self, config: Dingtalk, ports: Ports) -> None:
        self._url = config.webhook_url.get_secret_value() if config.webhook_url else ""
        self._secret = config.webhook_secret.get_secret_value() if config.webhook_secret else ""
        self._web = ports.web
        self._limits = ports.limits
        self._limit = Limit("dingtalk.webhook.minute", "这个群机器人", config.webhook_minute, 60)
        self._key = hashlib.sha256(self._url.encode()).hexdigest()[:32]

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """A webhook has no key against duplicates."""
        return False

    async def send(self, message: Outgoing) -> Sent:
        """Send all parts. Raises ChannelError."""
        if not message.group:
            raise ChannelError("群机器人不能私聊", permanent=True)
        if message.attachments:
            raise ChannelError(self.no_files, permanent=True)
        # Nobody hears an answer in that group: a button's words go to the app's robot.
        words = in_words(message.text, message.buttons, "请私聊应用机器人回复——")
        return await send_parts(message, cut(words, TEXT_BYTES), lambda _place, text: self._post(text))

    async def _post(self, text: str) -> str:
        self._limits.take((self._limit, self._key))
        params = {}
        if self._secret:
            stamp = str(int(time.time() * 1000))
            params = {"timestamp": stamp, "sign": robot_signature(self._secret, stamp)}
        body = {"msgtype": "text", "text": {"content": text}}
        try:
            answer = await self._web.call(
                "POST", self._url, what=_WHAT, params=params, body=body, statuses=EXPLAINED
            )
            check(answer, _WHAT)
        except Denied as error:
            if error.code in ROBOT_LIMITED:
                self._limits.rest(self._limit, self._key, ROBOT_RESTS)
            raise
        return ""
