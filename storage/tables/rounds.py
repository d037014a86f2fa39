"""Rounds of questions, duties that are counted, posts that were handed over."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

question_round = Table(  # one question to many people, answered by a time
    "question_round",
    metadata,
    own_id(),
    Column("kind", String(20), nullable=False),  # tap | scheduled
    Column("name", String(120), nullable=False),  # of what: 342改线, 闻喜县, 双周调度
    Column("words", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    refers_to("person", "asked_by_id"),  # none: by the regime's rhythm
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("closed_at", Moment),
    Column("inbox_id", Id, index=True),
    Index("ix_question_round_closed_at_until", "closed_at", "until"),
)

round_asked = Table(  # who was asked, about which projects, and what he answered
    "round_asked",
    metadata,
    Column("round_id", Id, ForeignKey("question_round.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("project_ids", JSON, nullable=False, default=list),
    Column("answered_at", Moment),
    Column("answer", Text, nullable=False, default=""),
    Index("ix_round_asked_person_id", "person_id"),
)

counted_event = Table(  # a visit, a meeting, a presentation: counted against its number
    "counted_event",
    metadata,
    own_id(),
    Column("duty", String(60), nullable=False),  # its name in the regime
    Column("day", Date, nullable=False),
    Column("times", Integer, nullable=False),
    refers_to("area"),
    refers_to("unit"),
    refers_to("person", "reporter_id", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("inbox_id", Id, index=True),
    Column("undone_at", Moment),
    Index("ix_counted_event_duty_day", "duty", "day"),
)

handover = Table(  # a post that went from one to another, with what went along
    "handover",
    metadata,
    own_id(),
    Column("post", String(30), nullable=False),
    refers_to("person", "from_id", required=True, index=True),
    refers_to("person", "to_id", required=True, index=True),
    Column("at", Moment, nullable=False),
    refers_to("person", "by_id"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("words", Text, nullable=False),
    Column("moved", JSON, nullable=False, default=dict),  # how many projects, notices, questions
    Column("inbox_id", Id, index=True),
)
