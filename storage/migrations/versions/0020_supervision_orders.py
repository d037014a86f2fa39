"""Supervision orders"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "supervision_order",
        sa.Column("id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("issued_by_id", _ID, nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", tables.Moment(), nullable=True),
        sa.Column("answer_inbox_id", _ID, nullable=True),
        sa.Column("asked_at", tables.Moment(), nullable=True),
        sa.Column("withdrawn_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_supervision_order_issued_by_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_supervision_order_ticket_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_supervision_order_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_order")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_supervision_order_year_number")),
    )
    with op.batch_alter_table("supervision_order", schema=None) as batch_op:
        batch_op.create_index("ix_supervision_order_ticket_id", ["ticket_id"], unique=False)
        batch_op.create_index("ix_supervision_order_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_supervision_order_answer_inbox_id", ["answer_inbox_id"], unique=False)
