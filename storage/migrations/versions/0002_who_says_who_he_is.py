"""Who says who he is"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bind_request",
        sa.Column("id", _ID, nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("project_id", _ID, nullable=True),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("settled_at", tables.Moment(), nullable=True),
        sa.Column("settled_by_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_bind_request_unit_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_bind_request_project_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bind_request_person_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_bind_request_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bind_request")),
    )
    with op.batch_alter_table("bind_request", schema=None) as batch_op:
        batch_op.create_index("ix_bind_request_state", ["state"], unique=False)
