"""The signature that the gateway of 专有钉钉 wants on every call."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from bot.calendar import CITY


def stamp_of(moment: datetime) -> str:
    """2026-11-21T10:00:00.000+08:00."""
    return moment.astimezone(CITY).isoformat(timespec="milliseconds")


def signed_text(method: str, stamp: str, nonce: str, path: str, params: Iterable[tuple[str, str]]) -> str:
    """What is signed: the lines of a call, its non-empty parameters sorted by name whatever the case.

    A name that comes again has its values sorted. Nothing is URL-encoded; `path` is without the query.
    """
    given = [(name, value) for name, value in params if value]
    pairs = sorted(given, key=lambda one: (one[0].lower(), one[0], one[1]))
    lines = [method, stamp, nonce, path]
    if pairs:
        lines.append("&".join(f"{name}={value}" for name, value in pairs))
    return "\n".join(lines)


def signature(secret: str, text: str) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
