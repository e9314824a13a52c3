"""Where each unit's report stands: deadlines, holidays, drafts, and who has a form open."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _unit(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["unit_code", "unit_valid_from"],
        ["unit.code", "unit.valid_from"],
        name=op.f(f"fk_{table}_unit_code_unit_valid_from"),
    )


def _period(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["period_id"], ["period.id"], name=op.f(f"fk_{table}_period_id"), ondelete="CASCADE"
    )


def _key_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
    )
    op.create_table(
        "deadline",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('province', 'department', 'district', 'commune')", name=op.f("ck_deadline_level")
        ),
        sa.CheckConstraint("working_days BETWEEN 1 AND 250", name=op.f("ck_deadline_working_days")),
        _period("deadline"),
        sa.PrimaryKeyConstraint("period_id", "level", name=op.f("pk_deadline")),
    )
    op.create_table(
        "submission",
        *_key_columns(),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("report_number", sa.String(length=100), nullable=True),
        sa.Column("report_date", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('self_assessment', 'awaiting_head', 'sent', 'returned')", name=op.f("ck_submission_state")
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR return_reason IS NOT NULL", name=op.f("ck_submission_return_reason")
        ),
        sa.CheckConstraint(
            "state <> 'sent' OR (report_number IS NOT NULL AND report_date IS NOT NULL)",
            name=op.f("ck_submission_report"),
        ),
        _unit("submission"),
        _period("submission"),
        sa.PrimaryKeyConstraint("period_id", "unit_code", "unit_valid_from", name=op.f("pk_submission")),
    )
    op.create_table(
        "draft",
        *_key_columns(),
        sa.Column("entry", sa.String(length=220), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("copied", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _unit("draft"),
        _period("draft"),
        sa.PrimaryKeyConstraint("period_id", "unit_code", "unit_valid_from", "entry", name=op.f("pk_draft")),
    )
    op.create_table(
        "presence",
        *_key_columns(),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        _unit("presence"),
        _period("presence"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_presence_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("period_id", "unit_code", "unit_valid_from", "account_id", name=op.f("pk_presence")),
    )


def downgrade() -> None:
    for table in ("presence", "draft", "submission", "deadline", "holiday"):
        op.drop_table(table)
