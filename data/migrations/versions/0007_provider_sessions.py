"""Sessions know whether an identity provider vouched for who opened them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sessions of before came by password.
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_provider", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.alter_column("by_provider", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_column("by_provider")
