"""Batch events (集中开工, 三个一批) and the projects that go into them."""

from sqlalchemy import Column, Date, String, Table, Text

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

batch = Table(
    "batch",
    metadata,
    own_id(),
    Column("kind", String(20), nullable=False),  # signed | started | in_production
    Column("name", String(60), nullable=False),
    Column("day", Date, nullable=False, index=True),
    refers_to("area"),  # of a county's own; none: the city's
    Column("at", Moment, nullable=False),
    refers_to("person"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("words", Text, nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("undone_at", Moment),
)

batch_project = Table(
    "batch_project",
    metadata,
    own_id(),
    refers_to("batch", required=True, index=True),
    refers_to("project", index=True),  # of the ledger
    refers_to("reserve_project", "reserve_id", index=True),  # not yet in it
    Column("state", String(20), nullable=False),  # asked | ready | lacks
    Column("words", Text, nullable=False, default=""),
    Column("answered_at", Moment),
    refers_to("person", "answered_by_id"),
    Column("inbox_id", Id, index=True),
    Column("undone_at", Moment),
)
