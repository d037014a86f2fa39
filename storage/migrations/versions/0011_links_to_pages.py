"""Personal links to pages"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", _ID, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("made_at", tables.Moment(), nullable=False),
        sa.Column("expires", tables.Moment(), nullable=False),
        sa.Column("opened_at", tables.Moment(), nullable=True),
        sa.Column("revoked_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("hash", name=op.f("uq_link_hash")),
    )
    op.create_index("ix_link_expires", "link", ["expires"], unique=False)
    op.create_table(
        "link_session",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("link_id", _ID, nullable=False),
        sa.Column("expires", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("fk_link_session_link_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_link_session")),
    )
    op.create_index("ix_link_session_link_id", "link_session", ["link_id"], unique=False)
