"""Tickets and their clocks."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

ticket = Table(
    "ticket",
    metadata,
    own_id(),
    Column("number", Integer, nullable=False, unique=True),
    refers_to("project", required=True, index=True),
    Column("category", String(20), nullable=False),
    Column("title", String(200), nullable=False),
    Column("words", Text, nullable=False),
    Column("level", String(20)),
    Column("severity", String(20), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("wanted_by", Date),
    Column("asked_units", JSON, nullable=False, default=list),
    refers_to("person", "reporter_id", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("assignee", String(60), nullable=False, default=""),
    Column("planned", Date),
    Column("listed", Boolean, nullable=False, default=False),  # 挂牌督办
    Column("asks", JSON),  # what waits for the office: {"what": "extension" | "return" | …}
    Column("claimed_by_id", Id, ForeignKey("person.id")),
    Column("sent_back", Boolean, nullable=False, default=False),  # 退回补充
    Column("paused_until", Date),
    Column(
        "above", String(60), nullable=False, default="", server_default=""
    ),  # who above was asked, and has not answered
    Column("ask_above_at", Moment),  # when the office is asked whether an answer came
    Column("regime_hash", String(64), nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("told_at", Moment),
    Column("moved_at", Moment, nullable=False),
    Column("next_look", Moment),
    Index("ix_ticket_next_look", "next_look"),
    Index("ix_ticket_ask_above_at", "ask_above_at"),
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
    own_id(),
    refers_to("ticket", required=True, index=True),
    Column("at", Moment, nullable=False),
    refers_to("person"),
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
    own_id(),
    refers_to("ticket", required=True, index=True),
    Column("kind", String(20), nullable=False),
    refers_to("ticket_step", "step_id", required=True, index=True),
    Column("start", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("clause", String(40), nullable=False, default=""),
    Column("say", String(40), nullable=False, default=""),
    Column("row", String(8), nullable=False, default=""),
    Column("basis", String(20), nullable=False),
    Column("provisional", Boolean, nullable=False, default=False),
    Column("met_at", Moment),
    refers_to("ticket_step", "met_by_id", index=True),
    Column("void_at", Moment),
    refers_to("ticket_step", "void_by_id", index=True),
    Column("void_why", String(60), nullable=False, default=""),
    Column("reminded", JSON, nullable=False, default=list),
)

rung = Table(
    "rung",
    metadata,
    own_id(),
    refers_to("deadline", required=True, index=True),
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
    own_id(),
    refers_to("ticket", index=True),
    refers_to("project", index=True),
    refers_to("unit"),
    refers_to("person", "leader_id", required=True),
    refers_to("person", "entered_by_id", required=True),
    Column("words", Text, nullable=False),
    Column("due", Date),
    Column("at", Moment, nullable=False),
    Column("said", Text, nullable=False, default="", server_default=""),  # the newest answer of who owes it
    refers_to("person", "said_by_id"),
    Column("said_at", Moment),
    Column("claimed_at", Moment),  # he says that it is done; the office has not yet confirmed it
    Column("done_at", Moment),
    Column("outcome", Text, nullable=False, default="", server_default=""),
    Column("inbox_id", Id, index=True),
    Index("ix_instruction_done_at_due", "done_at", "due"),
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
