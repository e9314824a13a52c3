"""What a unit was told of its appraisal: nobody who belongs to it learns more of it earlier, whatever else he may read."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.appraisal import open_tasks
from assessment.appraised import RulingRecord, appraised_snapshot, ruling_record, rulings_in_force
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace
from data.lineage import UnitKey
from data.models import AppraisalTier, PeriodState, Ruling, Submission
from data.repositories import PeriodRecord, periods

WITH_RESULTS = frozenset({PeriodState.AWAITING_EXPLANATION, PeriodState.REAPPRAISAL})
"""Where a report stands whose unit was told what appraisal found."""


@dataclass(frozen=True)
class ToldRulings:
    """The rulings that a unit was told, the oldest first. reappraising: criteria whose second appraisal is going on."""

    rulings: tuple[RulingRecord, ...]
    reappraising: frozenset[str]


def told_rulings(session: Session, place: ReportPlace) -> ToldRulings | None:
    """What a unit was told of its appraisal; None before it was. Rulings of a second appraisal are told once it has ended."""
    row = session.get(Submission, (place.period_id, *place.unit))
    if row is None or PeriodState(row.state) not in WITH_RESULTS:
        return None
    left, untold = open_tasks(session, place, AppraisalTier.SECOND), set[str]()
    found: list[RulingRecord] = []
    for ruling in session.scalars(select(Ruling).filter_by(**place.columns).order_by(Ruling.id)):
        # What an earlier second appraisal found was told when that one ended.
        if left and ruling.tier == AppraisalTier.SECOND.value and ruling.ruled_at >= row.changed_at:
            untold.add(ruling.criterion)
        else:
            found.append(ruling_record(ruling))
    return ToldRulings(tuple(found), frozenset({*left, *untold}))


def told_until(session: Session, unit: UnitKey) -> Iterator[tuple[PeriodRecord, dt.datetime | None]]:
    """The periods in which a unit was told of rulings, and from when on it is not told any more; None where it is of all."""
    for period in periods(session):
        row = session.get(Submission, (period.id, *unit))
        if row is not None and PeriodState(row.state) in WITH_RESULTS:
            going_on = open_tasks(session, ReportPlace(period.id, unit), AppraisalTier.SECOND)
            yield period, row.changed_at if going_on else None


def told_unit(identity: Identity) -> UnitKey | None:
    """The unit of which somebody learns no more than it was told; None for the office, which tells it, and without a unit."""
    return None if identity.role == Role.DX_OFFICE else identity.unit


def known_rulings(session: Session, period_id: int, unit: UnitKey | None) -> tuple[RulingRecord, ...]:
    """The rulings in force of a period, those on a unit as far as it was told of them; the oldest of them first."""
    found = rulings_in_force(session, period_id)
    if unit is None:
        return found
    told = told_rulings(session, ReportPlace(period_id, unit))
    own = {ruling.criterion: ruling for ruling in told.rulings} if told else {}
    others = (ruling for ruling in found if ruling.unit != unit)
    return tuple(sorted((*others, *own.values()), key=lambda ruling: ruling.id))


def untold_rulings(session: Session, period_id: int, unit: UnitKey | None) -> frozenset[int]:
    """Numbers of the rulings on a unit in a period that it was not told of."""
    if unit is None:
        return frozenset()
    place = ReportPlace(period_id, unit)
    told = told_rulings(session, place)
    known = {ruling.id for ruling in told.rulings} if told else set[int]()
    return frozenset(session.scalars(select(Ruling.id).filter_by(**place.columns))) - known


def appraised_for(session: Session, snapshot: LevelSnapshot, unit: UnitKey | None) -> LevelSnapshot:
    """A level after its rulings, those on a unit as far as it was told of them; the level says where some are left out.

    Without them the unit is open, so that ranks of the others are bounds and tell nothing of it either.
    """
    after = appraised_snapshot(snapshot, known_rulings(session, snapshot.period.id, unit))
    if not any(own.key == unit for own in snapshot.units) or not untold_rulings(session, snapshot.period.id, unit):
        return after
    return replace(after, withheld=unit)
