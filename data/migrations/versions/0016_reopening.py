"""Why the office reopened criteria after the council; what the log knows of it from before is brought along."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE TRIGGER reopening_update BEFORE UPDATE ON reopening"
    " BEGIN SELECT RAISE(ABORT, 'a row of reopening never changes'); END"
)
_POSTGRESQL = (
    "CREATE TRIGGER reopening_refuse BEFORE UPDATE ON reopening FOR EACH ROW EXECUTE FUNCTION set_refuse()"
)
_NOTED = sa.text(
    "SELECT p.id, e.unit_code, e.unit_valid_from, c.after, e.reason, e.account_id, e.moment"
    " FROM audit_entry e JOIN audit_change c ON c.entry_id = e.id JOIN period p ON p.name = e.period"
    " WHERE e.action = 'reopen_appraisal' AND c.place = 'chỉ số được mở lại' AND c.after IS NOT NULL"
    " AND e.unit_code IS NOT NULL ORDER BY e.id"
)
"""The log names a period, whose name is its own, and the criteria in one line, with commas between."""


_AGAIN = sa.text("SELECT period_id, unit_code, unit_valid_from, criterion FROM appraisal_task WHERE tier = 'second'")
"""What was reopened is among it: a period of the demonstration may bear the name of an earlier one."""


def _copy(table: sa.Table) -> None:
    connection, since = op.get_bind(), sa.Date()
    again = {tuple(row) for row in connection.execute(_AGAIN.columns(unit_valid_from=since))}
    noted = connection.execute(_NOTED.columns(unit_valid_from=since, moment=sa.DateTime(timezone=True)))
    rows = [
        {
            "period_id": found.id,
            "unit_code": found.unit_code,
            "unit_valid_from": found.unit_valid_from,
            "criterion": code,
            "reason": found.reason,
            "account_id": found.account_id,
            "reopened_at": found.moment,
        }
        for found in noted
        for code in found.after.split(", ")
        if (found.id, found.unit_code, found.unit_valid_from, code) in again
    ]
    if rows:
        op.bulk_insert(table, rows)


def upgrade() -> None:
    table = op.create_table(
        "reopening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
        sa.Column("criterion", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_reopening_period_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_code", "unit_valid_from"],
            ["unit.code", "unit.valid_from"],
            name=op.f("fk_reopening_unit_code_unit_valid_from"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopening")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_reopening_period_id_unit_code_unit_valid_from_criterion"),
        "reopening",
        ["period_id", "unit_code", "unit_valid_from", "criterion"],
    )
    _copy(table)
    op.execute(_SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL)


def downgrade() -> None:
    op.drop_table("reopening")
