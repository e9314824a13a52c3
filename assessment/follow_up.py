"""Who stands where: the office's board of the reports of a period."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.deadlines import Due, deadlines, due, working_days
from assessment.permissions import Action, Identity, permit
from assessment.snapshots import LevelSnapshot
from assessment.submissions import SubmissionRecord, submissions, untouched
from data.lineage import UnitKey
from data.models import Draft
from data.repositories import UnitRecord


@dataclass(frozen=True)
class ReportStanding:
    """One unit's report. given of asked: entries with a stored figure; typed: drafts not sent, requests among them."""

    unit: UnitRecord
    record: SubmissionRecord
    asked: int
    given: int
    typed: int
    due: Due | None
    last_change: dt.datetime | None

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed and the report is not sent."""
        return self.record.is_with_the_unit and self.due is not None and self.due.days_left < 0


def board(
    session: Session, identity: Identity, levels: Sequence[LevelSnapshot], today: dt.date
) -> tuple[ReportStanding, ...]:
    """The reports of all units of some levels of one period, in the order of the levels and of their units.

    Raises PermissionError unless the identity follows reports.
    """
    permit(identity, Action.FOLLOW_REPORTS)
    if not levels:
        return ()
    period_id = levels[0].period.id
    found, typed, calendar = submissions(session, period_id), _typed(session, period_id), working_days(session)
    of_level = deadlines(session, period_id)
    result: list[ReportStanding] = []
    for snapshot in levels:
        asked, given = _filled(snapshot)
        for row, unit in enumerate(snapshot.units):
            key = UnitKey(unit.code, unit.valid_from)
            record = found.get(key, untouched())
            count, changed = typed.get(key, (0, None))
            result.append(
                ReportStanding(
                    unit,
                    record,
                    int(asked[row]),
                    int(given[row]),
                    count,
                    due(record.due_on, of_level.get(snapshot.level), calendar, today),
                    max((t for t in (changed, record.changed_at) if t is not None), default=None),
                )
            )
    return tuple(result)


def _typed(session: Session, period_id: int) -> Mapping[UnitKey, tuple[int, dt.datetime]]:
    query = (
        select(Draft.unit_code, Draft.unit_valid_from, func.count(), func.max(Draft.changed_at))
        .where(Draft.period_id == period_id)
        .group_by(Draft.unit_code, Draft.unit_valid_from)
    )
    return {UnitKey(code, since): (count, changed) for code, since, count, changed in session.execute(query)}


def _filled(snapshot: LevelSnapshot) -> tuple[np.ndarray, np.ndarray]:
    """(units,) entries asked of each unit, and those with a stored figure."""
    inputs = snapshot.inputs
    asked, given = np.zeros(len(snapshot.units), int), np.zeros(len(snapshot.units), int)
    for entry in snapshot.entries.entries:
        if entry.is_request:
            continue
        columns = [inputs.compiled.column_of[p.criterion, p.key] for p in entry.places]
        criteria = [inputs.compiled.index_of[p.criterion] for p in entry.places]
        wanted = (~inputs.not_applicable[:, criteria]).any(axis=1)
        asked += wanted
        given += wanted & inputs.given[:, columns].any(axis=1)
    return asked, given
