"""What was done: runs, regimes as they stood, imports and their changes, the console."""

from sqlalchemy import JSON, Column, Index, String, Table, Text

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

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
    own_id(),
    Column("kind", String(20), nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("summary", Text, nullable=False),
    Column("undone_at", Moment),
    Column("by", String(120), nullable=False, default="", server_default=""),  # who, in words
    refers_to("person"),  # who said it in a chat
    Column("inbox_id", Id, index=True),
)

change = Table(
    "change",
    metadata,
    own_id(),
    refers_to("import_run", required=True, index=True),
    Column("table_name", String(40), nullable=False),
    Column("row_key", JSON, nullable=False),
    Column("before", JSON),  # none: the row is new
    Column("after", JSON),  # none: the row went
    Column("why", Text, nullable=False, default="", server_default=""),
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
