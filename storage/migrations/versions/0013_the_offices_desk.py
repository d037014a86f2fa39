"""The office's desk, and spreadsheets that were read"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "desk_step",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("item", _ID, nullable=False),
        sa.Column("area_id", _ID, nullable=True),
        sa.Column("until", tables.Moment(), nullable=True),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("ended_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_desk_step_area_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_desk_step_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_step")),
    )
    with op.batch_alter_table("desk_step", schema=None) as batch_op:
        batch_op.create_index("ix_desk_step_ended_at_until", ["ended_at", "until"], unique=False)
        batch_op.create_index("ix_desk_step_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_desk_step_kind_item", ["kind", "item"], unique=False)
    op.create_table(
        "sheet_reading",
        sa.Column("attachment_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_sheet_reading_attachment_id")
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_sheet_reading")),
    )
