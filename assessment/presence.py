"""Who else has a unit's form open."""

import datetime as dt

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from assessment.permissions import Action, Identity, permit
from assessment.publication import permit_period
from assessment.submissions import ReportPlace
from data.models import Account, Person, Presence

RECENT = dt.timedelta(minutes=3)
"""How long somebody counts as present after the last sign of life."""


NOTED_EVERY = dt.timedelta(minutes=1)
"""How often at most it is written that somebody is present: a form is drawn anew with every figure that is typed."""


def note_presence(session: Session, identity: Identity, place: ReportPlace, now: dt.datetime) -> None:
    """Notes that the identity has the form open.

    To be called in a session that writes drafts. Raises PermissionError for a unit that is not the identity's to see.
    """
    permit(identity, Action.READ_DRAFTS, unit=place.unit)
    permit_period(session, identity, place.period_id)
    if identity.account_id is not None and session.get(Account, identity.account_id) is not None:
        session.merge(Presence(**place.columns, account_id=identity.account_id, seen_at=now))


def is_noted(session: Session, identity: Identity, place: ReportPlace, now: dt.datetime) -> bool:
    """Whether it was noted not long ago that the identity has the form open, or there is nobody to be noted."""
    if identity.account_id is None:
        return True
    found = session.get(Presence, (*place.columns.values(), identity.account_id))
    return found is not None and now - found.seen_at < NOTED_EVERY


# Asked at every figure that is typed, so made ready once.
_OTHERS = (
    select(Account.user_name, Person.full_name)
    .join(Presence, Presence.account_id == Account.id)
    .outerjoin(Person, Person.account_id == Account.id)
    .where(
        Presence.period_id == bindparam("period_id"),
        Presence.unit_code == bindparam("unit_code"),
        Presence.unit_valid_from == bindparam("unit_valid_from"),
        Presence.seen_at > bindparam("since"),
        Presence.account_id != bindparam("account_id"),
    )
    .order_by(Account.user_name)
)


def others_present(session: Session, identity: Identity, place: ReportPlace, now: dt.datetime) -> tuple[str, ...]:
    """Names of the others who have the form open, in order. Raises as `note_presence`."""
    permit(identity, Action.READ_DRAFTS, unit=place.unit)
    permit_period(session, identity, place.period_id)
    asked = {**place.columns, "since": now - RECENT, "account_id": identity.account_id or 0}
    return tuple(full_name or user_name for user_name, full_name in session.execute(_OTHERS, asked))
