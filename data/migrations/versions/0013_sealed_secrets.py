"""Room for sealed secrets of the second factor; those of before are sealed when they are used next."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _resize(old: int, new: int) -> None:
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    numbers = "SELECT seq FROM sqlite_sequence WHERE name = 'account'"
    last = connection.exec_driver_sql(numbers).scalar() if sqlite else None
    with op.batch_alter_table("account", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("totp_secret", existing_type=sa.String(old), type_=sa.String(new))
    if last is not None:
        # The table is a new one; the id of an account that is gone must still never name another one.
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'account'")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('account', {last})")


def upgrade() -> None:
    _resize(64, 200)


def downgrade() -> None:
    # What is sealed does not fit any more, and no earlier version could open it.
    op.execute("UPDATE account SET totp_secret = NULL, totp_confirmed = false WHERE length(totp_secret) > 64")
    _resize(200, 64)
