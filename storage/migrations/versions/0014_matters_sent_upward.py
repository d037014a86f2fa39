"""Matters sent upward"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("above", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("ask_above_at", tables.Moment(), nullable=True))
        batch_op.create_index("ix_ticket_ask_above_at", ["ask_above_at"], unique=False)
