"""The city: areas, units, people, chats."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", JSON, nullable=False),
)

area = Table(
    "area",
    metadata,
    own_id(),
    Column("name", String(60), nullable=False, unique=True),
    Column("position", Integer, nullable=False),  # the official order of counties
)

unit = Table(
    "unit",
    metadata,
    own_id(),
    Column("name", String(120), nullable=False, unique=True),
    Column("level", String(20), nullable=False),
    Column("aliases", JSON, nullable=False, default=list),
    refers_to("area"),
    refers_to("unit", "above_id"),
    Column("gone", Boolean, nullable=False, default=False),
)

person = Table(
    "person",
    metadata,
    own_id(),
    Column("name", String(60), nullable=False),
    Column("address", String(60), nullable=False, default=""),  # form of address: 李市长
    Column("title", String(120), nullable=False, default=""),
    Column("phone", String(40), nullable=False, default=""),
    refers_to("unit"),
    Column("unit_words", String(120), nullable=False, default=""),  # as given, where no unit of ours fits
    Column("rank", Integer, nullable=False, default=0),
    refers_to("person", "secretary_id"),
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
    refers_to("person", required=True, index=True),
    Column("confirmed_at", Moment),
)

bind_request = Table(
    "bind_request",
    metadata,
    own_id(),
    Column("channel", String(30), nullable=False),
    Column("account", String(200), nullable=False),
    Column("name", String(60), nullable=False),
    refers_to("unit"),
    refers_to("project"),
    refers_to("person"),  # the person of the directory that he says he is; none: somebody new
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(20), nullable=False),  # waiting | confirmed | refused | replaced
    Column("settled_at", Moment),
    refers_to("person", "settled_by_id"),
    Index("ix_bind_request_state", "state"),
)

substitute = Table(
    "substitute",
    metadata,
    own_id(),
    refers_to("person", required=True, index=True),
    refers_to("person", "by_id", required=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
)

chat_group = Table(
    "chat_group",
    metadata,
    own_id(),
    Column("channel", String(30), nullable=False),
    Column("key", String(200), nullable=False),
    Column("name", String(120), nullable=False),
    refers_to("area"),  # none: the whole city
    Column("summary_time", String(5), nullable=False, default="17:30"),
    Column("naming", String(20), nullable=False, default="projects"),  # projects | units | counts
    Column("since", Moment),  # when it was entered; it is owed no summary of before
    Column("gone", Boolean, nullable=False, default=False, server_default=false()),  # no summary any more
    UniqueConstraint("channel", "key"),
)

group_step = Table(
    "group_step",
    metadata,
    own_id(),
    refers_to("chat_group", "group_id", required=True, index=True),
    Column("at", Moment, nullable=False),
    refers_to("person"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("kind", String(30), nullable=False),  # set | off | undo
    Column("way", String(30), nullable=False, default="chat"),
    Column("words", Text, nullable=False, default=""),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("inbox_id", Id, index=True),
)
