"""The way from the screen of the audit log to the data. Nothing is cached: what was just done is there."""

from assessment.audit_log import (
    AuditDetail,
    AuditExport,
    AuditPage,
    Holder,
    Sought,
    audit_accounts,
    audit_entry,
    audit_export,
    audit_page,
    audit_units,
    has_demonstration,
)
from assessment.permissions import Identity
from data.database import read_session
from data.lineage import UnitKey
from ui import gateway


def page(identity: Identity, sought: Sought, number: int) -> AuditPage:
    """A page of the log. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return audit_page(session, identity, sought, number)


def entry(identity: Identity, entry_id: int, number: int) -> AuditDetail:
    """An entry with a page of its lines. Raises PermissionError, LookupError."""
    with read_session(gateway.engine()) as session:
        return audit_entry(session, identity, entry_id, number)


def export(identity: Identity, sought: Sought) -> AuditExport:
    """What is wanted of the log, for a file. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return audit_export(session, identity, sought)


def demonstration(identity: Identity, sought: Sought) -> bool:
    """Whether any of what is wanted is about demonstration data. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return has_demonstration(session, identity, sought)


def accounts(identity: Identity) -> tuple[Holder, ...]:
    """Accounts to filter by. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return audit_accounts(session, identity)


def units(identity: Identity) -> tuple[tuple[UnitKey, str], ...]:
    """Units to filter by. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return audit_units(session, identity)
