"""A deadline for the data suppliers beside those of the levels."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LEVELS = "level IN ('province', 'department', 'district', 'commune'"


def _deadline(levels: str) -> sa.Table:
    """The table as it stands before: SQLite does not say what its checks are, and is built anew."""
    return sa.Table(
        "deadline",
        sa.MetaData(),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(levels, name=op.f("ck_deadline_level")),
        sa.CheckConstraint("working_days BETWEEN 1 AND 250", name=op.f("ck_deadline_working_days")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_deadline_period_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("period_id", "level", name=op.f("pk_deadline")),
    )


def _change(before: str, after: str) -> None:
    with op.batch_alter_table("deadline", schema=None, copy_from=_deadline(before)) as batch_op:
        batch_op.drop_constraint(op.f("ck_deadline_level"), type_="check")
        batch_op.create_check_constraint(op.f("ck_deadline_level"), after)


def upgrade() -> None:
    _change(f"{_LEVELS})", f"{_LEVELS}, 'supplier')")


def downgrade() -> None:
    op.execute("DELETE FROM deadline WHERE level = 'supplier'")
    _change(f"{_LEVELS}, 'supplier')", f"{_LEVELS})")
