"""The ledger over time: month ends, and who changed what for which reason"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("person_id", _ID, nullable=True))
        batch_op.add_column(sa.Column("inbox_id", _ID, nullable=True))
        batch_op.create_foreign_key("fk_import_run_person_id", "person", ["person_id"], ["id"])
        batch_op.create_index("ix_import_run_inbox_id", ["inbox_id"], unique=False)
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "month_end",
        sa.Column("id", _ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_month_end_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_end")),
        sa.UniqueConstraint("month", "project_id", name=op.f("uq_month_end_month_project_id")),
    )
