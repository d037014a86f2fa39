"""Understanding from the shell: one JSON object a line in, one a line out, in the order of the input."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TextIO

from bot.calendar import day_of
from bot.people import Role, Sender, TicketTitle

from .understanding import Message, Understanding


class BrokenLine(ValueError):
    """A line that can't be read; its text is the reason, in Chinese."""


def run(lines: Iterable[str], out: TextIO, understanding: Understanding, *, explain: bool = False) -> int:
    """Write `{"id", "acts", "ask"}` for each message, to `explain` with "explain", a list of what led to which
    act. The result is the exit status of `answer_each`."""
    if explain:
        return answer_each(lines, out, lambda data: _explained(understanding, message_of(data)))
    return answer_each(lines, out, lambda data: understanding.understand(message_of(data)).as_json())


def _explained(understanding: Understanding, message: Message) -> Mapping[str, Any]:
    understood, reasons = understanding.explain(message)
    return {**understood.as_json(), "explain": [reason.as_json() for reason in reasons]}


def answer_each(
    lines: Iterable[str], out: TextIO, answer: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> int:
    """Write the line's `id`, if it has one, and the fields of its answer for each object read.

    A broken line, or one that `answer` refuses with BrokenLine, gives `{"id", "error"}` and the rest
    goes on. Empty lines are passed over. The result is the exit status: 1 if any line was broken.
    """
    status = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name: str | None = None
        try:
            data = _object(line)
            name = data["id"] if isinstance(data.get("id"), str) else None
            fields = {**({} if name is None else {"id": name}), **answer(data)}
        except BrokenLine as reason:
            fields = {"id": name, "error": f"第{number}行：{reason}"}
            status = 1
        out.write(_written(fields) + "\n")
    return status


def _written(fields: Mapping[str, Any]) -> str:
    line = json.dumps(fields, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # half a character, which only an escape can carry
        line = json.dumps(fields)
    return line


def _object(line: str) -> Mapping[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BrokenLine("不是有效的 JSON") from error
    if not isinstance(data, dict):
        raise BrokenLine("应是一个 JSON 对象")
    return data


def message_of(data: Mapping[str, Any]) -> Message:
    """The message of the contract's JSON object. Raises ValueError with a reason in Chinese."""
    if not isinstance(data.get("id"), str):
        raise BrokenLine("缺少 id")
    text = data.get("text")
    if not isinstance(text, str):
        raise BrokenLine("缺少 text")
    chat = data.get("chat", "private")
    if chat not in ("private", "group"):
        raise BrokenLine("chat 应是 private 或 group")
    return Message(
        text, moment(data.get("sent_at")), chat, _sender(data.get("sender")), _tickets(data.get("tickets"))
    )


def moment(said: object) -> datetime:
    """The moment of a `sent_at`. Raises BrokenLine without an offset."""
    try:
        read = datetime.fromisoformat(said) if isinstance(said, str) else None
        if read is not None:
            day_of(read)  # the first and the last day of all have no day in the city
    except (ValueError, OverflowError):
        read = None
    if read is None or read.tzinfo is None:
        raise BrokenLine("sent_at 应是带时区的时间，如 2025-09-15T09:00:00+08:00")
    return read


def _sender(said: object) -> Sender:
    if not isinstance(said, dict):
        raise BrokenLine("缺少 sender")
    try:
        role = Role(said.get("role", ""))
    except ValueError:
        raise BrokenLine("sender.role 应是 liaison、contact、office 或 leader") from None
    unit = said.get("unit") or ""
    projects = said.get("projects") or []
    if not isinstance(unit, str) or not isinstance(projects, list) or not all(map(_is_number, projects)):
        raise BrokenLine("sender.unit 应是文字，sender.projects 应是序号的列表")
    return Sender(role, unit, tuple(projects))


def _tickets(said: object) -> tuple[TicketTitle, ...]:
    if said is None:
        return ()
    if not isinstance(said, list):
        raise BrokenLine("tickets 应是列表")
    tickets = []
    for ticket in said:
        if (
            not isinstance(ticket, dict)
            or not _is_number(ticket.get("number"))
            or not _is_number(ticket.get("project"))
        ):
            raise BrokenLine("tickets 的每一项应有 number、project、category、title")
        tickets.append(
            TicketTitle(
                ticket["number"],
                ticket["project"],
                str(ticket.get("category", "")),
                str(ticket.get("title", "")),
            )
        )
    return tuple(tickets)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
