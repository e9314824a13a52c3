"""Units in time, published national results, results of the internal index without inputs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "national_index_rank",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("province", sa.String(length=20), nullable=False),
        sa.Column("index_code", sa.String(length=10), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "index_code IN ('NT', 'TC', 'HT', 'NL', 'AT', 'CQ', 'KT', 'XH', 'CQS', 'KTS', 'XHS')",
            name=op.f("ck_national_index_rank_index_code"),
        ),
        sa.CheckConstraint("rank BETWEEN 1 AND 63", name=op.f("ck_national_index_rank_rank")),
        sa.PrimaryKeyConstraint("year", "province", "index_code", name=op.f("pk_national_index_rank")),
    )
    op.create_table(
        "national_result",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("province", sa.String(length=20), nullable=False),
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("index_nt", sa.BigInteger(), nullable=True),
        sa.Column("index_tc", sa.BigInteger(), nullable=True),
        sa.Column("index_ht", sa.BigInteger(), nullable=True),
        sa.Column("index_nl", sa.BigInteger(), nullable=True),
        sa.Column("index_at", sa.BigInteger(), nullable=True),
        sa.Column("index_cq", sa.BigInteger(), nullable=True),
        sa.Column("index_kt", sa.BigInteger(), nullable=True),
        sa.Column("index_xh", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("pillar_cqs", sa.BigInteger(), nullable=True),
        sa.Column("pillar_kts", sa.BigInteger(), nullable=True),
        sa.Column("pillar_xhs", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("origin IN ('published', 'office')", name=op.f("ck_national_result_origin")),
        sa.CheckConstraint(
            "(index_nt IS NULL OR index_nt BETWEEN 0 AND 1000000000) AND (index_tc IS NULL OR index_tc BETWEEN 0 AND 1000000000) AND (index_ht IS NULL OR index_ht BETWEEN 0 AND 1000000000) AND (index_nl IS NULL OR index_nl BETWEEN 0 AND 1000000000) AND (index_at IS NULL OR index_at BETWEEN 0 AND 1000000000) AND (index_cq IS NULL OR index_cq BETWEEN 0 AND 1000000000) AND (index_kt IS NULL OR index_kt BETWEEN 0 AND 1000000000) AND (index_xh IS NULL OR index_xh BETWEEN 0 AND 1000000000) AND (total IS NULL OR total BETWEEN 0 AND 1000000000) AND (pillar_cqs IS NULL OR pillar_cqs BETWEEN 0 AND 1000000000) AND (pillar_kts IS NULL OR pillar_kts BETWEEN 0 AND 1000000000) AND (pillar_xhs IS NULL OR pillar_xhs BETWEEN 0 AND 1000000000)",
            name=op.f("ck_national_result_scores"),
        ),
        sa.CheckConstraint("rank BETWEEN 1 AND 63", name=op.f("ck_national_result_rank")),
        sa.PrimaryKeyConstraint("year", "province", "edition", name=op.f("pk_national_result")),
    )
    with op.batch_alter_table("national_result", schema=None) as batch_op:
        batch_op.create_index(
            "uq_national_result_current",
            ["year", "province"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "national_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("mean", sa.BigInteger(), nullable=True),
        sa.Column("minimum_at_least", sa.BigInteger(), nullable=True),
        sa.Column("units_above_mean", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_national_year")),
    )
    op.create_table(
        "internal_total",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("unit_valid_from", sa.Date(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "level IN ('province', 'department', 'district', 'commune')", name=op.f("ck_internal_total_level")
        ),
        sa.CheckConstraint("origin IN ('published', 'office')", name=op.f("ck_internal_total_origin")),
        sa.CheckConstraint(
            "(unit_code IS NULL) = (unit_valid_from IS NULL) AND (unit_code IS NULL OR level IS NOT NULL)",
            name=op.f("ck_internal_total_unit"),
        ),
        sa.CheckConstraint("total BETWEEN 0 AND 100000000000", name=op.f("ck_internal_total_total")),
        sa.ForeignKeyConstraint(
            ["unit_code", "unit_valid_from"],
            ["unit.code", "unit.valid_from"],
            name=op.f("fk_internal_total_unit_code_unit_valid_from"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_total")),
    )
    with op.batch_alter_table("internal_total", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_internal_total_year"), ["year"], unique=False)

    op.create_table(
        "unit_succession",
        sa.Column("from_code", sa.String(length=20), nullable=False),
        sa.Column("from_valid_from", sa.Date(), nullable=False),
        sa.Column("to_code", sa.String(length=20), nullable=False),
        sa.Column("to_valid_from", sa.Date(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('merged', 'renamed', 'split', 'moved')", name=op.f("ck_unit_succession_kind")
        ),
        sa.ForeignKeyConstraint(
            ["from_code", "from_valid_from"],
            ["unit.code", "unit.valid_from"],
            name=op.f("fk_unit_succession_from_code_from_valid_from"),
        ),
        sa.ForeignKeyConstraint(
            ["to_code", "to_valid_from"],
            ["unit.code", "unit.valid_from"],
            name=op.f("fk_unit_succession_to_code_to_valid_from"),
        ),
        sa.PrimaryKeyConstraint(
            "from_code", "from_valid_from", "to_code", "to_valid_from", name=op.f("pk_unit_succession")
        ),
    )
    with op.batch_alter_table("unit_succession", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unit_succession_to_code_to_valid_from"), ["to_code", "to_valid_from"], unique=False
        )


def downgrade() -> None:
    # The packaged rows go with their tables; the seeding must not believe that they are still there.
    op.execute("DELETE FROM seeding WHERE name IN ('units-2025', 'national-2023', 'internal-2023')")
    with op.batch_alter_table("unit_succession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_succession_to_code_to_valid_from"))

    op.drop_table("unit_succession")
    with op.batch_alter_table("internal_total", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_internal_total_year"))

    op.drop_table("internal_total")
    op.drop_table("national_year")
    with op.batch_alter_table("national_result", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_national_result_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("national_result")
    op.drop_table("national_index_rank")
