"""The routes under /console. The interface is that of docs/console.md."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot import marking
from bot.channel import Incoming, Key
from bot.clock import Clock
from bot.intake import Intake
from bot.people import Rank, Role
from storage import attachments, console_lines, inbox, links
from storage.database import Database, Tx
from storage.directory import Directory, DirectoryCache, Person
from storage.links import Links

from .channel import NAME
from .feed import Feed, chunks
from .mover import Busy, ClockMover, target_of
from .requests import Fault, answer, object_of, text_of

LONGEST_TEXT = 20_000  # characters
LONGEST_ID = 200
_MOST_FILES = 9
_HIDDEN = "（这条消息带有涉密字样，内容没有保存）"


@dataclass
class Console:
    """The routes under /console."""

    db: Database
    clock: Clock
    intake: Intake
    directory: DirectoryCache
    feed: Feed
    pages: Path
    max_file: int  # bytes
    links: Links
    mover: ClockMover | None = None
    _files: tuple[str, ...] = field(default=("css", "js"))

    def routes(self) -> list[web.AbstractRouteDef]:
        """What the application serves."""
        return [
            web.get("/console", self._page),
            web.get("/console/open", self._open),
            web.get("/console/{file}", self._file),
            web.get("/console/api/people", self._people),
            web.get("/console/api/groups", self._groups),
            web.post("/console/api/files", self._keep_file),
            web.get("/console/api/files/{id}", self._give_file),
            web.post("/console/api/messages", self._say),
            web.get("/console/api/messages", self._lines),
            web.post("/console/api/press", self._press),
            web.get("/console/api/clock", self._time),
            web.post("/console/api/clock", self._move),
            web.get("/console/api/events", self._events),
        ]

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self.pages / "console.html", headers={"Cache-Control": "no-cache"})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = self.pages / request.match_info["file"]
        if (
            path.parent != self.pages
            or path.suffix.removeprefix(".") not in self._files
            or not path.is_file()
        ):
            raise Fault(404, "没有这个页面")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    async def _open(self, request: web.Request) -> web.StreamResponse:
        """A page as that person sees it: by a link like those of the chat."""
        account, to = request.query.get("account", ""), request.query.get("to", "/board")
        if not to.startswith("/") or to.startswith("//") or len(to) > LONGEST_ID:
            raise Fault(400, "to 应是本系统的地址，如 /board")
        person = (await self.db.read(self.directory.get)).person_of(NAME, account)
        if person is None:
            raise Fault(404, "没有这个人")
        now, lasts = self.links.real_now(), self.links.lasts
        token = await self.db.write(lambda tx: links.make(tx, person.id, links.VIEW, to, now, lasts))
        raise web.HTTPSeeOther(f"/l/{token}")

    async def _people(self, _request: web.Request) -> web.Response:
        directory = await self.db.read(self.directory.get)
        people = [one for one in directory.people.values() if NAME in one.accounts]
        people.sort(key=lambda one: (_ORDER[one.role], -one.rank, one.id))
        return answer(
            [
                {
                    "account": one.accounts[NAME],
                    "name": one.name,
                    "role": str(one.role),
                    "title": _title(one),
                    "unit": one.unit,
                    "projects": list(_projects(directory, one)),
                }
                for one in people
            ]
        )

    async def _groups(self, _request: web.Request) -> web.Response:
        directory = await self.db.read(self.directory.get)
        return answer(
            [{"group": one.key, "name": one.name} for one in directory.groups.values() if one.channel == NAME]
        )

    async def _keep_file(self, request: web.Request) -> web.Response:
        if not request.content_type.startswith("multipart/"):
            raise Fault(415, "文件要用 multipart/form-data 上传")
        try:
            reader = await request.multipart()
            part = await reader.next()
            while part is not None and not (isinstance(part, BodyPartReader) and part.filename):
                part = await reader.next()
        except (ValueError, AssertionError, HttpProcessingError):
            raise Fault(400, "上传的内容不完整，请重试") from None
        if not isinstance(part, BodyPartReader):
            raise Fault(400, "没有收到文件")
        try:
            body = await self._body_of(part)
            await reader.next()  # an upload that was cut off lacks what ends the part
        except (ValueError, HttpProcessingError):
            raise Fault(400, "上传的内容不完整，请重试") from None
        name = marking.writable(Path(part.filename or "").name) or "文件"
        if self.intake.is_marked(name):
            raise Fault(400, "文件名带有涉密字样，文件没有保存；涉密材料请按保密规定走机要渠道")
        media_type = marking.writable(part.headers.get("Content-Type", "application/octet-stream"))
        now = self.clock.now()
        file_id = await self.db.write(
            lambda tx: attachments.keep(tx, name=name, media_type=media_type, body=body, at=now)
        )
        return answer({"id": file_id}, status=201)

    async def _body_of(self, part: BodyPartReader) -> bytes:
        body = bytearray()
        while chunk := await part.read_chunk():
            body += chunk
            if len(body) > self.max_file:
                raise Fault(413, f"文件太大：最多{self.max_file // 1_048_576}MB")
        if not body:
            raise Fault(400, "文件是空的")
        return bytes(body)

    async def _give_file(self, request: web.Request) -> web.Response:
        file_id = text_of(request.match_info, "id", LONGEST_ID)
        row = await self.db.read(lambda tx: attachments.body_of(tx, file_id))
        if row is None:
            raise Fault(404, "没有这个文件")
        safe = row.type if row.type in _SHOWN else "application/octet-stream"
        return web.Response(body=row.body, content_type=safe, headers={"X-Content-Type-Options": "nosniff"})

    async def _say(self, request: web.Request) -> web.Response:
        body = await object_of(request)
        text = text_of(body, "text", LONGEST_TEXT)
        files = body.get("attachments") or []
        if not isinstance(files, list) or not all(isinstance(one, str) for one in files):
            raise Fault(400, "attachments 应是文件编号的列表")
        for one in files:
            text_of({"attachments": one}, "attachments", LONGEST_ID)
        if len(files) > _MOST_FILES:
            raise Fault(400, f"一次最多带{_MOST_FILES}个文件")
        if not text.strip() and not files:
            raise Fault(400, "消息是空的，请写点什么再发")
        group = body.get("group") or ""
        await self._accept(
            text_of(body, "id", LONGEST_ID, needed=True),
            text_of(body, "from", LONGEST_ID, needed=True),
            text_of({"group": group}, "group", LONGEST_ID),
            text,
            tuple(files),
            None,
        )
        return web.json_response({"id": body["id"]}, status=202)

    async def _press(self, request: web.Request) -> web.Response:
        body = await object_of(request)
        account = text_of(body, "from", LONGEST_ID, needed=True)
        button_id = text_of(body, "button", LONGEST_ID, needed=True)
        found = await self.db.read(lambda tx: console_lines.button(tx, account, button_id))
        if found is None:
            raise Fault(404, "没有这个按钮，或者不是发给这个人的")
        line, button = found
        message_id = text_of(body, "id", LONGEST_ID, needed=True)
        await self._accept(message_id, account, line.group_key, button["text"], (), line.about)
        return web.json_response({"id": message_id}, status=202)

    async def _accept(
        self,
        message_id: str,
        account: str,
        group: str,
        text: str,
        files: tuple[str, ...],
        about: Mapping[str, Any] | None,
    ) -> None:
        if account == "bot":
            raise Fault(400, "bot 是机器人自己，不能替它说话")
        await self.db.read(lambda tx: self._check(tx, group, files))
        digest = hashlib.sha256(
            json.dumps([account, group, text, list(files)], ensure_ascii=False).encode("utf-8", "replace")
        ).hexdigest()
        incoming = Incoming(NAME, account, text, (Key(NAME, message_id, digest),), group, files, about)
        shown: list[int] = []

        def show(tx: Tx, _inbox_id: int, refused: bool) -> None:
            seq = console_lines.add(
                tx,
                account=account,
                group=group,
                sender=account,
                text=_HIDDEN if refused else marking.writable(text),
                at=self.clock.now(),
                uuid=hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:40],
                attachments=() if refused else files,
            )
            if seq is not None:
                shown.append(seq)

        try:
            await self.intake.accept(incoming, show)
        except inbox.OtherContent:
            raise Fault(409, "这个消息编号已用于另一条内容不同的消息") from None
        for seq in shown:
            self.feed.publish({**({"group": group} if group else {"account": account}), "seq": seq})

    def _check(self, tx: Tx, group: str, files: tuple[str, ...]) -> None:
        directory = self.directory.get(tx)
        if group and not any(one.channel == NAME and one.key == group for one in directory.groups.values()):
            raise Fault(404, "没有这个群")
        known = {one["id"] for one in attachments.named(tx, files)}
        if set(files) - known:
            raise Fault(400, "有的文件没有上传成功，请重新上传")

    async def _lines(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        account, group = request.query.get("account", ""), request.query.get("group", "")
        if not after.isascii() or not after.isdigit() or len(after) > 18:
            raise Fault(400, "after 应是一个非负整数")
        if bool(account) == bool(group):
            raise Fault(400, "请给出 account 或 group 之一")
        for name in ("account", "group"):
            text_of(request.query, name, LONGEST_ID)

        def read(tx: Tx) -> list[dict[str, Any]]:
            rows = console_lines.seen_by(tx, account=account, group=group, after=int(after))
            return [
                {
                    "seq": row.seq,
                    "at": row.at.isoformat(),
                    "from": row.sender,
                    "text": row.text,
                    "buttons": row.buttons,
                    "attachments": attachments.named(tx, row.attachments) if row.attachments else [],
                    "about": row.about or {},
                }
                for row in rows
            ]

        return answer(await self.db.read(read))

    async def _time(self, _request: web.Request) -> web.Response:
        due = await self.mover.next_due() if self.mover is not None else None
        return answer(self._time_json(due))

    async def _move(self, request: web.Request) -> web.Response:
        if self.mover is None:
            raise Fault(403, "正式运行时时间不能调")
        to = target_of(await object_of(request))
        try:
            await self.mover.advance(to)
        except Busy:
            raise Fault(409, "时间正在前进，请等这一步走完") from None
        stands = self._time_json(await self.mover.next_due())
        self.feed.publish({"clock": stands["now"]})
        return answer(stands)

    def _time_json(self, due: datetime | None) -> dict[str, Any]:
        return {
            "now": self.clock.now().isoformat(),
            "next_due": due.isoformat() if due else None,
            "movable": self.mover is not None,
        }

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )
        # A page that is closed ends the stream; that is no error.
        with self.feed.listening() as listener, suppress(ConnectionResetError):
            await response.prepare(request)
            async for chunk in chunks(listener):
                await response.write(chunk)
        return response


_ORDER = {Role.LIAISON: 0, Role.CONTACT: 1, Role.OFFICE: 2, Role.LEADER: 3}
_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"}


def _title(one: Person) -> str:
    return one.title or {Rank.DEPUTY_HEAD: "分管领导", Rank.HEAD: "主要负责人"}.get(one.rank, "")


def _projects(directory: Directory, one: Person) -> tuple[int, ...]:
    sponsored = tuple(p.number for p in directory.ledger if one.id in p.city_sponsors + p.county_sponsors)
    return directory.reports_on(one) or tuple(sorted(sponsored))
