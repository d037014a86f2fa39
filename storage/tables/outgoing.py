"""What goes out, and what the platforms said of it."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

notice = Table(
    "notice",
    metadata,
    own_id(),
    Column("key", String(200), nullable=False, unique=True),  # the fact: never told twice
    Column("kind", String(40), nullable=False),
    Column("urgency", String(20), nullable=False),  # event | reminder | urgent
    refers_to("person", index=True),  # intended; none for a group
    refers_to("chat_group", "group_id"),
    refers_to("ticket", index=True),
    refers_to("project", index=True),
    refers_to("rung"),
    refers_to("deadline", index=True),  # the limit of which it speaks
    Column("heading", String(60), nullable=False, default=""),
    Column("line", Text, nullable=False),
    Column("answer", String(200), nullable=False, default=""),  # the one thing to write back
    Column("why", String(200), nullable=False, default=""),
    Column("buttons", JSON, nullable=False, default=list),
    Column("while_states", JSON, nullable=False, default=list),  # sent only while the ticket is in one
    Column("attachments", JSON, nullable=False, default=list, server_default="[]"),  # ids of kept files
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    # draft | held | waiting | merged | withdrawn | undeliverable
    Column("state", String(20), nullable=False),
    Column("state_why", String(200), nullable=False, default=""),
    Column("withdrawn_from", String(20)),  # the state that it has again if that step is taken back
    refers_to("ticket_step", "withdrawn_by_id", index=True),
    Column("release_at", Moment),  # a draft that the office left untouched goes then
    Column("message_id", Id, index=True),
    Index("ix_notice_state_not_before", "state", "not_before"),
)

message = Table(
    "message",
    metadata,
    own_id(),
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
    own_id(),
    refers_to("message", required=True, index=True),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),  # real time
    Column("outcome", String(200), nullable=False),
)

sent_ref = Table(  # what a platform calls a message of ours: a quote of it is about the same thing
    "sent_ref",
    metadata,
    Column("channel", String(30), primary_key=True),
    Column("name", String(200), primary_key=True),
    refers_to("message", required=True),
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
