"""Nodes of wall charts"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "milestone",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("planned", sa.Date(), nullable=False),
        sa.Column("planned_first", sa.Date(), nullable=False),
        sa.Column("done", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("gone_at", tables.Moment(), nullable=True),
        sa.Column("gone_inbox_id", _ID, nullable=True),
        sa.Column("next_look", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_milestone_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_milestone_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    for column in ("project_id", "inbox_id", "gone_inbox_id", "next_look"):
        op.create_index(f"ix_milestone_{column}", "milestone", [column], unique=False)
    op.create_table(
        "milestone_step",
        sa.Column("id", _ID, nullable=False),
        sa.Column("milestone_id", _ID, nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("before", sa.Date(), nullable=True),
        sa.Column("after", sa.Date(), nullable=True),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_milestone_step_milestone_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_milestone_step_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_step")),
    )
    for column in ("milestone_id", "inbox_id"):
        op.create_index(f"ix_milestone_step_{column}", "milestone_step", [column], unique=False)
