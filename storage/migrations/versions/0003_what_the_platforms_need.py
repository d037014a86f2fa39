"""What the platforms need"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attachments", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("unknown", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("parts_sent", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(
            "ix_message_lane", ["state", "channel", "account", "group_key", "id"], unique=False
        )
        batch_op.create_index("ix_message_turn", ["state", "channel", "urgency", "id"], unique=False)
    op.create_table(
        "sent_ref",
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_sent_ref_message_id")),
        sa.PrimaryKeyConstraint("channel", "name", name=op.f("pk_sent_ref")),
    )
    op.create_table(
        "reply_handle",
        sa.Column("inbox_id", _ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("until", tables.Moment(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_reply_handle_inbox_id")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_reply_handle")),
    )
    op.create_table(
        "media",
        sa.Column("attachment_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("retry_at", tables.Moment(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_media_attachment_id")),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_media")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index("ix_media_state", ["state"], unique=False)
    op.create_table(
        "rate_use",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("since", tables.Moment(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", "since", name=op.f("pk_rate_use")),
    )
    with op.batch_alter_table("rate_use", schema=None) as batch_op:
        batch_op.create_index("ix_rate_use_since", ["since"], unique=False)
