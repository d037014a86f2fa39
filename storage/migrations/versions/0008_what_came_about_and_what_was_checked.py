"""What came about and what was checked"""

import sqlalchemy as sa
from alembic import op

from storage import tables

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "project_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_project_event_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_event_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_event")),
    )
    with op.batch_alter_table("project_event", schema=None) as batch_op:
        batch_op.create_index("ix_project_event_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_project_event_project_id", ["project_id"], unique=False)
    op.create_table(
        "spot_check",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("report_id", _ID, nullable=True),
        sa.Column("ticket_id", _ID, nullable=True),
        sa.Column("area_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("claimed_by_id", _ID, nullable=True),
        sa.Column("claimed_at", tables.Moment(), nullable=False),
        sa.Column("drawn_at", tables.Moment(), nullable=False),
        sa.Column("drawn_by_id", _ID, nullable=True),
        sa.Column("drawn_inbox_id", _ID, nullable=True),
        sa.Column("holds", sa.Boolean(), nullable=True),
        sa.Column("found_at", tables.Moment(), nullable=True),
        sa.Column("found_by_id", _ID, nullable=True),
        sa.Column("on_behalf", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("undone_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_spot_check_area_id")),
        sa.ForeignKeyConstraint(["claimed_by_id"], ["person.id"], name=op.f("fk_spot_check_claimed_by_id")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["person.id"], name=op.f("fk_spot_check_drawn_by_id")),
        sa.ForeignKeyConstraint(["found_by_id"], ["person.id"], name=op.f("fk_spot_check_found_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_spot_check_project_id")),
        sa.ForeignKeyConstraint(["report_id"], ["progress_report.id"], name=op.f("fk_spot_check_report_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_spot_check_ticket_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_spot_check_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
    )
    with op.batch_alter_table("spot_check", schema=None) as batch_op:
        batch_op.create_index("ix_spot_check_drawn_inbox_id", ["drawn_inbox_id"], unique=False)
        batch_op.create_index("ix_spot_check_found_at", ["found_at"], unique=False)
        batch_op.create_index("ix_spot_check_inbox_id", ["inbox_id"], unique=False)
        batch_op.create_index("ix_spot_check_project_id", ["project_id"], unique=False)
        batch_op.create_index("ix_spot_check_report_id", ["report_id"], unique=False)
        batch_op.create_index("ix_spot_check_ticket_id", ["ticket_id"], unique=False)
