"""Why a unit took its report back, apart from why the office returned it; when it was sent, and how late that was."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("taken_back_reason", sa.Text(), nullable=True))
    op.add_column("submission", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("submission", sa.Column("days_late", sa.Integer(), nullable=True))
    # Whatever stands on a report that was not returned came from its own unit.
    op.execute(
        "UPDATE submission SET taken_back_reason = return_reason, return_reason = NULL"
        " WHERE state IN ('self_assessment', 'awaiting_head')"
    )
    # When reports were sent that have gone further since, and how late any was, is not known any more.
    op.execute("UPDATE submission SET sent_at = changed_at WHERE state = 'sent'")


def downgrade() -> None:
    op.execute(
        "UPDATE submission SET return_reason = taken_back_reason WHERE return_reason IS NULL AND taken_back_reason IS NOT NULL"
    )
    op.drop_column("submission", "days_late")
    op.drop_column("submission", "sent_at")
    op.drop_column("submission", "taken_back_reason")
