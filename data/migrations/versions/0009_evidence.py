"""Evidence: documents of units, their files by hash, what they prove, who has read them, secrets taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _unit(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["unit_code", "unit_valid_from"],
        ["unit.code", "unit.valid_from"],
        name=op.f(f"fk_{table}_unit_code_unit_valid_from"),
    )


def _evidence(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f(f"fk_{table}_evidence_id"))


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence_file")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=True),
        sa.Column("security", sa.Boolean(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("out_of_force", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "removed_at IS NOT NULL OR sha256 IS NOT NULL OR link IS NOT NULL", name=op.f("ck_evidence_content")
        ),
        sa.CheckConstraint("(sha256 IS NULL) = (file_name IS NULL)", name=op.f("ck_evidence_file")),
        sa.CheckConstraint("(removed_at IS NULL) = (removal_reason IS NULL)", name=op.f("ck_evidence_removal")),
        _unit("evidence"),
        sa.ForeignKeyConstraint(["sha256"], ["evidence_file.sha256"], name=op.f("fk_evidence_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_evidence_unit_code_unit_valid_from"), "evidence", ["unit_code", "unit_valid_from"])
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"])
    op.create_table(
        "evidence_use",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
        sa.Column("criterion", sa.String(length=100), nullable=False),
        sa.Column("group_code", sa.String(length=100), nullable=False),
        sa.Column("page", sa.String(length=100), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        _unit("evidence_use"),
        _evidence("evidence_use"),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_evidence_use_period_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "evidence_id",
            "period_id",
            "unit_code",
            "unit_valid_from",
            "criterion",
            name=op.f("pk_evidence_use"),
        ),
    )
    op.create_index(
        op.f("ix_evidence_use_period_id_unit_code_unit_valid_from"),
        "evidence_use",
        ["period_id", "unit_code", "unit_valid_from"],
    )
    op.create_table(
        "evidence_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        _evidence("evidence_reading"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_reading")),
    )
    op.create_index(op.f("ix_evidence_reading_evidence_id"), "evidence_reading", ["evidence_id"])
    op.create_table(
        "secret_removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        _evidence("secret_removal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_removal")),
    )
    op.create_index(op.f("ix_secret_removal_evidence_id"), "secret_removal", ["evidence_id"])


def downgrade() -> None:
    for table in ("secret_removal", "evidence_reading", "evidence_use", "evidence", "evidence_file"):
        op.drop_table(table)
