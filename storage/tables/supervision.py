"""督办单: orders of the office to a unit about a ticket, numbered in their year, and the answers."""

from sqlalchemy import Column, Date, Integer, Table, Text, UniqueConstraint

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

supervision_order = Table(
    "supervision_order",
    metadata,
    own_id(),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    refers_to("ticket", required=True, index=True),
    refers_to("unit", required=True),
    Column("words", Text, nullable=False),  # what is asked
    Column("due", Date, nullable=False),  # by when it is to be answered
    refers_to("person", "issued_by_id", required=True),
    Column("at", Moment, nullable=False),
    Column("inbox_id", Id, index=True),
    Column("answer", Text, nullable=False, default=""),
    Column("answered_at", Moment),
    Column("answer_inbox_id", Id, index=True),
    Column("asked_at", Moment),  # when the unit and the office were told that no answer came
    Column("withdrawn_at", Moment),
    UniqueConstraint("year", "number"),
)
