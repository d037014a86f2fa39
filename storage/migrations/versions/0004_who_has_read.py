"""Who has read what was sent"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "read_receipt",
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "name", "account", name=op.f("pk_read_receipt")),
    )
