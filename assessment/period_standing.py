"""In which step of the yearly assessment a period stands, as far as whoever asks may know."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assessment.council import StepRecord, UnitStanding, chosen_period, council_standing, steps_of
from assessment.deadlines import deadlines, due, working_days
from assessment.overview import Asked
from assessment.permissions import Action, Identity, permitted
from assessment.publication import may_read_unpublished, permit_period
from assessment.publishing import Edition, editions
from assessment.submissions import submissions, takes_figures, untouched
from data.models import SUPPLIERS, PeriodState, StepKind
from data.repositories import PeriodRecord


@dataclass(frozen=True)
class PeriodStanding:
    """Where a period stands. editions: what decisions published of it, the newest first; all that a visitor is told.

    deadlines: the last days of sending, the earliest first; none once it takes no figures, and where none was set.
    begun: whether a report is in appraisal. units: how far each is, for those who follow reports; none for others. late:
    how many of these have not sent in time, while they still can.
    """

    period: PeriodRecord
    editions: tuple[Edition, ...]
    steps: Mapping[StepKind, StepRecord]
    takes_figures: bool
    deadlines: tuple[dt.date, ...]
    begun: bool
    units: tuple[UnitStanding, ...]
    late: int = 0


def period_standing(session: Session, identity: Identity, period_id: int, today: dt.date) -> PeriodStanding | None:
    """Where a period stands; None for a visitor while nothing of it is published.

    Raises PermissionError for an account of the demonstration and a period that is not invented.
    """
    period, published = chosen_period(session, period_id), editions(session, period_id)
    if not may_read_unpublished(identity):
        return PeriodStanding(period, published, {}, False, (), False, ()) if published else None
    permit_period(session, identity, period_id)
    follows, taking = permitted(identity, Action.FOLLOW_REPORTS), takes_figures(session, period_id)
    limits = {level: d for level, d in deadlines(session, period_id).items() if level != SUPPLIERS}
    days, found = {d.due_on for d in limits.values()}, submissions(session, period_id)
    units = council_standing(session, identity, period_id, today) if follows else ()
    calendar = working_days(session)

    def is_late(own: UnitStanding) -> bool:
        record = found.get(own.unit.key, untouched())
        until = due(record.send_by, limits.get(own.unit.level), calendar, today)
        return record.is_with_the_unit and until is not None and until.is_over

    return PeriodStanding(
        period,
        published,
        steps_of(session, period_id),
        taking,
        tuple(sorted(days)) if taking else (),
        any(record.is_appraised for record in found.values()),
        units,
        sum(map(is_late, units)) if taking else 0,
    )


def asked_in(session: Session, identity: Identity, standing: PeriodStanding | None) -> Asked | None:
    """Which units can still be asked for figures; None for all of them.

    Where the report of another unit stands is told to those who follow reports: for others all units are alike.
    """
    if standing is None or not standing.takes_figures:
        return Asked(frozenset(), frozenset())
    if not permitted(identity, Action.FOLLOW_REPORTS):
        return None
    found = submissions(session, standing.period.id)
    records = {s.unit.key: found.get(s.unit.key, untouched()) for s in standing.units}
    return Asked(
        frozenset(key for key, record in records.items() if record.is_with_the_unit),
        frozenset(key for key, record in records.items() if record.state == PeriodState.SENT),
    )
