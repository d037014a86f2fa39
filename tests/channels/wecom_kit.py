"""Honest requests of 企业微信, and the means to spoil them."""

import base64
import hashlib
import json
import os
import struct
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

CORP, AGENT, TOKEN = "wwcorp", 1000002, "t0ken-of-the-callback"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP, BOT, ROBOT = "/wecom/callback", "/wecom/bot/callback", "/wecom/robot/callback"


def plain_frame(text: str | bytes, receiver: str = CORP, length: int | None = None) -> bytes:
    body = text.encode() if isinstance(text, str) else text
    head = struct.pack(">I", len(body) if length is None else length)
    return os.urandom(16) + head + body + receiver.encode()


def pad(plain: bytes, block: int = 32) -> bytes:
    count = block - len(plain) % block
    return plain + bytes([count]) * count


def encrypt(padded: bytes, key: str = AES_KEY) -> str:
    raw = base64.b64decode(key + "=")
    encryptor = Cipher(AES(raw), CBC(raw[:16])).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def seal(text: str | bytes, receiver: str = CORP) -> str:
    return encrypt(pad(plain_frame(text, receiver)))


def sign(encrypted: str, stamp: str, nonce: str, token: str = TOKEN) -> str:
    return hashlib.sha1("".join(sorted([token, stamp, nonce, encrypted])).encode()).hexdigest()


@dataclass
class Call:
    """A request that can be sent, and changed before."""

    path: str
    encrypted: str
    stamp: str = field(default_factory=lambda: str(int(time.time())))
    nonce: str = "123456789"
    body: bytes | None = None
    signature: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    to: str = CORP

    @property
    def query(self) -> dict[str, str]:
        theirs = sign(self.encrypted, self.stamp, self.nonce) if self.signature is None else self.signature
        return {"msg_signature": theirs, "timestamp": self.stamp, "nonce": self.nonce}

    @property
    def data(self) -> bytes:
        if self.body is not None:
            return self.body
        if self.path == APP or (self.path == ROBOT):
            return (
                f"<xml><ToUserName><![CDATA[{self.to}]]></ToUserName><AgentID><![CDATA[{AGENT}]]></AgentID>"
                f"<Encrypt><![CDATA[{self.encrypted}]]></Encrypt></xml>"
            ).encode()
        return json.dumps({"encrypt": self.encrypted}).encode()


def app_xml(
    inner: str,
    *,
    sender: str = "Liaison-21",
    kind: str = "text",
    msg_id: str | None = "7000001",
    to: str = CORP,
    agent: str = str(AGENT),
    created: int = 1790000000,
) -> str:
    named = f"<MsgId>{msg_id}</MsgId>" if msg_id else ""
    return (
        f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inner}{named}"
        f"<AgentID>{agent}</AgentID></xml>"
    )


def app_text(text: str, **more: Any) -> Call:
    return Call(APP, seal(app_xml(f"<Content><![CDATA[{text}]]></Content>", **more)))


def app_press(button: str, created: int = 1790000000, sender: str = "liaison-21", task: str = "t-1") -> Call:
    inner = (
        f"<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[{button}]]></EventKey>"
        f"<TaskId><![CDATA[{task}]]></TaskId><CardType><![CDATA[button_interaction]]></CardType>"
        "<ResponseCode><![CDATA[RESPONSE-CODE-1]]></ResponseCode>"
    )
    return Call(APP, seal(app_xml(inner, kind="event", msg_id=None, created=created, sender=sender)))


def bot_call(body: dict[str, Any]) -> Call:
    return Call(BOT, seal(json.dumps(body, ensure_ascii=False), ""))


def bot_text(text: str, msg_id: str = "CAIQ1", group: str = "", **more: Any) -> Call:
    where = {"chatid": group, "chattype": "group"} if group else {"chattype": "single"}
    body = {"msgid": msg_id, "aibotid": "AIB1", **where, "from": {"userid": "Liaison-21"}, "msgtype": "text"}
    return bot_call({**body, "text": {"content": text}, **more})


def robot_text(text: str, msg_id: str = "R1", group: str = "wrkRobot", webhook: str = "") -> Call:
    inner = (
        f"<xml><WebhookUrl><![CDATA[{webhook}]]></WebhookUrl><MsgId>{msg_id}</MsgId><ChatId>{group}</ChatId>"
        f"<ChatType>group</ChatType><From><UserId>Liaison-21</UserId><Name>王</Name><Alias/></From>"
        f"<MsgType>text</MsgType><Text><Content><![CDATA[{text}]]></Content></Text></xml>"
    )
    return Call(ROBOT, seal(inner, ""))
