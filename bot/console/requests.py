"""What a request must be, and how it is answered: faults are named in Chinese."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from aiohttp import web

from bot import marking

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Fault(Exception):
    """The request can't be had; `reason` says why, in Chinese."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def dumps(value: Any) -> str:
    """JSON as the interface gives it: Chinese as it is, no spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def answer(value: Any, status: int = 200) -> web.Response:
    return web.json_response(value, status=status, dumps=dumps)


async def object_of(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise Fault(400, "内容不是合格的 JSON") from None
    if not isinstance(body, dict):
        raise Fault(400, "内容应是一个 JSON 对象")
    return body


def text_of(body: Mapping[str, Any], key: str, longest: int, *, needed: bool = False) -> str:
    value = body.get(key, "")
    if not isinstance(value, str):
        raise Fault(400, f"{key} 应是文字")
    if needed and not value.strip():
        raise Fault(400, f"缺少 {key}")
    if key != "text" and marking.writable(value) != value:
        raise Fault(400, f"{key} 里有不能用的字符")
    if len(value) > longest:
        raise Fault(400 if key != "text" else 413, f"{key} 太长：最多{longest}字")
    return value
