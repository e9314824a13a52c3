"""Documents that accounts of the demonstration put in are told from those of the office, and go with the demonstration."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("demonstration", sa.Boolean(), nullable=False, server_default=sa.false()))
    account = sa.table("account", sa.column("id"), sa.column("origin"))
    evidence = sa.table("evidence", sa.column("account_id"), sa.column("demonstration", sa.Boolean()))
    invented = sa.select(account.c.id).where(account.c.origin == "demonstration")
    op.execute(evidence.update().where(evidence.c.account_id.in_(invented)).values(demonstration=True))


def downgrade() -> None:
    op.drop_column("evidence", "demonstration")
