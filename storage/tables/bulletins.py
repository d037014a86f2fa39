"""Monthly bulletins, what counties object to, who is exempt from a talk."""

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

bulletin = Table(
    "bulletin",
    metadata,
    own_id(),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("state", String(20), nullable=False),  # draft | commenting | signed
    Column("as_of", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("regime", String(64), nullable=False),  # its hash: the figures are read by the rules of then
    Column("figures", JSON, nullable=False),  # bot.mechanism.snapshot, frozen
    Column("changes", JSON, nullable=False, default=list),  # made since, as of the signature
    Column("edits", JSON, nullable=False, default=dict),  # {section: the office's words}
    Column("objections_until", Moment),
    Column("number", Integer),
    Column("signer", String(60), nullable=False, default=""),
    Column("signed_on", Date),
    Column("signed_at", Moment),
    Column("files", JSON, nullable=False, default=list),  # attachment ids: docx, xlsx, png
    UniqueConstraint("year", "month"),
    UniqueConstraint("year", "number"),
)

bulletin_step = Table(  # who did what with it; never rewritten
    "bulletin_step",
    metadata,
    own_id(),
    refers_to("bulletin", required=True, index=True),
    Column("at", Moment, nullable=False),
    refers_to("person"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("kind", String(30), nullable=False),  # made | remade | edited | comments | agreed | signed
    Column("words", Text, nullable=False, default=""),
    Column("data", JSON, nullable=False, default=dict),
    Column("inbox_id", Id, index=True),
)

objection = Table(
    "bulletin_objection",
    metadata,
    own_id(),
    refers_to("bulletin", required=True),
    Column("number", Integer, nullable=False),  # within its bulletin
    refers_to("area"),  # none: a unit's
    refers_to("person", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Column("words", Text, nullable=False),
    Column("accepted", Boolean),  # none: not answered yet
    Column("answer", Text, nullable=False, default=""),
    refers_to("person", "answered_by_id"),
    Column("answered_at", Moment),
    Column("inbox_id", Id, index=True),
    UniqueConstraint("bulletin_id", "number"),
)

exemption = Table(  # who stays off a month's talk list, and why
    "talk_exemption",
    metadata,
    own_id(),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    refers_to("person", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Column("lifted_at", Moment),
    Column("inbox_id", Id, index=True),
    Index("ix_talk_exemption_month", "year", "month"),
)
