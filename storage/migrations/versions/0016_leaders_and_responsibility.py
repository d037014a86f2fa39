"""Leaders and responsibility"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "question_round",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("until", tables.Moment(), nullable=False),
        sa.Column("asked_by_id", _ID, nullable=True),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("closed_at", tables.Moment(), nullable=True),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_question_round_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_round")),
    )
    op.create_index("ix_question_round_closed_at_until", "question_round", ["closed_at", "until"])
    op.create_index("ix_question_round_inbox_id", "question_round", ["inbox_id"])
    op.create_table(
        "round_asked",
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("project_ids", sa.JSON(), nullable=False),
        sa.Column("answered_at", tables.Moment(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["question_round.id"], name=op.f("fk_round_asked_round_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_round_asked_person_id")),
        sa.PrimaryKeyConstraint("round_id", "person_id", name=op.f("pk_round_asked")),
    )
    op.create_index("ix_round_asked_person_id", "round_asked", ["person_id"])
    op.create_table(
        "counted_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("duty", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("area_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("reporter_id", _ID, nullable=False),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_counted_event_area_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_counted_event_unit_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["person.id"], name=op.f("fk_counted_event_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_event")),
    )
    op.create_index("ix_counted_event_duty_day", "counted_event", ["duty", "day"])
    op.create_index("ix_counted_event_inbox_id", "counted_event", ["inbox_id"])
    op.create_table(
        "handover",
        sa.Column("id", _ID, nullable=False),
        sa.Column("post", sa.String(length=30), nullable=False),
        sa.Column("from_id", _ID, nullable=False),
        sa.Column("to_id", _ID, nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_handover_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_to_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_handover_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    for name in ("from_id", "to_id", "inbox_id"):
        op.create_index(f"ix_handover_{name}", "handover", [name])
    with op.batch_alter_table("instruction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("said_by_id", _ID, nullable=True))
        batch_op.add_column(sa.Column("said_at", tables.Moment(), nullable=True))
        batch_op.add_column(sa.Column("claimed_at", tables.Moment(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key("fk_instruction_said_by_id", "person", ["said_by_id"], ["id"])
        batch_op.create_index("ix_instruction_done_at_due", ["done_at", "due"])
