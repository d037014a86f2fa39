"""What is planned or noted of projects beside their reports, and the spot checks of what was claimed."""

from sqlalchemy import Boolean, Column, Date, Index, String, Table, Text

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

project_event = Table(  # planned: by when an event is to come about; else that it did (入规)
    "project_event",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    Column("event", String(20), nullable=False),
    Column("planned", Boolean, nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Moment, nullable=False),
    refers_to("person"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("words", Text, nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("undone_at", Moment),
)

spot_check = Table(  # 抽查: a claim drawn by the office, and what was found
    "spot_check",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    refers_to("progress_report", "report_id", index=True),  # of a status that was reported
    refers_to("ticket", index=True),  # of an end that was claimed
    refers_to("area"),
    refers_to("unit"),  # that claimed it, where it is one of ours
    refers_to("person", "claimed_by_id"),
    Column("claimed_at", Moment, nullable=False),
    Column("drawn_at", Moment, nullable=False),
    refers_to("person", "drawn_by_id"),
    Column("drawn_inbox_id", Id, index=True),
    Column("holds", Boolean),  # none: nobody has looked yet
    Column("found_at", Moment),
    refers_to("person", "found_by_id"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("words", Text, nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("undone_at", Moment),
    Index("ix_spot_check_found_at", "found_at"),
)
