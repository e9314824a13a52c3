"""First tables: units, periods, criteria set versions, inputs, data version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteria_set_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "level IN ('province', 'department', 'district', 'commune')",
            name=op.f("ck_criteria_set_version_level"),
        ),
        sa.CheckConstraint(
            "status IN ('reference', 'official')", name=op.f("ck_criteria_set_version_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_set_version")),
        sa.UniqueConstraint("set_id", "version", name=op.f("uq_criteria_set_version_set_id_version")),
    )
    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_data_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_version")),
    )
    op.create_table(
        "period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("unit_date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("origin IN ('demonstration', 'office')", name=op.f("ck_period_origin")),
        sa.CheckConstraint(
            "state IN ('self_assessment', 'awaiting_head', 'sent', 'returned', 'appraisal', 'awaiting_explanation', 'reappraisal', 'council_passed', 'awaiting_approval', 'published')",
            name=op.f("ck_period_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("name", name=op.f("uq_period_name")),
    )
    op.create_table(
        "ranking_list",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "level IN ('province', 'department', 'district', 'commune')", name=op.f("ck_ranking_list_level")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ranking_list")),
    )
    op.create_table(
        "seeding",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_seeding")),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("type_vi", sa.String(length=40), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("parent_code", sa.String(length=20), nullable=True),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column(
            "sort_text",
            sa.String(length=600).with_variant(sa.String(length=600, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("attested", sa.String(length=20), nullable=False),
        sa.CheckConstraint("attested IN ('attested', 'expected')", name=op.f("ck_unit_attested")),
        sa.CheckConstraint(
            "level IN ('province', 'department', 'district', 'commune')", name=op.f("ck_unit_level")
        ),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_unit")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_folded"), ["folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_level_valid_from"), ["level", "valid_from"], unique=False)

    op.create_table(
        "input",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
        sa.Column("criterion", sa.String(length=64), nullable=False),
        sa.Column("input_key", sa.String(length=140), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'given' AND (number IS NULL) <> (text IS NULL) AND reason IS NULL AND approver IS NULL) OR (state = 'not_applicable' AND number IS NULL AND text IS NULL AND reason IS NOT NULL AND approver IS NOT NULL)",
            name=op.f("ck_input_value"),
        ),
        sa.CheckConstraint(
            "origin IN ('self_assessed', 'source_system', 'demonstration')", name=op.f("ck_input_origin")
        ),
        sa.CheckConstraint("state IN ('given', 'not_applicable')", name=op.f("ck_input_state")),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_input_month")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_input_period_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_code", "unit_valid_from"],
            ["unit.code", "unit.valid_from"],
            name=op.f("fk_input_unit_code_unit_valid_from"),
        ),
        sa.PrimaryKeyConstraint(
            "period_id",
            "unit_code",
            "unit_valid_from",
            "criterion",
            "input_key",
            "month",
            name=op.f("pk_input"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "period_criteria_set",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("criteria_set_version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('province', 'department', 'district', 'commune')",
            name=op.f("ck_period_criteria_set_level"),
        ),
        sa.ForeignKeyConstraint(
            ["criteria_set_version_id"],
            ["criteria_set_version.id"],
            name=op.f("fk_period_criteria_set_criteria_set_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_period_criteria_set_period_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("period_id", "level", name=op.f("pk_period_criteria_set")),
    )
    op.create_table(
        "ranking_list_member",
        sa.Column("list_code", sa.String(length=40), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_code"], ["ranking_list.code"], name=op.f("fk_ranking_list_member_list_code")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_ranking_list_member_period_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_code", "unit_valid_from"],
            ["unit.code", "unit.valid_from"],
            name=op.f("fk_ranking_list_member_unit_code_unit_valid_from"),
        ),
        sa.PrimaryKeyConstraint(
            "list_code", "period_id", "unit_code", "unit_valid_from", name=op.f("pk_ranking_list_member")
        ),
    )
    op.create_table(
        "snapshot",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_snapshot_month")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_snapshot_period_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("period_id", "month", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "unit_trait",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
        sa.Column("has_public_services", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_unit_trait_period_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_code", "unit_valid_from"],
            ["unit.code", "unit.valid_from"],
            name=op.f("fk_unit_trait_unit_code_unit_valid_from"),
        ),
        sa.PrimaryKeyConstraint("period_id", "unit_code", "unit_valid_from", name=op.f("pk_unit_trait")),
    )
    op.execute("INSERT INTO data_version (id, version) VALUES (1, 1)")


def downgrade() -> None:
    op.drop_table("unit_trait")
    op.drop_table("snapshot")
    op.drop_table("ranking_list_member")
    op.drop_table("period_criteria_set")
    op.drop_table("input")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_level_valid_from"))
        batch_op.drop_index(batch_op.f("ix_unit_folded"))

    op.drop_table("unit")
    op.drop_table("seeding")
    op.drop_table("ranking_list")
    op.drop_table("period")
    op.drop_table("data_version")
    op.drop_table("criteria_set_version")
