"""Appraisal, council and publication: tasks, rulings, explanations, steps of a period, what was published."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STATES = "state IN ('self_assessment', 'awaiting_head', 'sent', 'returned'"
_APPRAISED = f"{_STATES}, 'appraisal', 'awaiting_explanation', 'reappraisal')"
_SQLITE = (
    "CREATE TRIGGER ruling_update BEFORE UPDATE ON ruling"
    " BEGIN SELECT RAISE(ABORT, 'a row of ruling never changes'); END",
    "CREATE TRIGGER publication_update BEFORE UPDATE ON publication"
    " BEGIN SELECT RAISE(ABORT, 'a row of publication never changes'); END",
    "CREATE TRIGGER publication_delete BEFORE DELETE ON publication"
    " BEGIN SELECT RAISE(ABORT, 'a row of publication never changes'); END",
)
_POSTGRESQL = (
    "CREATE TRIGGER ruling_refuse BEFORE UPDATE ON ruling FOR EACH ROW EXECUTE FUNCTION set_refuse()",
    "CREATE TRIGGER publication_refuse BEFORE UPDATE OR DELETE ON publication"
    " FOR EACH ROW EXECUTE FUNCTION set_refuse()",
)


def _submission(states: str, *, accepted: bool) -> sa.Table:
    """The table as it stands before: SQLite does not say what its checks are, and is built anew."""
    added = (sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),) if accepted else ()
    return sa.Table(
        "submission",
        sa.MetaData(),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("report_number", sa.String(length=100), nullable=True),
        sa.Column("report_date", sa.Date(), nullable=True),
        *added,
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(states, name=op.f("ck_submission_state")),
        sa.CheckConstraint(
            "state <> 'returned' OR return_reason IS NOT NULL", name=op.f("ck_submission_return_reason")
        ),
        sa.CheckConstraint(
            "state <> 'sent' OR (report_number IS NOT NULL AND report_date IS NOT NULL)",
            name=op.f("ck_submission_report"),
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_submission_period_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_code", "unit_valid_from"],
            ["unit.code", "unit.valid_from"],
            name=op.f("fk_submission_unit_code_unit_valid_from"),
        ),
        sa.PrimaryKeyConstraint("period_id", "unit_code", "unit_valid_from", name=op.f("pk_submission")),
    )


def _unit_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["unit_code", "unit_valid_from"],
        ["unit.code", "unit.valid_from"],
        name=op.f(f"fk_{table}_unit_code_unit_valid_from"),
    )


def _period_key(table: str, ondelete: str | None = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f(f"fk_{table}_period_id"), ondelete=ondelete)


def _tier(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint("tier IN ('first', 'recheck', 'second')", name=op.f(f"ck_{table}_tier"))


def _of_a_unit() -> tuple[sa.Column[int], sa.Column[str], sa.Column[object], sa.Column[str]]:
    return (
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("unit_valid_from", sa.Date(), nullable=False),
        sa.Column("criterion", sa.String(length=64), nullable=False),
    )


def upgrade() -> None:
    with op.batch_alter_table(
        "submission", schema=None, copy_from=_submission(f"{_STATES})", accepted=False)
    ) as batch_op:
        batch_op.drop_constraint(op.f("ck_submission_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_submission_state"), _APPRAISED)
        batch_op.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "appraisal_task",
        *_of_a_unit(),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ruled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _tier("appraisal_task"),
        _period_key("appraisal_task"),
        _unit_key("appraisal_task"),
        sa.PrimaryKeyConstraint(
            "period_id", "unit_code", "unit_valid_from", "criterion", "tier", name=op.f("pk_appraisal_task")
        ),
    )
    op.create_index(op.f("ix_appraisal_task_period_id_account_id"), "appraisal_task", ["period_id", "account_id"])
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        *_of_a_unit(),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        _tier("ruling"),
        sa.CheckConstraint(
            "kind IN ('agree', 'correct', 'reject_evidence', 'give_points', 'not_applicable')",
            name=op.f("ck_ruling_kind"),
        ),
        _period_key("ruling"),
        _unit_key("ruling"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_ruling_period_id_unit_code_unit_valid_from_criterion"),
        "ruling",
        ["period_id", "unit_code", "unit_valid_from", "criterion"],
    )
    op.create_index(op.f("ix_ruling_criterion"), "ruling", ["criterion"])
    op.create_table(
        "explanation",
        *_of_a_unit(),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _period_key("explanation"),
        _unit_key("explanation"),
        sa.PrimaryKeyConstraint(
            "period_id", "unit_code", "unit_valid_from", "criterion", name=op.f("pk_explanation")
        ),
    )
    op.create_table(
        "period_step",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('council', 'approval', 'trial_closed')", name=op.f("ck_period_step_kind")),
        _period_key("period_step"),
        sa.PrimaryKeyConstraint("period_id", "kind", name=op.f("pk_period_step")),
    )
    op.create_table(
        "publication",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("decision_number", sa.String(length=100), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_publication_edition")),
        sa.CheckConstraint("(edition = 1) = (reason = '')", name=op.f("ck_publication_reason")),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_publication_month")),
        _period_key("publication", None),
        sa.PrimaryKeyConstraint("period_id", "edition", name=op.f("pk_publication")),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for table in ("publication", "period_step", "explanation", "ruling", "appraisal_task"):
        op.drop_table(table)
    op.execute("UPDATE submission SET state = 'sent' WHERE state NOT IN ('self_assessment', 'awaiting_head', 'returned')")
    with op.batch_alter_table("submission", schema=None, copy_from=_submission(_APPRAISED, accepted=True)) as batch_op:
        batch_op.drop_constraint(op.f("ck_submission_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_submission_state"), f"{_STATES})")
        batch_op.drop_column("accepted_at")
