"""钉钉's seals: of the robot's messages, of events, of card buttons.

Those of robot and cards don't cover the body: within the hour a captured pair of headers fits any body.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable

from bot.channels.common.callback import Refused, Request, json_object, refuse_stale, same, text_of
from bot.channels.common.frame import Frame, signature

_LONGEST_NONCE = 200
_LONGEST_CIPHER = 1_048_576
_FOREIGN = 403


def mac(key: str, text: str) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def robot_signature(secret: str, stamp: str) -> str:
    """What `sign` must be: of a message to the robot, and of ours to a group's own robot."""
    return mac(secret, f"{stamp}\n{secret}")


class Headers:
    """Checks a stamp and its signature in two headers: HMAC over the stamp, and over the secret for a robot."""

    def __init__(self, secret: str, fresh_seconds: int, *, stamp: str, sign: str, robot: bool) -> None:
        self._secret = secret
        self._fresh_seconds = fresh_seconds
        self._stamp = stamp
        self._sign = sign
        self._robot = robot

    def check(self, request: Request) -> None:
        """Raises Refused."""
        stamp, theirs = request.headers.get(self._stamp, ""), request.headers.get(self._sign, "")
        if not stamp or not theirs:
            raise Refused(400, "缺少时间戳或签名")
        if not stamp.isascii():
            raise Refused(400, "时间戳不对")
        ours = robot_signature(self._secret, stamp) if self._robot else mac(self._secret, stamp)
        if not same(ours, theirs):
            raise Refused(403, "签名不对")
        refuse_stale(stamp, request, self._fresh_seconds)


class EventSeal:
    """Opens what the event subscription pushes, and seals the answer, which is checked there."""

    def __init__(self, token: str, aes_key: str, receivers: Iterable[str], fresh_seconds: int) -> None:
        self._token = token
        self._frames = frames(aes_key, receivers)
        self._fresh_seconds = fresh_seconds

    def open(self, request: Request) -> tuple[str, Frame]:
        """The event's JSON, and the frame in which the answer goes. Raises Refused."""
        encrypted = encrypted_in(json_object(request.body))
        stamp, nonce = request.query.get("timestamp", ""), request.query.get("nonce", "")
        given = [request.query[name] for name in ("msg_signature", "signature") if request.query.get(name)]
        if not (given and stamp and nonce and encrypted) or len(nonce) > _LONGEST_NONCE:
            raise Refused(400, "缺少签名、时间戳、随机数或密文")
        ours = signature(self._token, stamp, nonce, encrypted)
        if not all([same(ours, theirs) for theirs in given]):
            raise Refused(403, "签名不对")
        refuse_stale(stamp, request, self._fresh_seconds)
        return open_any(self._frames, encrypted)

    def answer(self, frame: Frame, request: Request) -> bytes:
        """“success”, sealed."""
        encrypted = frame.close("success")
        stamp, nonce = str(int(request.now.timestamp() * 1000)), secrets.token_hex(8)
        sealed = {
            "msg_signature": signature(self._token, stamp, nonce, encrypted),
            "timeStamp": stamp,
            "nonce": nonce,
            "encrypt": encrypted,
        }
        return json.dumps(sealed).encode()


def frames(aes_key: str, receivers: Iterable[str]) -> tuple[Frame, ...]:
    """A frame for each receiver that we are."""
    return tuple(Frame(aes_key, receiver) for receiver in dict.fromkeys(receivers))


def open_any(all_frames: tuple[Frame, ...], encrypted: str) -> tuple[str, Frame]:
    """The text, and the frame whose receiver fits. Raises Refused."""
    for frame in all_frames:
        try:
            return frame.open(encrypted), frame
        except Refused as refused:
            if refused.status != _FOREIGN:
                raise
    raise Refused(_FOREIGN, "不是发给本应用的")


def encrypted_in(body: dict[str, object]) -> str:
    """The frame in a body. Raises Refused."""
    return text_of(body.get("encrypt"), _LONGEST_CIPHER)
