"""Versions of criteria sets are released by two people; a stored version and a decided release never change."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE TRIGGER criteria_set_version_update BEFORE UPDATE ON criteria_set_version"
    " BEGIN SELECT RAISE(ABORT, 'a row of criteria_set_version never changes'); END",
    "CREATE TRIGGER criteria_set_version_delete BEFORE DELETE ON criteria_set_version"
    " BEGIN SELECT RAISE(ABORT, 'a row of criteria_set_version never changes'); END",
    "CREATE TRIGGER set_release_update BEFORE UPDATE ON set_release WHEN OLD.decision IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'a decided row of set_release never changes'); END",
    "CREATE TRIGGER set_release_delete BEFORE DELETE ON set_release WHEN OLD.decision IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'a decided row of set_release never changes'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION set_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'a row of % never changes', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER criteria_set_version_refuse BEFORE UPDATE OR DELETE ON criteria_set_version"
    " FOR EACH ROW EXECUTE FUNCTION set_refuse()",
    "CREATE TRIGGER set_release_refuse BEFORE UPDATE OR DELETE ON set_release"
    " FOR EACH ROW WHEN (OLD.decision IS NOT NULL) EXECUTE FUNCTION set_refuse()",
)


def upgrade() -> None:
    op.create_table(
        "set_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criteria_set_version_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('confirmed', 'withdrawn', 'refused')", name=op.f("ck_set_release_decision")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_set_release_decided"),
        ),
        sa.CheckConstraint(
            "(decision = 'withdrawn') = (decided_by = proposed_by)", name=op.f("ck_set_release_two_people")
        ),
        sa.CheckConstraint(
            "(reason IS NOT NULL) = (decision IS NOT NULL AND decision = 'refused')",
            name=op.f("ck_set_release_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["criteria_set_version_id"],
            ["criteria_set_version.id"],
            name=op.f("fk_set_release_criteria_set_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_release")),
    )
    op.create_index(
        "uq_set_release_standing",
        "set_release",
        ["criteria_set_version_id"],
        unique=True,
        sqlite_where=sa.text("decision IS NULL OR decision = 'confirmed'"),
        postgresql_where=sa.text("decision IS NULL OR decision = 'confirmed'"),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("set_release")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER criteria_set_version_update")
        op.execute("DROP TRIGGER criteria_set_version_delete")
    else:
        op.execute("DROP TRIGGER criteria_set_version_refuse ON criteria_set_version")
        op.execute("DROP FUNCTION set_refuse()")
