"""What somebody means by words that fit several projects"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "remembered",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.Column("said", sa.String(length=60), nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_remembered_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_remembered_project_id")),
        sa.PrimaryKeyConstraint("person_id", "words", name=op.f("pk_remembered")),
    )
    with op.batch_alter_table("remembered", schema=None) as batch_op:
        batch_op.create_index("ix_remembered_inbox_id", ["inbox_id"], unique=False)
