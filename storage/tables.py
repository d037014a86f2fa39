"""The tables. A city is a database (docs/architecture.md says why), so rows carry no city.

Moments are UTC in the database and Asia/Shanghai in Python; money is integer 元. Rows refer to
projects and tickets by id, never by the number that people use.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeEngine

from bot.calendar import CITY

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=16_384)  # limits end at midnight and people write in bursts: the same ones come again
def _city_moment(microseconds: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(CITY)


class Moment(TypeDecorator[datetime]):
    """An aware datetime: microseconds since 1970 (UTC) on SQLite, timestamptz on PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without an offset: {value}")
        return (value - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _city_moment(value)
        moment: datetime = value
        return moment.astimezone(CITY)


Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _to(table: str, name: str | None = None, *, required: bool = False, index: bool = False) -> Column[int]:
    return Column(name or f"{table}_id", Id, ForeignKey(f"{table}.id"), nullable=not required, index=index)


# ---- the city: areas, units, people -----------------------------------------------------------

setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", JSON, nullable=False),
)

area = Table(
    "area",
    metadata,
    _id(),
    Column("name", String(60), nullable=False, unique=True),
    Column("position", Integer, nullable=False),  # the official order of counties
)

unit = Table(
    "unit",
    metadata,
    _id(),
    Column("name", String(120), nullable=False, unique=True),
    Column("level", String(20), nullable=False),
    Column("aliases", JSON, nullable=False, default=list),
    _to("area"),
    _to("unit", "above_id"),
    Column("gone", Boolean, nullable=False, default=False),
)

person = Table(
    "person",
    metadata,
    _id(),
    Column("name", String(60), nullable=False),
    Column("address", String(60), nullable=False, default=""),  # form of address: 李市长
    Column("title", String(120), nullable=False, default=""),
    Column("phone", String(40), nullable=False, default=""),
    _to("unit"),
    Column("unit_words", String(120), nullable=False, default=""),  # as given, where no unit of ours fits
    Column("rank", Integer, nullable=False, default=0),
    _to("person", "secretary_id"),
    Column("made_up", Boolean, nullable=False, default=False),
    Column("gone", Boolean, nullable=False, default=False),
)

person_role = Table(
    "person_role",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("role", String(30), primary_key=True),
    Column("position", Integer, nullable=False, default=0),  # 0: the role in which he mostly writes
)

account = Table(
    "account",
    metadata,
    Column("channel", String(30), primary_key=True),
    Column("account", String(200), primary_key=True),
    _to("person", required=True, index=True),
    Column("confirmed_at", Moment),
)

bind_request = Table(
    "bind_request",
    metadata,
    _id(),
    Column("channel", String(30), nullable=False),
    Column("account", String(200), nullable=False),
    Column("name", String(60), nullable=False),
    _to("unit"),
    _to("project"),
    _to("person"),  # the person of the directory that he says he is; none: somebody new
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(20), nullable=False),  # waiting | confirmed | refused | replaced
    Column("settled_at", Moment),
    _to("person", "settled_by_id"),
    Index("ix_bind_request_state", "state"),
)

substitute = Table(
    "substitute",
    metadata,
    _id(),
    _to("person", required=True, index=True),
    _to("person", "by_id", required=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
)

chat_group = Table(
    "chat_group",
    metadata,
    _id(),
    Column("channel", String(30), nullable=False),
    Column("key", String(200), nullable=False),
    Column("name", String(120), nullable=False),
    _to("area"),  # none: the whole city
    Column("summary_time", String(5), nullable=False, default="17:30"),
    Column("naming", String(20), nullable=False, default="projects"),  # projects | units | counts
    Column("since", Moment),  # when it was entered; it is owed no summary of before
    Column("gone", Boolean, nullable=False, default=False, server_default=false()),  # no summary any more
    UniqueConstraint("channel", "key"),
)

group_step = Table(
    "group_step",
    metadata,
    _id(),
    _to("chat_group", "group_id", required=True, index=True),
    Column("at", Moment, nullable=False),
    _to("person"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("kind", String(30), nullable=False),  # set | off | undo
    Column("way", String(30), nullable=False, default="chat"),
    Column("words", Text, nullable=False, default=""),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("inbox_id", Id, index=True),
)

# ---- projects and what is reported of them ----------------------------------------------------

project = Table(
    "project",
    metadata,
    _id(),
    Column("name", String(300), nullable=False),
    Column("former_names", JSON, nullable=False, default=list),
    Column("nicknames", JSON, nullable=False, default=list),
    Column("owners", JSON, nullable=False, default=list),
    Column("place", String(120), nullable=False, default=""),
    _to("area"),  # none: 市直
    Column("build_kind", String(20), nullable=False),
    Column("field", String(20), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("start_month", String(7)),
    Column("start_is_actual", Boolean, nullable=False, default=False),
    Column("finish_month", String(7)),
    Column("note", Text, nullable=False, default=""),
    Column("status", String(20)),
    Column("percent", Float),
    Column("last_progress_at", Moment),
    Column("moved_at", Moment),  # the last report that ends a standstill (mechanism.stalled.is_progress)
    Column("stalled", String(40)),  # the last rung of the standstill that runs; none: nobody was told
    Column("next_look", Moment),  # when its standstill is to be looked at
    Index("ix_project_next_look", "next_look"),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    _id(),
    _to("project", required=True, index=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("group_name", String(60), nullable=False),
    Column("total_investment", BigInteger, nullable=False),
    Column("annual_plan", BigInteger, nullable=False),
    Column("plan_at_start", BigInteger, nullable=False),  # as fixed when the entry was first read
    Column("gone", Boolean, nullable=False, default=False),
    Column("entered_at", Moment),
    UniqueConstraint("year", "project_id"),
)

responsibility = Table(
    "responsibility",
    metadata,
    Column("project_id", Id, ForeignKey("project.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("duty", String(30), primary_key=True),  # liaison | city_sponsor | county_sponsor
    Column("main", Boolean, nullable=False, default=False),
)

report = Table(
    "progress_report",
    metadata,
    _id(),
    _to("project", required=True, index=True),
    _to("person", "reporter_id", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("invested", JSON, nullable=False, default=list),  # [{"scope": …, "yuan": …}]
    Column("percent", Float),
    Column("status", String(20)),
    Column("status_day", Date),
    Column("words", Text, nullable=False),
    Column("state", String(20), nullable=False),  # counted | undone | corrected
    _to("progress_report", "corrects_id"),
)

project_step = Table(
    "project_step",
    metadata,
    _id(),
    _to("project", required=True, index=True),
    Column("at", Moment, nullable=False),
    _to("person"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("kind", String(30), nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("data", JSON, nullable=False, default=dict),
    Column("inbox_id", Id, index=True),
)

standstill_rung = Table(  # a rung of “一二三” that was given to a project without progress since then
    "standstill_rung",
    metadata,
    _id(),
    _to("project", required=True),
    Column("since", Moment, nullable=False),
    Column("name", String(40), nullable=False),
    Column("given_at", Moment, nullable=False),
    UniqueConstraint("project_id", "since", "name"),
)

special_report = Table(  # 专题报告: why a project makes no progress
    "special_report",
    metadata,
    _id(),
    _to("project", required=True, index=True),
    _to("person", "reporter_id", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False),
    Column("words", Text, nullable=False),
    Column("attachments", JSON, nullable=False, default=list),
    Column("undone_at", Moment),
)

# ---- tickets and their clocks -----------------------------------------------------------------

ticket = Table(
    "ticket",
    metadata,
    _id(),
    Column("number", Integer, nullable=False, unique=True),
    _to("project", required=True, index=True),
    Column("category", String(20), nullable=False),
    Column("title", String(200), nullable=False),
    Column("words", Text, nullable=False),
    Column("level", String(20)),
    Column("severity", String(20), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("wanted_by", Date),
    Column("asked_units", JSON, nullable=False, default=list),
    _to("person", "reporter_id", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("assignee", String(60), nullable=False, default=""),
    Column("planned", Date),
    Column("listed", Boolean, nullable=False, default=False),  # 挂牌督办
    Column("asks", JSON),  # what waits for the office: {"what": "extension" | "return" | …}
    Column("claimed_by_id", Id, ForeignKey("person.id")),
    Column("sent_back", Boolean, nullable=False, default=False),  # 退回补充
    Column("paused_until", Date),
    Column("regime_hash", String(64), nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("told_at", Moment),
    Column("moved_at", Moment, nullable=False),
    Column("next_look", Moment),
    Index("ix_ticket_next_look", "next_look"),
)

ticket_unit = Table(
    "ticket_unit",
    metadata,
    Column("ticket_id", Id, ForeignKey("ticket.id"), primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), primary_key=True),
    Column("part", String(20), nullable=False),  # lead | assisting
    Column("state", String(20), nullable=False),  # told | arranged | done
    Index("ix_ticket_unit_unit_id", "unit_id"),
)

ticket_step = Table(
    "ticket_step",
    metadata,
    _id(),
    _to("ticket", required=True, index=True),
    Column("at", Moment, nullable=False),
    _to("person"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("kind", String(30), nullable=False),
    Column("way", String(30), nullable=False, default="chat"),
    Column("words", Text, nullable=False, default=""),
    Column("before", JSON, nullable=False, default=dict),  # what the step changed, as it was
    Column("data", JSON, nullable=False, default=dict),
    Column("inbox_id", Id, index=True),
)

deadline = Table(
    "deadline",
    metadata,
    _id(),
    _to("ticket", required=True, index=True),
    Column("kind", String(20), nullable=False),
    _to("ticket_step", "step_id", required=True, index=True),
    Column("start", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("clause", String(40), nullable=False, default=""),
    Column("say", String(40), nullable=False, default=""),
    Column("row", String(8), nullable=False, default=""),
    Column("basis", String(20), nullable=False),
    Column("provisional", Boolean, nullable=False, default=False),
    Column("met_at", Moment),
    _to("ticket_step", "met_by_id", index=True),
    Column("void_at", Moment),
    _to("ticket_step", "void_by_id", index=True),
    Column("void_why", String(60), nullable=False, default=""),
    Column("reminded", JSON, nullable=False, default=list),
)

rung = Table(
    "rung",
    metadata,
    _id(),
    _to("deadline", required=True, index=True),
    Column("name", String(40), nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("sent_at", Moment),  # none while a draft waits for the office
    Column("last_sent_at", Moment),
    Column("receipt_at", Moment),
    Column("repeats", Integer, nullable=False, default=0),
    UniqueConstraint("deadline_id", "name"),
)

instruction = Table(
    "instruction",
    metadata,
    _id(),
    _to("ticket", index=True),
    _to("project", index=True),
    _to("unit"),
    _to("person", "leader_id", required=True),
    _to("person", "entered_by_id", required=True),
    Column("words", Text, nullable=False),
    Column("due", Date),
    Column("at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("inbox_id", Id, index=True),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("hash", String(64), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Column("inbox_id", Id, index=True),
)

# ---- what comes in ----------------------------------------------------------------------------

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("channel", String(30), nullable=False),
    Column("account", String(200), nullable=False),
    Column("group_key", String(200), nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("attachments", JSON, nullable=False, default=list),
    Column("about", JSON),  # what the message quotes or the pressed button belongs to
    Column("at", Moment, nullable=False),
    Column("state", String(20), nullable=False),  # waiting | handled | set_aside | refused
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", Moment),  # real time: not before then, after a failure
    Column("understood", JSON),
    Column("missed", Boolean, nullable=False, default=False),
    Index("ix_inbox_state_id", "state", "id"),
    Index("ix_inbox_channel_account_id", "channel", "account", "id"),
)

inbox_key = Table(
    "inbox_key",
    metadata,
    Column("app", String(60), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("inbox_id", Id, ForeignKey("inbox.id"), nullable=False),
    Column("digest", String(64), nullable=False),
)

lane = Table(
    "lane",
    metadata,
    Column("channel", String(30), primary_key=True),
    Column("account", String(200), primary_key=True),
)

question = Table(
    "question",
    metadata,
    _id(),
    Column("channel", String(30), nullable=False),
    Column("account", String(200), nullable=False),
    Column("group_key", String(200), nullable=False, default=""),
    Column("kind", String(30), nullable=False),
    Column("data", JSON, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("lapses_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("closed_how", String(20), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Index("ix_question_channel_account_group_key", "channel", "account", "group_key"),
    Index("ix_question_lapses_at", "closed_at", "lapses_at"),
)

remembered = Table(  # what a person means by words that fit several projects
    "remembered",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("words", String(60), primary_key=True),  # folded
    Column("said", String(60), nullable=False),
    _to("project", required=True),
    Column("at", Moment, nullable=False),
    Column("inbox_id", Id, index=True),  # the message that taught it, or was last read by it
)

# ---- what goes out ----------------------------------------------------------------------------

notice = Table(
    "notice",
    metadata,
    _id(),
    Column("key", String(200), nullable=False, unique=True),  # the fact: never told twice
    Column("kind", String(40), nullable=False),
    Column("urgency", String(20), nullable=False),  # event | reminder | urgent
    _to("person", index=True),  # intended; none for a group
    _to("chat_group", "group_id"),
    _to("ticket", index=True),
    _to("project", index=True),
    _to("rung"),
    _to("deadline", index=True),  # the limit of which it speaks
    Column("heading", String(60), nullable=False, default=""),
    Column("line", Text, nullable=False),
    Column("answer", String(200), nullable=False, default=""),  # the one thing to write back
    Column("why", String(200), nullable=False, default=""),
    Column("buttons", JSON, nullable=False, default=list),
    Column("while_states", JSON, nullable=False, default=list),  # sent only while the ticket is in one
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    # draft | held | waiting | merged | withdrawn | undeliverable
    Column("state", String(20), nullable=False),
    Column("state_why", String(200), nullable=False, default=""),
    Column("withdrawn_from", String(20)),  # the state that it has again if that step is taken back
    _to("ticket_step", "withdrawn_by_id", index=True),
    Column("release_at", Moment),  # a draft that the office left untouched goes then
    Column("message_id", Id, index=True),
    Index("ix_notice_state_not_before", "state", "not_before"),
)

message = Table(
    "message",
    metadata,
    _id(),
    Column("uuid", String(40), nullable=False, unique=True),
    Column("channel", String(30), nullable=False),
    Column("account", String(200), nullable=False, default=""),
    Column("group_key", String(200), nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False, default=list),
    Column("about", JSON),
    Column("urgency", String(20), nullable=False),  # reply | event | reminder | urgent
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False),
    Column("state", String(20), nullable=False),  # waiting | sent | given_up | withdrawn
    Column("attempt", Integer, nullable=False, default=0),
    Column("leased_until", Moment),  # real time
    Column("retry_at", Moment),  # real time
    Column("sent_at", Moment),
    Column("reason", String(200), nullable=False, default=""),
    Column("attachments", JSON, nullable=False, default=list, server_default="[]"),
    Column("failures", Integer, nullable=False, default=0, server_default="0"),  # tries that failed
    Column("unknown", Integer, nullable=False, default=0, server_default="0"),  # of which it may have arrived
    Column("parts_sent", Integer, nullable=False, default=0, server_default="0"),
    Index("ix_message_state_id", "state", "id"),
    Index("ix_message_lane", "state", "channel", "account", "group_key", "id"),
    Index("ix_message_turn", "state", "channel", "urgency", "id"),
)

attempt = Table(
    "attempt",
    metadata,
    _id(),
    _to("message", required=True, index=True),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),  # real time
    Column("outcome", String(200), nullable=False),
)

sent_ref = Table(  # what a platform calls a message of ours: a quote of it is about the same thing
    "sent_ref",
    metadata,
    Column("channel", String(30), primary_key=True),
    Column("name", String(200), primary_key=True),
    _to("message", required=True),
)

read_receipt = Table(  # who has read what the platform calls so; it may come before the name is kept
    "read_receipt",
    metadata,
    Column("channel", String(30), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("account", String(200), primary_key=True),
    Column("at", Moment, nullable=False),  # real time
)

reply_handle = Table(  # an address that came with a message and takes the answer to it
    "reply_handle",
    metadata,
    Column("inbox_id", Id, ForeignKey("inbox.id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("until", Moment, nullable=False),  # real time
    Column("once", Boolean, nullable=False),
)

media = Table(  # what came with a message and is still to be fetched into its attachment
    "media",
    metadata,
    Column("attachment_id", String(40), ForeignKey("attachment.id"), primary_key=True),
    Column("channel", String(30), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("source", JSON, nullable=False),
    Column("state", String(20), nullable=False),  # waiting | fetched | failed
    Column("tries", Integer, nullable=False, default=0),
    Column("retry_at", Moment),  # real time
    Column("reason", String(200), nullable=False, default=""),
    Index("ix_media_state", "state"),
)

rate_use = Table(  # how often a platform's limit was used in the minute, or month, that began then
    "rate_use",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("since", Moment, primary_key=True),  # real time
    Column("count", Integer, nullable=False),
    Index("ix_rate_use_since", "since"),
)

run = Table(
    "run",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("result", JSON, nullable=False, default=dict),
)

regime_text = Table(
    "regime_text",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

import_run = Table(
    "import_run",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("summary", Text, nullable=False),
    Column("undone_at", Moment),
)

change = Table(
    "change",
    metadata,
    _id(),
    _to("import_run", required=True, index=True),
    Column("table_name", String(40), nullable=False),
    Column("row_key", JSON, nullable=False),
    Column("before", JSON),  # none: the row is new
    Column("after", JSON),  # none: the row went
)

console_line = Table(
    "console_line",
    metadata,
    Column("seq", Id, primary_key=True),
    Column("account", String(200), nullable=False, default=""),
    Column("group_key", String(200), nullable=False, default=""),
    Column("sender", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False, default=list),
    Column("attachments", JSON, nullable=False, default=list),
    Column("about", JSON),
    Column("at", Moment, nullable=False),
    Column("uuid", String(40), unique=True),
    Index("ix_console_line_account_seq", "account", "seq"),
    Index("ix_console_line_group_key_seq", "group_key", "seq"),
)
