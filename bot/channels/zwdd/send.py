"""专有钉钉 and 浙政钉, out only: work notifications to people (/message/workNotification).

Groups, files and buttons are not verified there (README.md): what needs them is refused with that reason.
"""

import json
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
import structlog

from bot.channel import ChannelError, Outgoing, Sent
from bot.channels.common.limits import Limit
from bot.channels.common.parts import cut, in_words, send_parts
from bot.channels.common.platform import Ports
from bot.channels.common.web import Answer
from bot.channels.zwdd.sign import signature, signed_text, stamp_of
from bot.config import Zwdd

log = structlog.get_logger()

NAME, APP = "专有钉钉", "zwdd"
TEXT_BYTES = 1500  # of the 2048 that msg may have as JSON, in which line ends and quotes grow
_PATH = "/message/workNotification"
_BAD_SIGNATURE = "SignatureDoesNotMatch"
_BAD_SIGNATURE_CODE = "OPF-B001-05-16-0009"
_CODES = ("errorCode", "bizErrorCode", "responseCode")
_SAYINGS = ("errorMsg", "errorMessage", "responseMessage", "message")
_MOST_TRIED = 10_000  # ids that are remembered
_SENT_BEFORE = "重复"  # the gateway's word for a bizMsgId that it has seen
_STATUSES = (200, 400, 401, 403, 404)


class WorkNotifications:
    """Texts to people, by their account id."""

    name = APP
    at_once = 10
    no_files = "专有钉钉的文件接口没有核实，这里发不了文件"

    def __init__(self, config: Zwdd, ports: Ports) -> None:
        self._config = config
        self._ports = ports
        self._tried: OrderedDict[str, None] = OrderedDict()
        self._per_person = Limit("zwdd.person.minute", "给这个人", config.per_person_minute, 60)
        self._per_second = Limit("zwdd.second", NAME, config.per_second, 1)

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """The gateway is said to refuse a bizMsgId that it has seen; not verified, so we don't build on it."""
        return False

    async def send(self, message: Outgoing) -> Sent:
        """Send all parts. Raises ChannelError."""
        if message.group:
            raise ChannelError("专有钉钉的群消息接口没有核实，这里发不了群，请改用别的方式", permanent=True)
        if not message.account or "," in message.account:
            raise ChannelError("收件人不对", permanent=True)
        if message.attachments:
            raise ChannelError(f"{self.no_files}，请改用别的方式", permanent=True)
        words = in_words(message.text, message.buttons)
        return await send_parts(
            message, cut(words, TEXT_BYTES), lambda place, text: self._post(message, place, text)
        )

    async def _post(self, message: Outgoing, place: int, text: str) -> str:
        content = {"msgtype": "text", "text": {"content": text}}
        biz_id = f"{message.uuid}-{place}"
        params = {
            "tenantId": self._config.tenant_id,
            "receiverIds": message.account,
            "bizMsgId": biz_id,
            "msg": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        }
        self._ports.limits.take((self._per_person, message.account), (self._per_second, ""))
        tried_before = biz_id in self._tried
        self._tried[biz_id] = None
        while len(self._tried) > _MOST_TRIED:
            self._tried.popitem(last=False)
        answer = await self._ports.web.call(
            "POST",
            f"{self._config.base_url}{_PATH}",
            what=NAME,
            form=_form(params),
            headers=self._headers(params),
            statuses=_STATUSES,
        )
        return _sent_as(answer, tried_before=tried_before)

    def _headers(self, params: Mapping[str, str]) -> dict[str, str]:
        stamp = stamp_of(datetime.now(UTC))
        nonce = f"{time.time_ns() // 1000}{secrets.randbelow(9000) + 1000}"
        text = signed_text("POST", stamp, nonce, _PATH, params.items())
        return {
            "apiKey": self._config.app_key,
            "X-Hmac-Auth-Timestamp": stamp,
            "X-Hmac-Auth-Nonce": nonce,
            "X-Hmac-Auth-Version": "1.0",
            "X-Hmac-Auth-IP": self._config.ip,
            "X-Hmac-Auth-MAC": self._config.mac,
            "X-Hmac-Auth-Signature": signature(self._config.app_secret.get_secret_value(), text),
        }


def _sent_as(answer: Answer, *, tried_before: bool) -> str:
    """The gateway's name for the message. Raises ChannelError unless gateway and service both say success."""
    content = _object(answer.body.get("content"))
    let_through = answer.status == 200 and _true(answer.body.get("success"))
    if let_through and _true(content.get("success")):
        data = content.get("data")
        name = data.get("msgId") if isinstance(data, dict) else None
        return name if isinstance(name, str) else ""
    tables = (content, answer.body)
    code = next((str(table[name]) for table in tables for name in _CODES if table.get(name)), "")
    said = " ".join(str(table[name]) for table in tables for name in _SAYINGS if table.get(name))
    if _SENT_BEFORE in said:
        if tried_before:
            return ""
        raise ChannelError("专有钉钉说这条消息重复，多半已经送达", permanent=True, unknown=True)
    shown = f"（{code}）" if re.fullmatch(r"[A-Z]{1,8}(-[A-Z0-9]{1,6}){1,6}|-?\d{1,9}", code) else ""
    if _BAD_SIGNATURE in f"{code} {said}" or code == _BAD_SIGNATURE_CODE:
        reason = f"专有钉钉不认我们的签名，请核对密钥、网关地址和服务器时钟{shown}"
        log.error("platform refuses us", platform=NAME, reason=reason)
        raise ChannelError(reason, permanent=True)
    # The gateway let it through and the service said no: that will not change by itself.
    raise ChannelError(f"专有钉钉没有接受{shown}", permanent=let_through and bool(content))


def _object(value: Any) -> Mapping[str, Any]:
    """A table, or a text that holds one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _true(value: Any) -> bool:
    return value is True or value == "true"


def _form(params: Mapping[str, str]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in params.items():
        form.add_field(name, value)
    return form
