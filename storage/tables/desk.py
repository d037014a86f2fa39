"""What an office puts off on its desk or lays aside for good, and spreadsheets that were read."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

desk_step = Table(  # something on an office's desk is to be looked at later, or not again
    "desk_step",
    metadata,
    own_id(),
    Column("kind", String(20), nullable=False),  # ticket | draft | person | message
    Column("item", Id, nullable=False),
    refers_to("area"),  # whose office; none: the city's
    Column("until", Moment),  # when it comes back; none: never
    refers_to("person", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("words", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Column("inbox_id", Id, index=True),
    Column("ended_at", Moment),  # it came back, was taken back, or another step took its place
    Index("ix_desk_step_kind_item", "kind", "item"),
    Index("ix_desk_step_ended_at_until", "ended_at", "until"),
)

sheet_reading = Table(  # what a spreadsheet that came with a message says; read outside of any transaction
    "sheet_reading",
    metadata,
    Column("attachment_id", String(40), ForeignKey("attachment.id"), primary_key=True),
    Column("kind", String(20), nullable=False),  # month | faults | other
    Column("data", JSON, nullable=False),
)
