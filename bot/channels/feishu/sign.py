"""飞书's seal on a callback: X-Lark-Signature over the raw body, freshness, decryption, the verification token.

Without an encrypt key the platform's signature means nothing; then the token alone shows who calls.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.channels.common.callback import LARGEST_BODY, Refused, Request, json_object, same, text_of
from bot.channels.common.frame import unpad

_STAMP, _NONCE, _SIGNATURE = "x-lark-request-timestamp", "x-lark-request-nonce", "x-lark-signature"
_LONGEST_HEADER = 200
_AHEAD = 300  # seconds that a stamp may lie before us: nothing is signed in the future
_BLOCK = 16
HANDSHAKE = "url_verification"

# What card callbacks were seen to carry: Go's print of a time, 2026-10-04 18:23:46.05 +0800 CST m=+3612.1
_GO_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d{1,9})? ([+-]\d{4})(?: .*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Opened:
    """What an honest request says, and how many seconds ago it was signed (0: it isn't dated)."""

    body: dict[str, Any]
    age: float = 0.0


class Seal:
    """Opens what one app was sent."""

    def __init__(self, encrypt_key: str, fresh_seconds: int) -> None:
        self._encrypt_key = encrypt_key
        self._key = hashlib.sha256(encrypt_key.encode()).digest()
        self._fresh_seconds = fresh_seconds

    def open(self, request: Request) -> Opened:
        """The JSON in a request, its signature and stamp checked first. Raises Refused.

        The handshake alone comes unsigned: without the right signature nothing else is believed, and how
        the decryption of such a request failed is not told, so that nobody can probe for the text.
        """
        stamp = request.headers.get(_STAMP, "")
        if not self._encrypt_key:
            body = json_object(request.body)
            if "encrypt" in body:
                raise Refused(400, "收到密文，但没有配置 encrypt_key")
            return Opened(body, self._age(stamp, request) if stamp else 0.0)
        if self._is_signed(request, stamp):
            age = self._age(stamp, request)
            return Opened(self._decrypted(request), age)
        try:
            body = self._decrypted(request)
        except Refused:
            raise Refused(403, "签名不对") from None
        if body.get("type") != HANDSHAKE:
            raise Refused(403, "签名不对")
        return Opened(body)

    def _is_signed(self, request: Request, stamp: str) -> bool:
        nonce, theirs = request.headers.get(_NONCE, ""), request.headers.get(_SIGNATURE, "")
        if not theirs or not stamp or max(len(stamp), len(nonce), len(theirs)) > _LONGEST_HEADER:
            return False
        head = f"{stamp}{nonce}{self._encrypt_key}".encode("utf-8", "surrogateescape")
        return same(hashlib.sha256(head + request.body).hexdigest(), theirs)

    def _age(self, stamp: str, request: Request) -> float:
        age = request.now.astimezone(UTC).timestamp() - _moment(stamp)
        if not -min(_AHEAD, self._fresh_seconds) <= age <= self._fresh_seconds:
            raise Refused(403, "请求已过时效")
        return age

    def _decrypted(self, request: Request) -> dict[str, Any]:
        encrypted = text_of(json_object(request.body).get("encrypt"), LARGEST_BODY)
        return json_object(decrypted(self._key, encrypted))


def decrypted(key: bytes, encrypted: str) -> bytes:
    """base64 of an iv and AES-256-CBC behind it, the pad checked and off. Raises Refused."""
    try:
        raw = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400, "密文不是 base64") from None
    if len(raw) < 2 * _BLOCK or len(raw) % _BLOCK:
        raise Refused(400, "密文长度不对")
    decryptor = Cipher(AES(key), CBC(raw[:_BLOCK])).decryptor()
    return unpad(decryptor.update(raw[_BLOCK:]) + decryptor.finalize(), _BLOCK)


def _moment(stamp: str) -> float:
    """Seconds since 1970 of either form of a stamp. Raises Refused."""
    if stamp.isascii() and stamp.isdigit() and 9 <= len(stamp) <= 14:
        return int(stamp) / (1000 if len(stamp) > 11 else 1)
    found = _GO_TIME.fullmatch(stamp)
    try:
        if found is not None:
            return datetime.strptime(f"{found[1]} {found[2]}", "%Y-%m-%d %H:%M:%S %z").timestamp()
    except (ValueError, OverflowError):
        pass
    raise Refused(400, "时间戳不对")


def robot_sign(secret: str, stamp: str) -> str:
    """The `sign` of a custom robot: the key is what others sign, and nothing is the text."""
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
