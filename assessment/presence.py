"""Who else has a unit's form open."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.permissions import Action, Identity, permit
from assessment.submissions import ReportPlace
from data.models import Account, Person, Presence

RECENT = dt.timedelta(minutes=3)
"""How long somebody counts as present after the last sign of life."""


def note_presence(session: Session, identity: Identity, place: ReportPlace, now: dt.datetime) -> tuple[str, ...]:
    """Notes that the identity has the form open; gives the names of the others who have, in order.

    To be called in a session that writes drafts. Raises PermissionError for a unit that is not the identity's to see.
    """
    permit(identity, Action.READ_DRAFTS, unit=place.unit)
    if identity.account_id is not None and session.get(Account, identity.account_id) is not None:
        session.merge(Presence(**place.columns, account_id=identity.account_id, seen_at=now))
        session.flush()
    query = (
        select(Account.user_name, Person.full_name)
        .join(Presence, Presence.account_id == Account.id)
        .outerjoin(Person, Person.account_id == Account.id)
        .where(
            Presence.period_id == place.period_id,
            Presence.unit_code == place.unit.code,
            Presence.unit_valid_from == place.unit.valid_from,
            Presence.seen_at > now - RECENT,
            Presence.account_id != (identity.account_id or 0),
        )
        .order_by(Account.user_name)
    )
    return tuple(full_name or user_name for user_name, full_name in session.execute(query))
