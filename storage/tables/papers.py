"""Documents and pictures that take time to make: made after the answer, off the thread that writes."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from storage.tables.base import Id, Moment, metadata, own_id

paper = Table(
    "paper",
    metadata,
    own_id(),
    Column("kind", String(30), nullable=False),  # who makes it
    Column("of", JSON, nullable=False),  # what its maker needs to know
    Column("text", Text, nullable=False, default=""),  # what is written beside the files
    Column("channel", String(30), nullable=False, default=""),  # the chat that gets them; none: kept only
    Column("account", String(200), nullable=False, default=""),
    Column("group_key", String(200), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False),
    Column("state", String(20), nullable=False),  # waiting | made | failed
    Column("tries", Integer, nullable=False, default=0),
    Column("retry_at", Moment),  # real time
    Column("files", JSON, nullable=False, default=list),  # ids of the kept files once they are made
    Column("reason", String(200), nullable=False, default=""),
    Index("ix_paper_state", "state"),
)
