"""The nodes of a project's wall chart."""

from sqlalchemy import Column, Date, Index, String, Table, Text

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

milestone = Table(  # a node; a chart that is laid out anew leaves the old nodes as they were
    "milestone",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    Column("name", String(60), nullable=False),
    Column("planned", Date, nullable=False),
    Column("planned_first", Date, nullable=False),  # as it was laid out, whatever it was put off to
    Column("done", Date),
    Column("source", String(20), nullable=False),  # back | forward | chat | sheet
    Column("at", Moment, nullable=False),
    refers_to("person"),
    Column("inbox_id", Id, index=True),
    Column("gone_at", Moment),  # replaced or taken back
    Column("gone_inbox_id", Id, index=True),  # by that message
    Column("next_look", Moment),
    Index("ix_milestone_next_look", "next_look"),
)

milestone_step = Table(  # what happened to a node: set, moved, done; with what it was before
    "milestone_step",
    metadata,
    own_id(),
    refers_to("milestone", required=True, index=True),
    Column("at", Moment, nullable=False),
    refers_to("person"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("kind", String(20), nullable=False),  # moved | done
    Column("words", Text, nullable=False, default=""),
    Column("before", Date),
    Column("after", Date),
    Column("inbox_id", Id, index=True),
    Column("undone_at", Moment),
)
