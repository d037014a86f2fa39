"""Bulletins of the month, objections to them, exemptions from the talk list"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:

    op.create_table(
        "bulletin",
        sa.Column("id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("as_of", tables.Moment(), nullable=False),
        sa.Column("made_at", tables.Moment(), nullable=False),
        sa.Column("regime", sa.String(length=64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column("objections_until", tables.Moment(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("signer", sa.String(length=60), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_at", tables.Moment(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("year", "month", name=op.f("uq_bulletin_year_month")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_bulletin_year_number")),
    )
    op.create_table(
        "bulletin_objection",
        sa.Column("id", _ID, nullable=False),
        sa.Column("bulletin_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("area_id", _ID, nullable=True),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", _ID, nullable=True),
        sa.Column("answered_at", tables.Moment(), nullable=True),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_bulletin_objection_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_bulletin_objection_area_id")),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_objection_bulletin_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bulletin_objection_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_objection")),
        sa.UniqueConstraint("bulletin_id", "number", name=op.f("uq_bulletin_objection_bulletin_id_number")),
    )
    with op.batch_alter_table("bulletin_objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulletin_objection_inbox_id"), ["inbox_id"], unique=False)

    op.create_table(
        "bulletin_step",
        sa.Column("id", _ID, nullable=False),
        sa.Column("bulletin_id", _ID, nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_step_bulletin_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bulletin_step_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_step")),
    )
    with op.batch_alter_table("bulletin_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulletin_step_bulletin_id"), ["bulletin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bulletin_step_inbox_id"), ["inbox_id"], unique=False)

    op.create_table(
        "talk_exemption",
        sa.Column("id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("lifted_at", tables.Moment(), nullable=True),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_talk_exemption_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_exemption")),
    )
    with op.batch_alter_table("talk_exemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_exemption_inbox_id"), ["inbox_id"], unique=False)
        batch_op.create_index("ix_talk_exemption_month", ["year", "month"], unique=False)
