"""Batch events"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area_id", _ID, nullable=True),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_batch_area_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_batch_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index("ix_batch_day", ["day"], unique=False)
        batch_op.create_index("ix_batch_inbox_id", ["inbox_id"], unique=False)
    op.create_table(
        "batch_project",
        sa.Column("id", _ID, nullable=False),
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=True),
        sa.Column("reserve_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", tables.Moment(), nullable=True),
        sa.Column("answered_by_id", _ID, nullable=True),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_batch_project_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_project_batch_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_batch_project_project_id")),
        sa.ForeignKeyConstraint(
            ["reserve_id"], ["reserve_project.id"], name=op.f("fk_batch_project_reserve_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_project")),
    )
    with op.batch_alter_table("batch_project", schema=None) as batch_op:
        batch_op.create_index("ix_batch_project_batch_id", ["batch_id"], unique=False)
        batch_op.create_index("ix_batch_project_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_batch_project_project_id", ["project_id"], unique=False)
        batch_op.create_index("ix_batch_project_reserve_id", ["reserve_id"], unique=False)
