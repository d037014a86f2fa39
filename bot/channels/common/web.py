"""The way out: calls of a platform's interface over one session, every failure a ChannelError without secrets.

Addresses carry keys and tokens, so no error text, log line or exception chain holds one.
"""

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from bot.channel import ChannelError, Fetched

_TIMEOUT = 10.0  # seconds for a call
_LARGEST_ANSWER = 1_048_576  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered: status, headers by lower-case name, the JSON object."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    def text(self, key: str) -> str:
        """The field as a text; "" if it is absent."""
        value = self.body.get(key)
        return "" if value is None or isinstance(value, (dict, list)) else str(value)


class Web:
    """One aiohttp session for all platforms; opened with the first call, closed with the process.

    `proxy` and `ca_file` are for networks that reach the platform only by them.
    """

    def __init__(self, *, proxy: str = "", ca_file: Path | None = None) -> None:
        self._proxy = proxy or None
        self._ca_file = ca_file
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(
        self,
        method: str,
        url: str,
        *,
        what: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        form: aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
        statuses: tuple[int, ...] = (200,),
        within: float = _TIMEOUT,
    ) -> Answer:
        """The JSON object that the platform answers to a JSON body, a form or none.

        `what` names the platform in errors. `statuses` are those whose body is worth reading (feishu and
        dingtalk explain a 400 there); others are temporary failures. Raises ChannelError: refused or not
        reached is temporary, cut or too slow after sending is temporary and unknown.
        """
        data: Any = form
        sent_headers = dict(headers or {})
        if body is not None:
            # Serialised here: Chinese stays as it is, so what we count in bytes is what is sent.
            data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
            sent_headers["Content-Type"] = "application/json; charset=utf-8"
        try:
            async with (
                asyncio.timeout(within),
                self._open().request(
                    method,
                    _address(url, params),
                    data=data,
                    headers=sent_headers,
                    allow_redirects=False,
                    proxy=self._proxy,
                ) as response,
            ):
                raw = await _read(response, _LARGEST_ANSWER)
                status, received = response.status, response.headers
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
            raise ChannelError(f"{what}连不上", permanent=False) from None
        except TimeoutError:
            raise ChannelError(f"{what}没有及时回应", permanent=False, unknown=True) from None
        except (aiohttp.ClientError, ConnectionError, ValueError):
            raise ChannelError(f"{what}的连接中断", permanent=False, unknown=True) from None
        except _TooMuch:
            raise ChannelError(f"{what}的回应太长", permanent=False) from None
        if status not in statuses:
            raise ChannelError(f"{what}出错（HTTP {status}）", permanent=False, again_in=_pause(received))
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise ChannelError(f"{what}的回应不是 JSON，可能被网关拦下", permanent=False)
        return Answer(status, {name.lower(): text for name, text in received.items()}, value)

    async def download(
        self,
        url: str,
        *,
        what: str,
        most: int,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        within: float = 30.0,
        refused: Callable[[int, Mapping[str, str], bytes], ChannelError] | None = None,
    ) -> Fetched:
        """A file, `most` bytes at most; a redirect is not followed. Raises ChannelError.

        `refused` reads why not from a status below 500, the headers by lower-case name and the body.
        """
        try:
            async with (
                asyncio.timeout(within),
                self._open().get(
                    _address(url, params),
                    headers=dict(headers or {}),
                    allow_redirects=False,
                    proxy=self._proxy,
                ) as response,
            ):
                if refused is not None and 400 <= response.status < 500:
                    explained = await _read(response, _LARGEST_ANSWER)
                    lower = {name.lower(): text for name, text in response.headers.items()}
                    raise refused(response.status, lower, explained)
                if response.status != 200:
                    permanent = 300 <= response.status < 500 and response.status != 429
                    raise ChannelError(f"{what}没有给出文件（HTTP {response.status}）", permanent=permanent)
                raw = await _read(response, most)
                name = response.content_disposition.filename if response.content_disposition else None
                return Fetched(raw, response.content_type, name or "")
        except _TooMuch:
            raise ChannelError(f"文件超过{most // 1_048_576}MB", permanent=True) from None
        except TimeoutError:
            raise ChannelError(f"{what}没有及时给出文件", permanent=False) from None
        except (aiohttp.ClientError, ConnectionError, ValueError):
            raise ChannelError(f"取文件时{what}的连接中断", permanent=False) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trusted = ssl.create_default_context(cafile=self._ca_file) if self._ca_file else True
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=200, ssl=trusted),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, connect=5, sock_connect=5),
            )
        return self._session


class Hosts:
    """The hosts from which a URL found in a message may be fetched, or answered to.

    `names` are host names, `.example.com` for all below; `bases` are configured addresses, whose host and
    port are trusted as they stand, http included. Anything else must be https on its usual port.
    """

    def __init__(self, names: tuple[str, ...], bases: tuple[str, ...] = ()) -> None:
        self._names = tuple(name.lower() for name in names)
        self._bases = {(url.scheme, url.host, url.port) for url in map(URL, filter(None, bases))}

    def allow(self, address: str) -> bool:
        """Whether the address may be used."""
        try:
            url = URL(address)
            place = (url.scheme, url.host, url.port)
        except ValueError:
            return False
        if url.user is not None or url.password is not None or not url.host:
            return False
        if place in self._bases:
            return True
        host = url.host.lower()
        known = any(host == name or (name.startswith(".") and host.endswith(name)) for name in self._names)
        return known and url.scheme == "https" and url.port == 443


class _TooMuch(Exception):
    pass


def _address(url: str, params: Mapping[str, str] | None) -> URL:
    address = URL(url)
    return address.update_query(params) if params else address


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > most:
            raise _TooMuch
    return bytes(body)


def _pause(headers: Mapping[str, str]) -> timedelta | None:
    text = headers.get("Retry-After", "")
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else None
