"""Projects without progress"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved_at", tables.Moment(), nullable=True))
        batch_op.add_column(sa.Column("stalled", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("next_look", tables.Moment(), nullable=True))
        batch_op.create_index("ix_project_next_look", ["next_look"], unique=False)
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("entered_at", tables.Moment(), nullable=True))
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_project_id", ["project_id"], unique=False)
    op.create_table(
        "standstill_rung",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("since", tables.Moment(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("given_at", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_standstill_rung_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standstill_rung")),
        sa.UniqueConstraint(
            "project_id", "since", "name", name=op.f("uq_standstill_rung_project_id_since_name")
        ),
    )
    op.create_table(
        "special_report",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("reporter_id", _ID, nullable=False),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_special_report_project_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["person.id"], name=op.f("fk_special_report_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_report")),
    )
    with op.batch_alter_table("special_report", schema=None) as batch_op:
        batch_op.create_index("ix_special_report_project_id", ["project_id"], unique=False)
        batch_op.create_index("ix_special_report_inbox_id", ["inbox_id"], unique=False)
    _begin_counting()


def _begin_counting() -> None:
    """What is in a ledger came with its first import; each project is looked at at once."""
    moment = tables.Moment()
    project = sa.table(
        "project",
        sa.column("moved_at", moment),
        sa.column("last_progress_at", moment),
        sa.column("next_look", moment),
    )
    entry = sa.table("ledger_entry", sa.column("entered_at", moment))
    run = sa.table("import_run", sa.column("kind", sa.String()), sa.column("at", moment))
    first = sa.select(sa.func.min(run.c.at)).where(run.c.kind == "ledger").scalar_subquery()
    op.execute(sa.update(entry).values(entered_at=first))
    op.execute(
        sa.update(project).values(
            moved_at=project.c.last_progress_at, next_look=datetime(2000, 1, 1, tzinfo=UTC)
        )
    )
