"""The AES frame of 企业微信 and 钉钉: random(16) | length(4) | text | receiver, padded to 32, AES-256-CBC.

Every check that the platforms' own samples leave out is made here; what fails one is Refused.
"""

import base64
import binascii
import hashlib
import os

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.channels.common.callback import Refused

_BLOCK = 32
_HEAD = 20  # random bytes and length


class Frame:
    """Opens and makes frames for one receiver. `receiver` "" where the platform gives none."""

    def __init__(self, encoding_key: str, receiver: str) -> None:
        self._key = key_of(encoding_key)
        self._receiver = receiver.encode()

    def open(self, encrypted: str) -> str:
        """The text in a frame. Raises Refused."""
        plain = unpad(decrypt(self._key, _decoded(encrypted)))
        if len(plain) < _HEAD:
            raise Refused(400, "密文太短")
        length = int.from_bytes(plain[16:_HEAD], "big")
        if length > len(plain) - _HEAD:
            raise Refused(400, "密文里的长度不对")
        if plain[_HEAD + length :] != self._receiver:
            raise Refused(403, "不是发给本应用的")
        try:
            return plain[_HEAD : _HEAD + length].decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(400, "密文里不是 UTF-8 文字") from None

    def close(self, text: str) -> str:
        """The frame with that text."""
        body = text.encode()
        plain = os.urandom(16) + len(body).to_bytes(4, "big") + body + self._receiver
        missing = _BLOCK - len(plain) % _BLOCK
        encryptor = Cipher(AES(self._key), CBC(self._key[:16])).encryptor()
        sealed = encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()
        return base64.b64encode(sealed).decode()


def key_of(encoding_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey (43 characters). ValueError if it is none."""
    if len(encoding_key) != 43:
        raise ValueError("EncodingAESKey")
    return base64.b64decode(encoding_key + "=")


def decrypt(key: bytes, sealed: bytes) -> bytes:
    """AES-256-CBC with the key's first half as iv, the pad still on. Raises Refused unless it is whole blocks."""
    if not sealed or len(sealed) % 16:
        raise Refused(400, "密文长度不对")
    decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()


def unpad(plain: bytes, block: int = _BLOCK) -> bytes:
    """Without its PKCS#7 pad, every byte of which is checked. Raises Refused."""
    count = plain[-1] if plain else 0
    if not 1 <= count <= min(block, len(plain)) or plain[-count:] != bytes([count]) * count:
        raise Refused(400, "密文的填充不对")
    return plain[:-count]


def signature(token: str, stamp: str, nonce: str, encrypted: str) -> str:
    """sha1 over the four, sorted as plain strings: what msg_signature must be."""
    parts = "".join(sorted([token, stamp, nonce, encrypted]))
    return hashlib.sha1(parts.encode("utf-8", "surrogatepass")).hexdigest()


def _decoded(encrypted: str) -> bytes:
    try:
        return base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400, "密文不是 base64") from None
