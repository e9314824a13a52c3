"""Draft results that are sent anew after a reopening: when they were, and what units said to those before them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "earlier_explanation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
        sa.Column("criterion", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_earlier_explanation_period_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_code", "unit_valid_from"],
            ["unit.code", "unit.valid_from"],
            name=op.f("fk_earlier_explanation_unit_code_unit_valid_from"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_explanation")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_earlier_explanation_period_id_unit_code_unit_valid_from"),
        "earlier_explanation",
        ["period_id", "unit_code", "unit_valid_from"],
    )


def downgrade() -> None:
    op.drop_table("earlier_explanation")
    op.drop_column("submission", "told_at")
