"""企业微信's seal on a callback: msg_signature over the query and the frame, freshness, then the frame itself."""

from bot.channels.common.callback import Refused, Request, refuse_stale, same
from bot.channels.common.frame import Frame, signature

_LONGEST_NONCE = 200


class Seal:
    """Opens what one app was sent. `receiver` is the corp id, "" for robots."""

    def __init__(self, token: str, aes_key: str, receiver: str, fresh_seconds: int) -> None:
        self._token = token
        self._frame = Frame(aes_key, receiver)
        self._fresh_seconds = fresh_seconds

    def echo(self, request: Request) -> bytes:
        """What the handshake wants to read: the text in `echostr`. Raises Refused."""
        return self.open(request, request.query.get("echostr", "")).encode()

    def open(self, request: Request, encrypted: str) -> str:
        """The text in the frame, its signature and stamp checked first. Raises Refused."""
        theirs = request.query.get("msg_signature", "")
        stamp, nonce = request.query.get("timestamp", ""), request.query.get("nonce", "")
        if not (theirs and stamp and nonce and encrypted) or len(nonce) > _LONGEST_NONCE:
            raise Refused(400, "缺少签名、时间戳、随机数或密文")
        if not same(signature(self._token, stamp, nonce, encrypted), theirs):
            raise Refused(403, "签名不对")
        refuse_stale(stamp, request, self._fresh_seconds)
        return self._frame.open(encrypted)
