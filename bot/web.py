"""Pages for a browser: who visits, by the link that he opened; the page function; the template; the headers."""

import asyncio
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from hmac import compare_digest
from pathlib import PurePath
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import web

from bot import marking
from bot.clock import Clock
from bot.console.requests import Handler
from bot.intake import Intake
from bot.mechanism.rules import Rules
from bot.visiting import Answer, File, GoTo, NotToSee, Route, Sends, Upload, Visitor
from handlers.pages import rendering, router
from storage import links
from storage.database import Database, Tx
from storage.directory import DirectoryCache
from storage.links import Links

log = structlog.get_logger()

_HEADERS = {
    # Nothing from elsewhere, nothing inline, in nobody's frame.
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # none at all would take the origin from what forms send
    "Cache-Control": "no-store",
}
_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"}  # else it is only kept
_WORTH_PACKING = 1024  # bytes
_LONGEST = 200  # characters of an address's part, or of a query's
_OVER = "这个链接已经过期，或者不完整。请回到聊天里再问一次（如“一张图”“我的项目”），会给您新的链接。"
_FROM_CHAT = "请从聊天里打开：问“一张图”或一个项目，点答复里的链接。链接只给您本人，过期了再问一次就有新的。"
_NOT_OURS = "这张表不是从本系统的页面提交的，或者页面放得太久，没有受理。请从聊天里的链接重新打开。"
_TOKEN = "_token"
_PATIENCE = 10.0  # seconds that a browser waits for what it sent to be handled


class _NoVisit(Exception):
    """Nobody is known to visit: no session, or one that is over."""


@dataclass
class Web:
    """The routes of the pages."""

    db: Database
    clock: Clock
    directory: DirectoryCache
    rules: Rules
    links: Links
    city: str
    intake: Intake
    max_file: int  # bytes
    _under_way: set[asyncio.Task[int]] = field(default_factory=set)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What the application serves."""
        own = [
            web.get("/l/{token}", self._open),
            web.get("/pages/{file}", self._static),
        ]
        return own + [web.route(one.method, one.path, self._answer(one)) for one in router.routes]

    async def _open(self, request: web.Request) -> web.StreamResponse:
        """A link of the chat: its session begins, the token leaves the address."""
        token, now = request.match_info["token"][:_LONGEST], self.links.real_now()
        opened = await self.db.write(lambda tx: links.open_link(tx, token, now, self.links.session_lasts))
        if opened is None:
            return await self.error(request, 410, "链接过期了", _OVER)
        granted, session = opened
        response = web.Response(status=303, headers=self._to(granted.target))
        response.set_cookie(
            _cookie(granted.purpose),
            session,
            max_age=int(self.links.session_lasts.total_seconds()),
            path=self.links.root or "/",
            secure=self.links.is_https,
            httponly=True,
            samesite="Lax",
        )
        return response

    async def _static(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["file"]
        if name not in rendering.STATIC:
            return await self.error(request, 404, "没有这个页面", "地址可能不完整，请从聊天里的链接打开。")
        headers = _HEADERS | {"Cache-Control": "public, max-age=31536000, immutable"}
        return await _packed(request, rendering.static_body(name), rendering.STATIC[name], 200, headers)

    def _answer(self, route: Route) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                asked, uploads = await self._asked(request)
                run = self.db.read if route.method == "GET" else self.db.write
                visitor, found = await run(lambda tx: self._run(tx, route, request.cookies, asked, uploads))
                if isinstance(found, Sends):
                    await self._send(found)
            except web.HTTPRequestEntityTooLarge:
                most = self.max_file // 1_048_576
                return await self.error(request, 413, "文件太大", f"最多{most}MB，请换小一点的照片再提交。")
            except _NoVisit:
                return await self.error(request, 401, "请从聊天里打开", _FROM_CHAT)
            except NotToSee as reason:
                return await self.error(request, 404, "这里没有内容", str(reason))
            except (asyncio.CancelledError, ConnectionResetError, web.HTTPException):
                raise
            except Exception:  # a bug: the reader learns that it happened, the log what it was
                log.exception("page failed", path=route.path)
                return await self.error(request, 500, "系统出错了", "已经记录，请稍后再试。")
            return await self._sent(request, visitor, found)

        return answer

    def _run(
        self,
        tx: Tx,
        route: Route,
        cookies: Mapping[str, str],
        asked: Mapping[str, str],
        uploads: tuple[Upload, ...],
    ) -> tuple[Visitor, Answer]:
        visitor = replace(self._visitor(tx, route, cookies), uploads=uploads)
        if route.method == "POST" and not compare_digest(asked.get(_TOKEN, ""), visitor.form_token):
            raise NotToSee(_NOT_OURS)
        return visitor, route.answer(tx, visitor, asked)

    def _visitor(self, tx: Tx, route: Route, cookies: Mapping[str, str]) -> Visitor:
        directory = self.directory.get(tx)
        for purpose in route.purposes:
            token = cookies.get(_cookie(purpose), "")
            granted = links.session(tx, token, self.links.real_now()) if token else None
            if granted is None or granted.purpose != purpose or granted.person_id not in directory.people:
                continue
            return Visitor(
                directory.people[granted.person_id],
                directory,
                self.rules,
                self.clock.now(),
                self.city,
                self.links.root,
                purpose,
                granted.target,
                granted.link_id,
                sha256(f"form:{token}".encode("utf-8", "replace")).hexdigest(),
            )
        raise _NoVisit

    async def _send(self, found: Sends) -> None:
        """Keep the messages and wait a moment for what becomes of them; what is not done by then goes on."""
        for one in found.messages:
            await self.intake.accept(one)
        handling = asyncio.create_task(self.intake.drain())
        self._under_way.add(handling)
        handling.add_done_callback(self._under_way.discard)
        await asyncio.wait([handling], timeout=_PATIENCE)

    async def _asked(self, request: web.Request) -> tuple[dict[str, str], tuple[Upload, ...]]:
        """Parts of the path over the fields of a form over the query, as writable text; and the form's files."""
        form: Mapping[str, object] = {}
        if request.method == "POST":
            self._must_be_ours(request)
            form = await request.post()
        values = {**request.query, **form, **request.match_info}
        asked = {
            name: marking.writable(value if name in form else value[:_LONGEST])
            for name, value in values.items()
            if isinstance(value, str)
        }
        files = [one for one in form.values() if isinstance(one, web.FileField) and one.filename]
        return asked, tuple([await asyncio.to_thread(_upload, one) for one in files])

    def _must_be_ours(self, request: web.Request) -> None:
        """What another site's page sends in his name is refused (the cookie is not sent along anyway)."""
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        origin = urlsplit(request.headers.get("Origin", "")).netloc
        if site not in ("same-origin", "none") or (origin and origin not in self._hosts(request)):
            raise NotToSee(_NOT_OURS)

    def _hosts(self, request: web.Request) -> tuple[str, str]:
        return request.host, urlsplit(self.links.public_url).netloc

    async def _sent(self, request: web.Request, visitor: Visitor, found: Answer) -> web.StreamResponse:
        if isinstance(found, (GoTo, Sends)):
            to = found.address if isinstance(found, GoTo) else found.then
            return web.Response(status=303, headers=self._to(to))
        if isinstance(found, File):
            return _file(found)
        values = {"visitor": visitor, "root": visitor.root, "city": visitor.city, **found.values}
        text = await asyncio.to_thread(rendering.render, found.template, values)
        return await _packed(request, text.encode(), "text/html", found.status, _HEADERS)

    def _to(self, address: str) -> dict[str, str]:
        return _HEADERS | {"Location": f"{self.links.root}{quote(address, safe='/?=&%#')}"}

    async def error(self, request: web.Request, status: int, title: str, words: str) -> web.StreamResponse:
        """A page that says in one sentence what is wrong and in another what to do."""
        values = {"root": self.links.root, "city": self.city, "visitor": None, "title": title, "words": words}
        text = await asyncio.to_thread(rendering.render, "error.html", values)
        return await _packed(request, text.encode(), "text/html", status, _HEADERS)


def _cookie(purpose: str) -> str:
    return f"xiaohao_{purpose}"


def _upload(sent: web.FileField) -> Upload:
    name = marking.writable(PurePath(sent.filename).name)
    return Upload(sent.name, name, marking.writable(sent.content_type), sent.file.read())


def _file(found: File) -> web.Response:
    is_shown = found.media_type in _SHOWN
    how = "inline" if is_shown else "attachment"
    headers = _HEADERS | {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(found.name or '附件', safe='')}",
        "Cache-Control": "private, max-age=3600",
    }
    media_type = found.media_type if is_shown else "application/octet-stream"
    return web.Response(body=found.body, content_type=media_type, headers=headers)


async def _packed(
    request: web.Request, body: bytes, media_type: str, status: int, headers: Mapping[str, str]
) -> web.Response:
    headers = {**headers, "Vary": "Accept-Encoding"}
    if len(body) > _WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = await asyncio.to_thread(gzip.compress, body, 6)
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=body, status=status, content_type=media_type, charset="utf-8", headers=headers)
