"""Projects and what is reported of them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

project = Table(
    "project",
    metadata,
    own_id(),
    Column("name", String(300), nullable=False),
    Column("former_names", JSON, nullable=False, default=list),
    Column("nicknames", JSON, nullable=False, default=list),
    Column("owners", JSON, nullable=False, default=list),
    Column("place", String(120), nullable=False, default=""),
    refers_to("area"),  # none: 市直
    Column("build_kind", String(20), nullable=False),
    Column("field", String(20), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("start_month", String(7)),
    Column("start_is_actual", Boolean, nullable=False, default=False),
    Column("finish_month", String(7)),
    Column("note", Text, nullable=False, default=""),
    Column("status", String(20)),
    Column("percent", Float),
    Column("last_progress_at", Moment),
    Column("moved_at", Moment),  # the last report that ends a standstill (mechanism.stalled.is_progress)
    Column("stalled", String(40)),  # the last rung of the standstill that runs; none: nobody was told
    Column("next_look", Moment),  # when its standstill is to be looked at
    Index("ix_project_next_look", "next_look"),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("group_name", String(60), nullable=False),
    Column("total_investment", BigInteger, nullable=False),
    Column("annual_plan", BigInteger, nullable=False),
    Column("plan_at_start", BigInteger, nullable=False),  # as fixed when the entry was first read
    Column("gone", Boolean, nullable=False, default=False),
    Column("entered_at", Moment),
    UniqueConstraint("year", "project_id"),
)

responsibility = Table(
    "responsibility",
    metadata,
    Column("project_id", Id, ForeignKey("project.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("duty", String(30), primary_key=True),  # liaison | city_sponsor | county_sponsor
    Column("main", Boolean, nullable=False, default=False),
)

report = Table(
    "progress_report",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    refers_to("person", "reporter_id", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("invested", JSON, nullable=False, default=list),  # [{"scope": …, "yuan": …}]
    Column("percent", Float),
    Column("status", String(20)),
    Column("status_day", Date),
    Column("words", Text, nullable=False),
    Column("state", String(20), nullable=False),  # counted | undone | corrected
    refers_to("progress_report", "corrects_id"),
)

project_step = Table(
    "project_step",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    Column("at", Moment, nullable=False),
    refers_to("person"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("kind", String(30), nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("data", JSON, nullable=False, default=dict),
    Column("inbox_id", Id, index=True),
)

standstill_rung = Table(  # a rung of “一二三” that was given to a project without progress since then
    "standstill_rung",
    metadata,
    own_id(),
    refers_to("project", required=True),
    Column("since", Moment, nullable=False),
    Column("name", String(40), nullable=False),
    Column("given_at", Moment, nullable=False),
    UniqueConstraint("project_id", "since", "name"),
)

special_report = Table(  # 专题报告: why a project makes no progress
    "special_report",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    refers_to("person", "reporter_id", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False),
    Column("words", Text, nullable=False),
    Column("attachments", JSON, nullable=False, default=list),
    Column("undone_at", Moment),
)
