"""What may be seen by whom: the public sees what was published, and invented figures never."""

from sqlalchemy.orm import Session

from assessment.permissions import Action, Identity, permitted
from data.models import PeriodOrigin, PeriodState
from data.repositories import PeriodRecord, periods


def is_published(period: PeriodRecord) -> bool:
    """Whether the results of a period are public: published by a decision, and not those of the demonstration."""
    return period.origin == PeriodOrigin.OFFICE and period.state == PeriodState.PUBLISHED


def may_read_unpublished(identity: Identity) -> bool:
    """Whether the identity sees figures before they are published."""
    return permitted(identity, Action.READ_UNPUBLISHED)


def readable_periods(session: Session, *, unpublished: bool) -> tuple[PeriodRecord, ...]:
    """The periods, the newest year first; without the unpublished ones for those who may not read them."""
    return tuple(period for period in periods(session) if unpublished or is_published(period))
