"""Who stands where: the office's board of the reports of a period."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.deadlines import Due, due
from assessment.entries import request_code
from assessment.evidence_library import flagged_documents
from assessment.finishing import report_progress
from assessment.moved_figures import moved_counts
from assessment.permissions import Action, Identity, permit
from assessment.publication import permit_period
from assessment.report_form import report_terms
from assessment.snapshots import LevelSnapshot
from assessment.submissions import (
    ReportState,
    SubmissionRecord,
    appraised_state,
    submissions,
    told_state,
    untouched,
)
from assessment.waiver_requests import waiver_requests
from data.lineage import UnitKey
from data.models import Draft, PeriodState
from data.repositories import UnitRecord


@dataclass(frozen=True)
class ReportStanding:
    """One unit's report. given of asked: entries with a stored figure; typed: figures not sent yet.

    flagged: documents that prove something in it and are no longer in force or lie in another library too. What is
    only for criteria that the unit asks to be not applicable is not asked, as in its form. moved: figures that others
    moved since the report was sent, or laid before the head. closed: whether the period takes no more figures. published:
    whether its results are. finished: whether the report was appraised and nothing of it is left to do. explained:
    whether its unit has sent an explanation.
    """

    unit: UnitRecord
    record: SubmissionRecord
    asked: int
    given: int
    typed: int
    due: Due | None
    last_change: dt.datetime | None
    flagged: int
    moved: int
    closed: bool = False
    published: bool = False
    finished: bool = False
    explained: bool = False

    @property
    def state(self) -> ReportState:
        """Where the report stands, as far as it can still go anywhere."""
        state = appraised_state(
            self.record.state, explained=self.explained, finished=self.finished, published=self.published
        )
        return told_state(state, closed=self.closed)

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed and the report is not sent, while it can be."""
        return not self.closed and self.record.is_with_the_unit and self.due is not None and self.due.is_over

    @property
    def was_late(self) -> bool:
        """Whether the report was sent, and after its deadline."""
        return not self.record.is_with_the_unit and self.record.days_late is not None


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
    permit_period(session, identity, period_id)
    found, typed = submissions(session, period_id), _typed(session, period_id)
    terms, requested = report_terms(session, period_id), waiver_requests(session, period_id)
    flagged = flagged_documents(session, period_id, today)
    moved = moved_counts(session, identity, levels[0].period)
    published = levels[0].period.state == PeriodState.PUBLISHED
    progress = report_progress(session, period_id, today)
    result: list[ReportStanding] = []
    for snapshot in levels:
        asked, given = _filled(snapshot, requested)
        for row, unit in enumerate(snapshot.units):
            key = unit.key
            record = found.get(key, untouched())
            count, changed = typed.get(key, (0, None))
            result.append(
                ReportStanding(
                    unit,
                    record,
                    int(asked[row]),
                    int(given[row]),
                    count,
                    due(record.send_by, terms.deadlines.get(snapshot.level), terms.calendar, today),
                    max((t for t in (changed, record.changed_at) if t is not None), default=None),
                    flagged.get(key, 0),
                    moved.get(key, 0),
                    bool(terms.month.closed),
                    published,
                    key in progress and progress[key].finished,
                    key in progress and progress[key].explained,
                )
            )
    return tuple(result)


def _typed(session: Session, period_id: int) -> Mapping[UnitKey, tuple[int, dt.datetime]]:
    query = (
        select(Draft.unit_code, Draft.unit_valid_from, func.count(), func.max(Draft.changed_at))
        .where(Draft.period_id == period_id, Draft.entry.not_like(f"{request_code('')}%"))
        .group_by(Draft.unit_code, Draft.unit_valid_from)
    )
    return {UnitKey(code, since): (count, changed) for code, since, count, changed in session.execute(query)}


def _filled(
    snapshot: LevelSnapshot, requested: Mapping[UnitKey, Mapping[str, str]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(units,) entries asked of each unit, and those with a stored figure."""
    inputs = snapshot.inputs
    excused = inputs.not_applicable.copy()
    for row, unit in enumerate(snapshot.units):
        for code in requested.get(unit.key, ()):
            if code in inputs.compiled.index_of:
                excused[row, inputs.compiled.index_of[code]] = True
    asked, given = np.zeros(len(snapshot.units), np.int64), np.zeros(len(snapshot.units), np.int64)
    for entry in snapshot.entries.entries:
        if entry.is_request:
            continue
        columns = [inputs.compiled.column_of[p.criterion, p.key] for p in entry.places]
        criteria = [inputs.compiled.index_of[p.criterion] for p in entry.places]
        wanted = (~excused[:, criteria]).any(axis=1)
        asked += wanted
        given += wanted & inputs.given[:, columns].any(axis=1)
    return asked, given
