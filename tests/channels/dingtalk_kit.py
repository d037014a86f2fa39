"""Honest requests of 钉钉, and the means to spoil them."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tests.channels.wecom_kit import AES_KEY, encrypt, pad, plain_frame, sign

APP_KEY, APP_SECRET, ROBOT_CODE, CORP = "dingapp1", "s3cret-of-the-ding-app", "dingrobot1", "dingcorp1"
EVENT_TOKEN, CARD_SECRET = "t0ken-of-the-events", "s3cret-of-the-cards"
ROBOT, EVENT, CARD = "/dingtalk/robot/callback", "/dingtalk/event/callback", "/dingtalk/card/callback"
PATHS = (ROBOT, EVENT, CARD)


def now_ms(away: float = 0) -> str:
    return str(int((time.time() + away) * 1000))


def mac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


@dataclass
class Ding:
    """A request that can be sent, and changed before. `payload` is what stands in the body, or in its frame."""

    path: str
    payload: Any
    stamp: str = field(default_factory=now_ms)
    nonce: str = "nonce-1"
    body: bytes | None = None
    signature: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()  # headers or parameters that are left out
    names: tuple[str, ...] = ("msg_signature", "signature")
    receiver: str = APP_KEY
    encrypted: str | None = None
    key: str = AES_KEY

    def __post_init__(self) -> None:
        if self.path == EVENT and self.encrypted is None:
            text = self.payload if isinstance(self.payload, (str, bytes)) else json.dumps(self.payload)
            self.encrypted = encrypt(pad(plain_frame(text, self.receiver)), self.key)

    @property
    def data(self) -> bytes:
        if self.body is not None:
            return self.body
        if self.path == EVENT:
            return json.dumps({"encrypt": self.encrypted}).encode()
        if isinstance(self.payload, bytes):
            return self.payload
        return json.dumps(self.payload, ensure_ascii=False).encode()

    @property
    def query(self) -> dict[str, str]:
        if self.path != EVENT:
            return {}
        ours = sign(self.encrypted or "", self.stamp, self.nonce, EVENT_TOKEN)
        theirs = ours if self.signature is None else self.signature
        found = {"timestamp": self.stamp, "nonce": self.nonce, **dict.fromkeys(self.names, theirs)}
        return {name: value for name, value in found.items() if name not in self.without}

    @property
    def all_headers(self) -> dict[str, str]:
        if self.path == ROBOT:
            found = {
                "timestamp": self.stamp,
                "sign": mac(APP_SECRET, f"{self.stamp}\n{APP_SECRET}")
                if self.signature is None
                else self.signature,
            }
        elif self.path == CARD:
            found = {
                "x-ddpaas-signature-timestamp": self.stamp,
                "x-ddpaas-signature": mac(CARD_SECRET, self.stamp)
                if self.signature is None
                else self.signature,
            }
        else:
            found = {}
        kept = {name: value for name, value in found.items() if name not in self.without}
        return {"Content-Type": "application/json", **kept, **self.headers}


def message_body(words: str = "", /, *, msg_id: str = "msg1", group: str = "", **more: Any) -> dict[str, Any]:
    """A message as platforms.md shows it; a field given as None is left out."""
    body = {
        "conversationId": group or "cidSingle==",
        "conversationType": "2" if group else "1",
        "conversationTitle": "调度群",
        "msgId": msg_id,
        "createAt": 1790000000000,
        "senderId": "$:LWCP_v1:$abc",
        "senderStaffId": "liaison-21",
        "senderNick": "王",
        "senderCorpId": CORP,
        "isAdmin": False,
        "chatbotCorpId": CORP,
        "chatbotUserId": "$:LWCP_v1:$bot",
        "atUsers": [{"dingtalkId": "$:LWCP_v1:$bot"}],
        "isInAtList": True,
        "robotCode": ROBOT_CODE,
        "msgtype": "text",
        "text": {"content": f" {words}"},
    }
    return {name: value for name, value in (body | more).items() if value is not None}


def said(words: str, /, **more: Any) -> Ding:
    return Ding(ROBOT, message_body(words, **more))


def pressed(action: str, *, card: str = "card-1", user: str = "liaison-21", **more: Any) -> Ding:
    content = {"cardPrivateData": {"actionIds": ["1"], "params": {"action": action}}}
    body = {"type": "actionCallback", "outTrackId": card, "corpId": CORP, "userId": user}
    return Ding(CARD, {**body, "content": json.dumps(content), **more})


def event(kind: Any = "check_url", **more: Any) -> Ding:
    return Ding(EVENT, {"EventType": kind}, **more)


def honest(path: str, text: str = "342改线今年累计完成2.1亿元") -> Ding:
    return {ROBOT: lambda: said(text), EVENT: event, CARD: lambda: pressed("done:T-1")}[path]()


def opened(answer: dict[str, Any], receiver: str = APP_KEY) -> str:
    """The text in our answer to an event, after the checks that the platform makes."""
    assert answer["msg_signature"] == sign(
        answer["encrypt"], answer["timeStamp"], answer["nonce"], EVENT_TOKEN
    )
    key = base64.b64decode(AES_KEY + "=")
    decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
    padded = decryptor.update(base64.b64decode(answer["encrypt"])) + decryptor.finalize()
    assert 1 <= padded[-1] <= 32 and len(padded) % 32 == 0
    plain = padded[: -padded[-1]]
    length = int.from_bytes(plain[16:20], "big")
    assert plain[20 + length :].decode() == receiver
    return plain[20 : 20 + length].decode()
