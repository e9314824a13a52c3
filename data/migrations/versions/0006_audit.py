"""The audit log, which takes new rows only."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# RAISE ends the statement and undoes it. REPLACE removes a row without asking the triggers of DELETE; and an entry's
# lines are all there once it is written, so that none can be added to it later.
_SQLITE = (
    "CREATE TRIGGER audit_entry_update BEFORE UPDATE ON audit_entry"
    " BEGIN SELECT RAISE(ABORT, 'audit_entry takes new rows only'); END",
    "CREATE TRIGGER audit_entry_delete BEFORE DELETE ON audit_entry"
    " BEGIN SELECT RAISE(ABORT, 'audit_entry takes new rows only'); END",
    "CREATE TRIGGER audit_entry_replace BEFORE INSERT ON audit_entry"
    " WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)"
    " BEGIN SELECT RAISE(ABORT, 'audit_entry takes new rows only'); END",
    "CREATE TRIGGER audit_change_update BEFORE UPDATE ON audit_change"
    " BEGIN SELECT RAISE(ABORT, 'audit_change takes new rows only'); END",
    "CREATE TRIGGER audit_change_delete BEFORE DELETE ON audit_change"
    " BEGIN SELECT RAISE(ABORT, 'audit_change takes new rows only'); END",
    "CREATE TRIGGER audit_change_replace BEFORE INSERT ON audit_change"
    " WHEN EXISTS (SELECT 1 FROM audit_change WHERE entry_id = NEW.entry_id AND line = NEW.line)"
    " BEGIN SELECT RAISE(ABORT, 'audit_change takes new rows only'); END",
    "CREATE TRIGGER audit_change_line BEFORE INSERT ON audit_change"
    " WHEN NEW.line NOT BETWEEN 1 AND coalesce((SELECT lines FROM audit_entry WHERE id = NEW.entry_id), 0)"
    " BEGIN SELECT RAISE(ABORT, 'audit_change takes the lines of its entry only'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION '% takes new rows only', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER audit_entry_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_change_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_change"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "CREATE FUNCTION audit_line() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF NEW.line NOT BETWEEN 1 AND coalesce((SELECT lines FROM audit_entry WHERE id = NEW.entry_id), 0) THEN"
    " RAISE EXCEPTION 'audit_change takes the lines of its entry only'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER audit_change_line BEFORE INSERT ON audit_change FOR EACH ROW EXECUTE FUNCTION audit_line()",
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.String(length=250), nullable=True),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("unit_valid_from", sa.Date(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.CheckConstraint("(unit_code IS NULL) = (unit_valid_from IS NULL)", name=op.f("ck_audit_entry_unit")),
        sa.CheckConstraint("lines >= 0", name=op.f("ck_audit_entry_lines")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sqlite_autoincrement=True,
    )
    for columns in (
        ["moment", "id"],
        ["account_id", "moment", "id"],
        ["about_id", "moment", "id"],
        ["role", "moment", "id"],
        ["action", "moment", "id"],
        ["unit_code", "unit_valid_from", "moment", "id"],
    ):
        op.create_index(op.f("ix_audit_entry_" + "_".join(columns)), "audit_entry", columns, unique=False)
    op.create_table(
        "audit_change",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("unit_valid_from", sa.Date(), nullable=True),
        sa.CheckConstraint("(unit_code IS NULL) = (unit_valid_from IS NULL)", name=op.f("ck_audit_change_unit")),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_change_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "line", name=op.f("pk_audit_change")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_audit_change_unit_code_unit_valid_from_entry_id"),
        "audit_change",
        ["unit_code", "unit_valid_from", "entry_id"],
        unique=False,
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_change")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_line()")
        op.execute("DROP FUNCTION audit_refuse()")
