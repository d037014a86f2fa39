"""Groups entered by chat"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("chat_group", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", tables.Moment(), nullable=True))
        batch_op.add_column(sa.Column("gone", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "group_step",
        sa.Column("id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("way", sa.String(length=30), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["chat_group.id"], name=op.f("fk_group_step_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_group_step_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_step")),
    )
    with op.batch_alter_table("group_step", schema=None) as batch_op:
        batch_op.create_index("ix_group_step_group_id", ["group_id"], unique=False)
        batch_op.create_index("ix_group_step_inbox_id", ["inbox_id"], unique=False)
