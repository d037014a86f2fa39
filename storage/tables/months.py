"""Figures by month: what reports say of which month, the months' accounts, plans, funds, a second series.

What can change carries when it counted (`since`, `until`), so that the figures of any moment can be had again.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import Id, Moment, metadata, own_id, refers_to

report_figure = Table(  # a sum or a percentage of a report, and the month that it belongs to
    "report_figure",
    metadata,
    own_id(),
    refers_to("project", required=True),
    refers_to("progress_report", "report_id", required=True, index=True),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("scope", String(10), nullable=False),  # of bot.acts.Scope, "" where none was said; or percent
    Column("yuan", BigInteger),
    Column("percent", Float),
    Column("since", Moment, nullable=False),
    Column("until", Moment),  # corrected or taken back
    Column("late", Boolean, nullable=False, default=False),  # its month was closed before: kept, not counted
    Index("ix_report_figure_year", "year", "project_id", "scope", "month", "report_id"),
)

account_month = Table(  # a month of the city's accounts, as the regime set its days when it was opened
    "account_month",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("month", Integer, primary_key=True),
    Column("opened_at", Moment, nullable=False),
    Column("regime_hash", String(64), nullable=False),
    Column("check_at", Moment, nullable=False),
    Column("hand_over_at", Moment, nullable=False),  # from here a report hands the month over
    Column("due_at", Moment, nullable=False),  # handed over before this
    Column("closes_at", Moment, nullable=False),
    Column("checked_at", Moment),
    Column("asked_at", Moment),
    Column("chased_at", Moment),
    Column("closed_at", Moment),
    refers_to("person", "closed_by_id"),
)

month_account = Table(  # a project's account of a month; sums in 元
    "month_account",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("invested", BigInteger),  # in the month
    Column("invested_year", BigInteger),  # from January to its end
    Column("total", BigInteger),  # since the start of building
    Column("percent", Float),
    refers_to("progress_report", "report_id"),
    Column("handed_over_at", Moment),
    refers_to("person", "handed_over_by_id"),
    Column("confirmed_at", Moment),
    refers_to("person", "confirmed_by_id"),
    Column("objection", Text, nullable=False, default=""),
    Column("objected_at", Moment),
    Column("closed_at", Moment),
    UniqueConstraint("year", "month", "project_id"),
)

figure_adjustment = Table(  # 核增, 核减: the only change of a closed month
    "figure_adjustment",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("yuan", BigInteger, nullable=False),  # below zero: 核减
    Column("reason", Text, nullable=False),
    refers_to("person", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment),
)

second_figure = (
    Table(  # what another source says, beside; without a project: the city's fixed-asset investment
        "second_figure",
        metadata,
        own_id(),
        refers_to("project", index=True),
        Column("source", String(40), nullable=False),
        Column("year", Integer, nullable=False),
        Column("month", Integer, nullable=False),
        Column("yuan", BigInteger, nullable=False),  # from January to the month's end
        refers_to("person"),
        Column("inbox_id", Id, index=True),
        Column("way", String(200), nullable=False, default=""),  # the file that it came with
        Column("since", Moment, nullable=False),
        Column("until", Moment),
    )
)

month_plan = Table(  # the year's plan by month: what is to be invested in it
    "month_plan",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("yuan", BigInteger, nullable=False),
    Column("how", String(10), nullable=False),  # said | file | spread
    refers_to("person"),
    Column("inbox_id", Id, index=True),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
)

fund_report = Table(  # public money that came in and was paid out
    "fund_report",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("fund", String(40), nullable=False),
    Column("arrived", BigInteger),
    Column("paid", BigInteger),
    Column("cumulative", Boolean, nullable=False, default=False),
    refers_to("person", required=True),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("at", Moment, nullable=False),
    Column("words", Text, nullable=False),
    Column("undone_at", Moment),
)

correction = Table(  # 纠偏: a project behind plan, the corrected plan that is asked for, and its day
    "correction",
    metadata,
    own_id(),
    refers_to("project", required=True, index=True),
    Column("period", String(20), nullable=False),
    Column("what", String(20), nullable=False),  # investment | physical | start | finish
    Column("words", Text, nullable=False),  # how far behind, as it was said
    Column("warned_at", Moment, nullable=False),
    Column("state", String(12), nullable=False),  # owed | planned | met | missed | lifted
    Column("plan", Text, nullable=False, default=""),
    refers_to("person", "planned_by_id"),
    Column("on_behalf", String(120), nullable=False, default=""),
    Column("inbox_id", Id, index=True),
    Column("planned_at", Moment),
    Column("due", Date),
    Column("target_yuan", BigInteger),  # from January to the due day
    Column("target_percent", Float),
    Column("next_look", Moment),
    Column("settled_at", Moment),
    Index("ix_correction_next_look", "next_look"),
    UniqueConstraint("project_id", "period", "what"),
)
