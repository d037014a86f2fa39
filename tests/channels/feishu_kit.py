"""Honest requests of 飞书, and the means to spoil them."""

import base64
import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

PATH = "/feishu/callback"
APP_ID, TOKEN, ENCRYPT_KEY, TENANT = "cli_1", "v-token-of-the-callback", "the-encrypt-key", "tk1"
BOT = "ou_bot"


def pad(plain: bytes, block: int = 16) -> bytes:
    count = block - len(plain) % block
    return plain + bytes([count]) * count


def encrypt(padded: bytes, key: str = ENCRYPT_KEY) -> str:
    iv = os.urandom(16)
    encryptor = Cipher(AES(hashlib.sha256(key.encode()).digest()), CBC(iv)).encryptor()
    return base64.b64encode(iv + encryptor.update(padded) + encryptor.finalize()).decode()


def sign(stamp: str, nonce: str, body: bytes, key: str = ENCRYPT_KEY) -> str:
    return hashlib.sha256((stamp + nonce + key).encode() + body).hexdigest()


def now(seconds: float = 0) -> str:
    return str(int(time.time() + seconds))


@dataclass
class Call:
    """A request that can be sent, and changed before. `plain`: without an encrypt key."""

    inner: Any
    plain: bool = False
    stamp: str = field(default_factory=now)
    nonce: str = "123456789"
    body: bytes | None = None
    signature: str | None = None
    extra: dict[str, str] = field(default_factory=dict)
    path: str = PATH
    query: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        if self.body is None:
            text = self.inner if isinstance(self.inner, str) else json.dumps(self.inner, ensure_ascii=False)
            sealed = text if self.plain else json.dumps({"encrypt": encrypt(pad(text.encode()))})
            self.body = sealed.encode("utf-8", "surrogatepass")
        return self.body

    @property
    def headers(self) -> dict[str, str]:
        given = {"Content-Type": "application/json", **self.extra}
        if self.plain:
            return given
        theirs = sign(self.stamp, self.nonce, self.data) if self.signature is None else self.signature
        mine = {
            "X-Lark-Request-Timestamp": self.stamp,
            "X-Lark-Request-Nonce": self.nonce,
            "X-Lark-Signature": theirs,
        }
        return given | {name: value for name, value in mine.items() if value}


def envelope(kind: str, event: Any, event_id: str = "e1", **header: Any) -> dict[str, Any]:
    head = {
        "event_id": event_id,
        "event_type": kind,
        "create_time": "1790000000000",
        "token": TOKEN,
        "app_id": APP_ID,
        "tenant_key": TENANT,
        **header,
    }
    return {"schema": "2.0", "header": head, "event": event}


def message(
    kind: str,
    content: Any,
    *,
    sender: str = "ou_liaison",
    message_id: str = "om_1",
    group: str = "",
    mentions: Any = None,
    **more: Any,
) -> dict[str, Any]:
    inner = {
        "message_id": message_id,
        "create_time": "1790000000000",
        "chat_id": group or "oc_p2p",
        "chat_type": "group" if group else "p2p",
        "message_type": kind,
        "content": content if isinstance(content, str) else json.dumps(content, ensure_ascii=False),
        **({} if mentions is None else {"mentions": mentions}),
        **more,
    }
    ids = {"open_id": sender, "user_id": "zhang.san", "union_id": "on_1"}
    return {
        "sender": {"sender_id": ids, "sender_type": "user", "tenant_key": TENANT},
        "message": inner,
    }


def mention(place: int, name: str, open_id: str = "ou_x") -> dict[str, Any]:
    return {"key": f"@_user_{place}", "id": {"open_id": open_id}, "name": name, "tenant_key": TENANT}


def text_event(text: str, event_id: str = "e1", **more: Any) -> dict[str, Any]:
    return envelope("im.message.receive_v1", message("text", **{"content": {"text": text}, **more}), event_id)


def say(text: str, event_id: str = "e1", **more: Any) -> Call:
    return Call(text_event(text, event_id, **more))


def press_event(
    value: Any, event_id: str = "p1", sender: str = "ou_liaison", chat: str = "oc_p2p", **more: Any
) -> dict[str, Any]:
    event = {
        "operator": {"open_id": sender, "user_id": "z", "union_id": "on_1", "tenant_key": TENANT},
        "token": "c-update-token",
        "action": {"value": value, "tag": "button"},
        "host": "im_message",
        "context": {"open_message_id": "om_card", "open_chat_id": chat},
        **more,
    }
    return envelope("card.action.trigger", event, event_id)


def read_event(names: Any, reader: str = "ou_liaison", event_id: str = "r1") -> dict[str, Any]:
    event = {
        "reader": {
            "reader_id": {"open_id": reader},
            "read_time": str(int(time.time() * 1000)),
            "tenant_key": TENANT,
        },
        "message_id_list": names,
    }
    return envelope("im.message.message_read_v1", event, event_id)
