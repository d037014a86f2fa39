"""Figures by month"""

import re
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from bot.calendar import CITY
from storage import tables

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account_month",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("opened_at", tables.Moment(), nullable=False),
        sa.Column("regime_hash", sa.String(length=64), nullable=False),
        sa.Column("check_at", tables.Moment(), nullable=False),
        sa.Column("hand_over_at", tables.Moment(), nullable=False),
        sa.Column("due_at", tables.Moment(), nullable=False),
        sa.Column("closes_at", tables.Moment(), nullable=False),
        sa.Column("checked_at", tables.Moment(), nullable=True),
        sa.Column("asked_at", tables.Moment(), nullable=True),
        sa.Column("chased_at", tables.Moment(), nullable=True),
        sa.Column("closed_at", tables.Moment(), nullable=True),
        sa.Column("closed_by_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_account_month_closed_by_id")),
        sa.PrimaryKeyConstraint("year", "month", name=op.f("pk_account_month")),
    )
    op.create_table(
        "correction",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("warned_at", tables.Moment(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("planned_by_id", _ID, nullable=True),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("planned_at", tables.Moment(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("target_yuan", sa.BigInteger(), nullable=True),
        sa.Column("target_percent", sa.Float(), nullable=True),
        sa.Column("next_look", tables.Moment(), nullable=True),
        sa.Column("settled_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["planned_by_id"], ["person.id"], name=op.f("fk_correction_planned_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_correction_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint(
            "project_id", "period", "what", name=op.f("uq_correction_project_id_period_what")
        ),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index("ix_correction_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_correction_next_look", ["next_look"], unique=False)
        batch_op.create_index("ix_correction_project_id", ["project_id"], unique=False)
    op.create_table(
        "figure_adjustment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("yuan", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_figure_adjustment_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_figure_adjustment_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_adjustment")),
    )
    with op.batch_alter_table("figure_adjustment", schema=None) as batch_op:
        batch_op.create_index("ix_figure_adjustment_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_figure_adjustment_project_id", ["project_id"], unique=False)
    op.create_table(
        "fund_report",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("fund", sa.String(length=40), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=True),
        sa.Column("cumulative", sa.Boolean(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fund_report_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_fund_report_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_report")),
    )
    with op.batch_alter_table("fund_report", schema=None) as batch_op:
        batch_op.create_index("ix_fund_report_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_fund_report_project_id", ["project_id"], unique=False)
    op.create_table(
        "month_plan",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("yuan", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("since", tables.Moment(), nullable=False),
        sa.Column("until", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_month_plan_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_month_plan_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_plan")),
    )
    with op.batch_alter_table("month_plan", schema=None) as batch_op:
        batch_op.create_index("ix_month_plan_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_month_plan_project_id", ["project_id"], unique=False)
    op.create_table(
        "second_figure",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("yuan", sa.BigInteger(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("way", sa.String(length=200), nullable=False),
        sa.Column("since", tables.Moment(), nullable=False),
        sa.Column("until", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_figure_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_second_figure_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_figure")),
    )
    with op.batch_alter_table("second_figure", schema=None) as batch_op:
        batch_op.create_index("ix_second_figure_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_second_figure_project_id", ["project_id"], unique=False)
    op.create_table(
        "month_account",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("invested", sa.BigInteger(), nullable=True),
        sa.Column("invested_year", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("percent", sa.Float(), nullable=True),
        sa.Column("report_id", _ID, nullable=True),
        sa.Column("handed_over_at", tables.Moment(), nullable=True),
        sa.Column("handed_over_by_id", _ID, nullable=True),
        sa.Column("confirmed_at", tables.Moment(), nullable=True),
        sa.Column("confirmed_by_id", _ID, nullable=True),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("objected_at", tables.Moment(), nullable=True),
        sa.Column("closed_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_month_account_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["handed_over_by_id"], ["person.id"], name=op.f("fk_month_account_handed_over_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_month_account_project_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["progress_report.id"], name=op.f("fk_month_account_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_account")),
        sa.UniqueConstraint(
            "year", "month", "project_id", name=op.f("uq_month_account_year_month_project_id")
        ),
    )
    with op.batch_alter_table("month_account", schema=None) as batch_op:
        batch_op.create_index("ix_month_account_project_id", ["project_id"], unique=False)
    op.create_table(
        "report_figure",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("yuan", sa.BigInteger(), nullable=True),
        sa.Column("percent", sa.Float(), nullable=True),
        sa.Column("since", tables.Moment(), nullable=False),
        sa.Column("until", tables.Moment(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_report_figure_project_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["progress_report.id"], name=op.f("fk_report_figure_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_figure")),
    )
    with op.batch_alter_table("report_figure", schema=None) as batch_op:
        batch_op.create_index("ix_report_figure_report_id", ["report_id"], unique=False)
        batch_op.create_index(
            "ix_report_figure_year", ["year", "project_id", "scope", "month", "report_id"], unique=False
        )
    _keep_what_was_reported()


_SAID = re.compile(
    r"(?<![—\-－~至到\d])(1[0-2]|[1-9])月份?(?![—\-－~至到\d])(?=[^，,。；;]{0,8}(?:投资|完成|投入))"
)


def _keep_what_was_reported() -> None:
    """Reports that count say their figures from the moment they came; those corrected before are left alone."""
    report = sa.table(
        "progress_report",
        *(sa.column(name, kind) for name, kind in (("id", _ID), ("project_id", _ID), ("state", sa.String()))),
        sa.column("at", tables.Moment()),
        sa.column("invested", sa.JSON()),
        sa.column("percent", sa.Float()),
        sa.column("words", sa.Text()),
    )
    figure = sa.table(
        "report_figure",
        *(
            sa.column(name)
            for name in ("project_id", "report_id", "year", "month", "scope", "yuan", "percent")
        ),
        sa.column("since", tables.Moment()),
        sa.column("late", sa.Boolean()),
    )
    rows = []
    for one in op.get_bind().execute(sa.select(report).where(report.c.state == "counted")):
        sums = [(item["scope"], item["yuan"], None) for item in one.invested]
        if one.percent is not None:
            sums.append(("percent", None, one.percent))
        for scope, yuan, percent in sums:
            year, month = _month(scope, one.words, one.at)
            rows.append(
                {
                    "project_id": one.project_id,
                    "report_id": one.id,
                    "year": year,
                    "month": month,
                    "scope": scope,
                    "yuan": yuan,
                    "percent": percent,
                    "since": one.at,
                    "late": False,
                }
            )
    if rows:
        op.get_bind().execute(sa.insert(figure), rows)


def _month(scope: str, words: str, at: datetime) -> tuple[int, int]:
    day = at.astimezone(CITY)
    said = _SAID.search(words) if scope == "month" else None
    if said is None:
        return day.year, day.month
    return (day.year if int(said[1]) <= day.month else day.year - 1), int(said[1])
