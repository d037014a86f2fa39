"""The reserve"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reserve_project",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("area_id", _ID, nullable=True),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("total_investment", sa.BigInteger(), nullable=False),
        sa.Column("annual_plan", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("project_id", _ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_reserve_project_area_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_reserve_project_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserve_project")),
        sa.UniqueConstraint("name", name=op.f("uq_reserve_project_name")),
    )
    op.create_table(
        "area_task",
        sa.Column("id", _ID, nullable=False),
        sa.Column("area_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("yuan", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_task_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_task")),
        sa.UniqueConstraint("year", "area_id", name=op.f("uq_area_task_year_area_id")),
    )
