"""What comes in, and what we asked."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

inbox = Table(
    "inbox",
    metadata,
    own_id(),
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
    own_id(),
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
    refers_to("project", required=True),
    Column("at", Moment, nullable=False),
    Column("inbox_id", Id, index=True),  # the message that taught it, or was last read by it
)
