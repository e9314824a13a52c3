"""The way from the account screens to the data. Nothing is cached: who may sign in is always as it is stored now."""

from assessment.accounts import AccountRecord, UnitChoice, account_list, account_units
from assessment.permissions import Identity
from assessment.sign_in import OwnSession, own_sessions
from data.database import read_session
from ui import gateway
from ui.clock import now


def accounts(identity: Identity) -> tuple[AccountRecord, ...]:
    """Every account. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return account_list(session, identity)


def units() -> tuple[UnitChoice, ...]:
    """Units that accounts can belong to."""
    with read_session(gateway.engine()) as session:
        return account_units(session, now().date())


def sessions(identity: Identity) -> tuple[OwnSession, ...]:
    """The live sessions of the identity's own account. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return own_sessions(session, identity, now())
