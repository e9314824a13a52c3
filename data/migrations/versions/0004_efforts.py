"""The office's effort table in editions: rows, ceilings, default rule."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "effort_table",
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("for_all_points", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.CheckConstraint("measure IN ('person_days', 'million_dong')", name=op.f("ck_effort_table_measure")),
        sa.CheckConstraint("for_all_points >= 0 AND least >= 0", name=op.f("ck_effort_table_default_amounts")),
        sa.CheckConstraint("months BETWEEN 1 AND 4095", name=op.f("ck_effort_table_months")),
        sa.PrimaryKeyConstraint("edition", name=op.f("pk_effort_table")),
    )
    op.create_table(
        "effort_line",
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("criterion", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "level IN ('province', 'department', 'district', 'commune')", name=op.f("ck_effort_line_level")
        ),
        sa.CheckConstraint("step IN ('next', 'target', 'full')", name=op.f("ck_effort_line_step")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_effort_line_amount")),
        sa.CheckConstraint("months BETWEEN 1 AND 4095", name=op.f("ck_effort_line_months")),
        sa.ForeignKeyConstraint(
            ["edition"], ["effort_table.edition"], name=op.f("fk_effort_line_edition"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition", "line", name=op.f("pk_effort_line")),
    )
    op.create_table(
        "effort_ceiling",
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_effort_ceiling_amount")),
        sa.CheckConstraint("months BETWEEN 1 AND 4095", name=op.f("ck_effort_ceiling_months")),
        sa.ForeignKeyConstraint(
            ["edition"], ["effort_table.edition"], name=op.f("fk_effort_ceiling_edition"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition", "line", name=op.f("pk_effort_ceiling")),
    )


def downgrade() -> None:
    op.drop_table("effort_ceiling")
    op.drop_table("effort_line")
    op.drop_table("effort_table")
